import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../../../support/cacheFolder';
import { gitFolderOf } from '../clones';
import type { LabelledCase } from './labels';

const run = promisify(execFile);
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** What a laid-out case lacks: files the clone does not hold, labels whose line is another. */
export interface CutOut {
  readonly folder: string;
  readonly faults: readonly string[];
}

/**
 * Writes the files of a case under `into`. Repositories are taken from `clones` where it holds them, else fetched into the
 * cache, see {@link gitFolderOf}.
 */
export async function layOut(label: LabelledCase, into: string, clones: string | undefined, log: Log): Promise<CutOut> {
  const folder = path.join(into, label.id);
  const faults: string[] = [];
  const git = await gitFolderOf(label, clones, log);
  for (const file of [...label.files.map((labelled) => labelled.path), ...label.context_files]) {
    const content = await fileAt(git, label.commit, file);
    if (content === undefined) {
      faults.push(`${label.id}: ${label.repo} has no ${file} at ${label.commit}`);
      continue;
    }
    const to = path.join(folder, ...file.split('/'));
    await mkdir(path.dirname(to), { recursive: true });
    await writeFile(to, content);
    faults.push(...movedLabels(label, file, content.toString('utf8')));
  }
  return { folder, faults };
}

/** The label hash of a line. */
export function lineHash(line: string): string {
  return createHash('sha1').update(line.trim(), 'utf8').digest('hex').slice(0, 12);
}

function movedLabels(label: LabelledCase, file: string, text: string): string[] {
  const lines = text.split('\n');
  const labels = label.files
    .filter((labelled) => labelled.path === file)
    .flatMap(({ expected, expected_clean, optional }) => [...expected, ...expected_clean, ...optional]);
  return labels
    .filter(({ line, line_sha1 }) => lineHash(lines[line - 1] ?? '') !== line_sha1)
    .map(({ line }) => `${label.id}: ${file}:${line} is another line than was labelled`);
}

async function fileAt(git: string, commit: string, file: string): Promise<Buffer | undefined> {
  const options = { encoding: 'buffer', maxBuffer: MAX_FILE_BYTES } as const;
  return run('git', ['--git-dir', git, 'show', `${commit}:${file}`], options).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}
