import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseRuntimePath } from '../paths/runtimePath';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import type { Language } from '../../syntax/facts';
import { lineHashes } from './codeVersion';
import { likeness } from './compareLines';
import type { Repository } from './git/repository';

/** Files that are gone or new and not committed as such; more of them are no moves, but another state of the folder. */
const MOST_MOVED = 60;
/** Lines in common from which on a file is the same one under another name, as for git's `-M`. */
const ALIKE = 0.5;

/** A workspace folder within its repository. */
export interface FolderOfRepository {
  readonly folder: string;
  readonly repository: Repository;
  /** The folder in the repository, with `/` at its end; '' where it is the top. */
  readonly prefix: string;
}

/**
 * Files that were moved in the work tree and not committed, by their new path in the repository: what HEAD has and the
 * disk has not, beside what the disk has and HEAD has not, where most lines are the same.
 */
export async function uncommittedMoves(
  { folder, repository, prefix }: FolderOfRepository,
  head: string,
  files: WorkspaceFiles,
  languageOf: (file: string) => Language | undefined,
): Promise<ReadonlyMap<string, string>> {
  const moves = new Map<string, string>();
  const tree = await repository.tree(head);
  if (tree === undefined) return moves;
  const gone: { readonly path: string; readonly oid: string }[] = [];
  for (const [name, { type, oid }] of tree) {
    if (type !== 'blob' || !name.startsWith(prefix) || languageOf(name) === undefined) continue;
    const full = path.join(folder, name.slice(prefix.length));
    if (files.get(full) === undefined && !existsSync(full)) gone.push({ path: name, oid });
  }
  if (gone.length === 0 || gone.length > MOST_MOVED) return moves;
  const links = [...tree].filter(([, { type }]) => type === 'commit').map(([name]) => `${name}/`);
  const added = [...files.all()].filter(
    (file) =>
      file.folder === folder &&
      languageOf(file.path) !== undefined &&
      !tree.has(prefix + file.relative) &&
      !links.some((link) => (prefix + file.relative).startsWith(link)),
  );
  if (added.length === 0 || added.length > MOST_MOVED) return moves;
  const pairs: { readonly from: string; readonly to: WorkspaceFile; readonly alike: number }[] = [];
  for (const { path: from, oid } of gone) {
    const language = languageOf(from)!;
    const before = (await repository.text(oid)).value;
    for (const to of before === undefined ? [] : added) {
      if (path.extname(to.path) !== path.extname(from)) continue;
      const after = await files.read(to.path);
      if (after === undefined) continue;
      const alike = likeness(lineHashes(before!, language), lineHashes(after, language));
      if (alike >= ALIKE) pairs.push({ from, to, alike });
    }
  }
  const taken = new Set<string>();
  for (const { from, to } of pairs.sort((a, b) => b.alike - a.alike)) {
    const name = prefix + to.relative;
    if (taken.has(from) || moves.has(name)) continue;
    taken.add(from);
    moves.set(name, from);
  }
  return moves;
}

/** A file of today and the path it had in an older commit. */
export interface MovedFile {
  readonly file: WorkspaceFile;
  /** In the repository, with `/`. */
  readonly before: string;
}

/**
 * Of files that were moved those that a process may mean by a path: by the longest common end of the path with what
 * they were called, which has three segments or is all of that.
 */
export function movedFrom(raw: string, moved: readonly MovedFile[]): WorkspaceFile[] {
  const runtime = parseRuntimePath(raw);
  if (runtime === undefined) return [];
  const equal = (a: string, b: string): boolean =>
    a === b || (runtime.ignoresCase && a.toLowerCase() === b.toLowerCase());
  const measured = moved.map(({ file, before }) => {
    const old = before.split('/');
    const most = Math.min(old.length, runtime.segments.length);
    let tail = 0;
    while (tail < most && equal(old.at(-1 - tail)!, runtime.segments.at(-1 - tail)!)) tail++;
    // A lone name is all of a path at the top, and says little.
    return { file, tail, tells: tail >= 3 || (tail >= 2 && tail === most) || (old.length === 1 && most === tail) };
  });
  const longest = Math.max(0, ...measured.map(({ tail }) => tail));
  return measured.filter(({ tail, tells }) => tells && tail === longest).map(({ file }) => file);
}
