import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../../support/cacheFolder';

/** Where the labelled cases lie: pointers into public repositories, nobody's code. */
export const LABELS = path.join(projectRoot, 'test', 'fixtures', 'lint');

/** One line of the index. */
export interface CaseEntry {
  readonly id: string;
  /** `owner/name` on GitHub. */
  readonly repo: string;
  /** 40 hex digits. */
  readonly commit: string;
  readonly language: string;
}

/** A line that must stay silent. */
export interface CleanLabel {
  /** From 1. */
  readonly line: number;
  readonly why: string;
  readonly confidence: string;
  /** First 12 hex digits of the SHA-1 of the stripped line, as UTF-8. */
  readonly line_sha1: string;
}

/** A line with a defect, or one that may be reported or not. */
export interface DefectLabel extends CleanLabel {
  /** Other lines of the same file where the report is as good. */
  readonly also_accept_lines: readonly number[];
  /** The rule that describes the defect. */
  readonly rule_idea: string;
  readonly severity: string;
  /** Labels of one group are one defect: one hit satisfies all. */
  readonly group?: string;
}

export interface LabelledFile {
  readonly path: string;
  readonly expected: readonly DefectLabel[];
  readonly expected_clean: readonly CleanLabel[];
  readonly optional: readonly DefectLabel[];
}

/** A cut-out of a repository at a commit, with what lint should say of it. */
export interface LabelledCase extends CaseEntry {
  readonly verdict: 'broken' | 'mixed' | 'clean' | 'hint';
  /** The later commit or pull request that fixed this very defect; empty for a label by reading. */
  readonly proof: string;
  readonly files: readonly LabelledFile[];
  /** Manifests, set-up and deployment files that are needed to decide. */
  readonly context_files: readonly string[];
}

/** All cases, in the order of the index. */
export async function readCases(): Promise<readonly LabelledCase[]> {
  const index = await readJson<readonly CaseEntry[]>('index.json');
  return Promise.all(index.map(({ id }) => readJson<LabelledCase>(path.join('labels', `${id}.json`))));
}

/** Whether the project itself fixed the defects of a case later. */
export function isProven({ proof }: LabelledCase): boolean {
  return proof !== '' && !proof.startsWith('post-fix state');
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(path.join(LABELS, file), 'utf8')) as T;
}
