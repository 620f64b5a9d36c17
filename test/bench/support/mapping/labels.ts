import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../../support/cacheFolder';
import type { Pointer } from '../clones';

/** Where the labelled operations lie: pointers into public repositories, nobody's code. */
export const MAPPING_LABELS = path.join(projectRoot, 'test', 'fixtures', 'mapping');

/** A process that names no service: no folder is told for it. */
export const UNNAMED_SERVICE = 'unknown_service';

/** A place that a careful person would accept. Lines count from 1. */
export interface LabelledPlace {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly line: number;
  /** First 12 hex digits of the SHA-1 of the stripped line, as UTF-8. */
  readonly line_sha1: string;
}

/** Where an operation belongs. */
export interface ExpectedPlace extends LabelledPlace {
  readonly anchor: 'owner' | 'callsite';
  /** The function; of a callsite the one around it, or nothing. */
  readonly symbol: string;
  /** Of an owner: first line of its decorators to its last. */
  readonly range?: readonly [first: number, last: number];
  /** Other lines of the same file. */
  readonly also_accept_lines?: readonly number[];
  readonly also_accept?: readonly LabelledPlace[];
}

/** An operation as its instrumentation emits it, with where it belongs. */
export interface LabelledOperation {
  readonly id: string;
  readonly service: string;
  /** Of the code it belongs to. */
  readonly language: string;
  readonly resource: object;
  readonly scope: string;
  readonly kind: string;
  readonly name: string;
  readonly attributes: object;
  /** The kind of evidence that is meant to decide. */
  readonly evidence: string;
  /** `none` must not map; of `ambiguous` nothing in the span tells its places apart. */
  readonly expected: ExpectedPlace | 'none' | 'ambiguous';
}

/** The labels of one repository at one commit. */
export interface LabelledRepository extends Pointer {
  /** The file's name without `.json`. */
  readonly id: string;
  /** `root` is relative to the repository, `.` for the whole. */
  readonly services: readonly { readonly name: string; readonly root: string }[];
  readonly operations: readonly LabelledOperation[];
}

/** All labelled repositories, by name. */
export async function readMappingLabels(): Promise<readonly LabelledRepository[]> {
  const files = (await readdir(MAPPING_LABELS)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(MAPPING_LABELS, file), 'utf8');
      return { id: file.slice(0, -'.json'.length), ...(JSON.parse(text) as Omit<LabelledRepository, 'id'>) };
    }),
  );
}
