/** A file that lint may read. */
export interface LintFile {
  /** Absolute, as the platform writes it. */
  readonly path: string;
  /** The workspace folder it lies in, absolute. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly relative: string;
}

/** A file's text, or why there is none. */
export type LintText =
  { readonly text: string; readonly why?: undefined } | { readonly text?: undefined; readonly why: string };

/** The files of a workspace, listed; `source/`'s `WorkspaceFiles` is one. */
export interface LintFiles {
  all(): Iterable<LintFile>;
  get(path: string): LintFile | undefined;
  /** The text, or undefined where there is none, or it is binary or larger than `maxBytes`. */
  read(path: string, maxBytes?: number): Promise<string | undefined>;
  /** The same, with the reason where there is no text, as in `is not read: …`. */
  load(path: string, maxBytes?: number): Promise<LintText>;
  /**
   * The same, but undefined where the bytes of a listed file do not matter, so that no text need be made of them. Not asked
   * of UTF-16, nor of a text that is not on disk.
   */
  loadIf(path: string, matters: (bytes: Uint8Array) => boolean): Promise<LintText | undefined>;
}
