import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeKept } from '../../base/caches/keptFile';
import type { Finding } from '../../model/finding';
import type { SkippedFile } from '../../lint/skippedFile';
import type { LintResult } from '../../lint/workspaceLinter';
import type { KeptFolder } from '../../source/workspace/folderLister';

/** What a run answered. */
export type KeptAnswer = Pick<LintResult, 'findings' | 'notes' | 'skipped'>;

/** What was found in a process. */
export interface KeptUnit {
  /** Tells what manifests and deployment files said of it. */
  readonly facts: string;
  /** The sources it is made of, in their order, by their places among the files. */
  readonly sources: Int32Array;
  readonly findings: readonly Finding[];
}

/** What one run over a workspace read and found. */
export interface KeptRun {
  /** All files that the workspace had, whether or not they were read; parted by `\0`. */
  readonly listing: string;
  /** Those whose content was asked for, absolute, parted by `\0`. */
  readonly files: string;
  /** Their stamps, one after the other. */
  readonly stamps: Float64Array;
  readonly folders: ReadonlyMap<string, KeptFolder>;
  /** By the unit's id. */
  readonly units: ReadonlyMap<string, KeptUnit>;
  /** Sources with comments that silence rules, absolute. */
  readonly marked: readonly string[];
  /** Sources that were not read, or not all of them. */
  readonly unread: readonly SkippedFile[];
  readonly answer: KeptAnswer;
}

/** What the names of such files begin with. */
export const KEPT_RUN = 'lint-';

/** Undefined where there is none; throws where it cannot be read. */
export async function readRun(file: string): Promise<KeptRun | undefined> {
  try {
    return deserialize(await readFile(file)) as KeptRun;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Throws what the system says. */
export async function writeRun(file: string, run: KeptRun): Promise<void> {
  await writeKept(file, KEPT_RUN, serialize(run));
}
