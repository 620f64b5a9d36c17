/**
 * A finding that traces took back, as it is remembered: by what it says and the code it says it of, so that it comes back
 * when either is another.
 */
export interface Refutation {
  readonly rule: string;
  /** Absolute. */
  readonly file: string;
  /** The line it stood at, without the blanks around it. */
  readonly code: string;
  /** Its message, without line numbers. */
  readonly said: string;
  /** What the traces showed. */
  readonly words: string;
  /** When, as `2026-11-21T22:30:00.000Z`. */
  readonly since: string;
}
