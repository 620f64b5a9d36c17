import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { decodeText } from './decodeText';
import type { FileBytes } from './fileBytes';
import { trackedPaths } from './gitIndex';

/** Some 500,000 files. A larger index is not read. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/** What a `.git` says that is a file: of a submodule, or of a further work tree. */
const ELSEWHERE = /^gitdir: (.+?)\s*$/;

const MAX_ELSEWHERE_BYTES = 64 * 1024;

/** What git tracks at a time. */
export interface Tracked {
  /** @param full absolute, in the repository. */
  hasFile(full: string): boolean;
  /** Whether a file that is tracked lies in a folder. @param full absolute, in the repository. */
  hasFolder(full: string): boolean;
}

/**
 * The files of a repository that git tracks, which belong to it even where a line of `.gitignore` names them: `orders`
 * for a binary names `cmd/orders/` as well. The index is read when it is first asked for, as that is rare, and again
 * once it has changed. Git itself is not asked: there may be none, and an untrusted workspace may start no program.
 */
export class TrackedFiles {
  private read: { readonly stamp: string; readonly tracked: Tracked | undefined } | undefined;
  private told: string | undefined;

  private constructor(
    /** The folder that `.git` lies in. */
    private readonly top: string,
    private readonly bytes: FileBytes,
    private readonly logger: Logger,
  ) {}

  /** Of the repository whose top a folder is, or that it lies in; undefined where there is none. */
  static around(folder: string, bytes: FileBytes, logger: Logger): TrackedFiles | undefined {
    for (let at = folder; ; at = path.dirname(at)) {
      if (existsSync(path.join(at, '.git'))) return new TrackedFiles(at, bytes, logger);
      if (at === path.dirname(at)) return undefined;
    }
  }

  /** As the index is now; undefined where there is none, or none that can be read, which the log tells. */
  now(): Tracked | undefined {
    try {
      const index = this.index();
      const info = index === undefined ? undefined : statSync(index, { throwIfNoEntry: false });
      if (index === undefined || info === undefined) return undefined;
      const stamp = `${info.size} ${info.mtimeMs} ${info.ino}`;
      if (this.read?.stamp !== stamp) this.read = { stamp, tracked: this.readIndex(index) };
      return this.read.tracked;
    } catch (error) {
      this.tell(`Cannot read ${path.join(this.top, '.git')}: ${describeError(error)}`);
      return undefined;
    }
  }

  /** Once, as every folder with something ignored asks. */
  private tell(what: string): void {
    if (this.told !== what) this.logger.warn(what);
    this.told = what;
  }

  private index(): string | undefined {
    const git = path.join(this.top, '.git');
    if (statSync(git).isDirectory()) return path.join(git, 'index');
    const bytes = this.bytes.read(git, MAX_ELSEWHERE_BYTES);
    const [, folder] = ELSEWHERE.exec((typeof bytes === 'number' ? undefined : decodeText(bytes)) ?? '') ?? [];
    return folder === undefined ? undefined : path.resolve(this.top, folder, 'index');
  }

  private readIndex(index: string): Tracked | undefined {
    const bytes = this.bytes.read(index, MAX_INDEX_BYTES);
    const files = typeof bytes === 'number' ? undefined : trackedPaths(bytes);
    if (files === undefined) {
      const why = typeof bytes === 'number' ? `larger than ${MAX_INDEX_BYTES} bytes` : 'of a form that is not known';
      this.tell(`${index} is ${why}: files that .gitignore names are left out, also those that git tracks.`);
      return undefined;
    }
    const [known, folders] = [new Set(files), foldersOf(files)];
    const relative = (full: string): string => path.relative(this.top, full).split(path.sep).join('/');
    return { hasFile: (full) => known.has(relative(full)), hasFolder: (full) => folders.has(relative(full)) };
  }
}

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
