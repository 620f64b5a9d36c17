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
}
