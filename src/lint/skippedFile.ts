/** A manifest or source that was not read. */
export interface SkippedFile {
  /** Absolute. */
  readonly file: string;
  /** As in "is not read: …". */
  readonly why: string;
}
