import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gitFolderOf, type Pointer } from '../clones';
import type { LabelledPlace, LabelledRepository } from './labels';

const run = promisify(execFile);

/**
 * Writes the files of a repository at a commit into a folder that is new. The clone is only read: the index of the tree lies
 * beside it. Files that the clone does not hold are left out, as a partial clone may lack large ones.
 *
 * @param clones see {@link gitFolderOf}.
 */
export async function layOutTree(pointer: Pointer, folder: string, clones: string | undefined): Promise<void> {
  const git = await gitFolderOf(pointer, clones, () => undefined);
  await mkdir(folder, { recursive: true });
  const args = ['--git-dir', git, '--work-tree', folder, 'checkout', '--force', '--quiet', pointer.commit, '--', '.'];
  const env = { ...process.env, GIT_INDEX_FILE: `${folder}.index`, GIT_LFS_SKIP_SMUDGE: '1' };
  try {
    await run('git', args, { env });
  } catch (error) {
    if ((await readdir(folder)).length === 0) throw error;
  }
}

/** Labels whose line is another one than was labelled, as sentences: of files that are missing, or labels that are wrong. */
export async function movedLabels({ id, operations }: LabelledRepository, folder: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const lines = new Map<string, Promise<readonly string[]>>();
  for (const { id: operation, expected } of operations) {
    if (typeof expected === 'string') continue;
    for (const place of [expected, ...(expected.also_accept ?? [])]) {
      const file = path.join(folder, ...place.path.split('/'));
      if (!lines.has(file)) lines.set(file, linesOf(file));
      if (!isThere(place, await lines.get(file)!))
        faults.push(`${id}: ${place.path}:${place.line} of ${operation} is not the line that was labelled`);
    }
  }
  return faults;
}

function isThere({ line, line_sha1 }: LabelledPlace, lines: readonly string[]): boolean {
  const text = (lines[line - 1] ?? '').trim();
  return createHash('sha1').update(text, 'utf8').digest('hex').slice(0, line_sha1.length) === line_sha1;
}

async function linesOf(file: string): Promise<readonly string[]> {
  return readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
}
