import type { ReadFile } from '../projectFiles';

export type NodeManager = 'npm' | 'yarn' | 'pnpm' | 'bun';

/** A lock file, read: which versions are installed. */
export interface NodeLock {
  readonly manager: NodeManager;
  readonly file: ReadFile;
  /**
   * The version a package of the workspace gets, or undefined where the lock file does not say.
   * @param importer folder of the package, relative to the lock file's with `/`; '' for the folder itself.
   */
  version(importer: string, name: string, range: string): string | undefined;
  /**
   * What is installed, each name once or more with a version and a search for the offset that shows it.
   *
   * @param mayMatter tells by a text that has the name in it whether the name does; others need not be given.
   */
  packages(
    mayMatter: (text: string) => boolean,
  ): Iterable<readonly [name: string, version: string, offset: () => number]>;
}

/** A lock file's reader; a string is why it cannot be read. */
export type NodeLockReader = (file: ReadFile) => NodeLock | string;
