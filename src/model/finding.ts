import type { Range0 } from '../base/positions';

/** How bad: certain loss in the normal path; degraded (links only, redundant); opt-in. */
export type FindingSeverity = 'error' | 'warning' | 'info' | 'hint';

/** Code that loses the trace context, as lint reports it. */
export interface Finding {
  /** `JS-FETCH-NO-UNDICI`. */
  readonly rule: string;
  readonly severity: FindingSeverity;
  /** Absolute. */
  readonly file: string;
  readonly range: Range0;
  /** One sentence that says what is lost and by what evidence. */
  readonly message: string;
  /** Why lint is sure: manifests, set-up code, deployment files. */
  readonly evidence: readonly FindingEvidence[];
  /** The call sites of one cause, or other places that take part. */
  readonly related: readonly RelatedPlace[];
  /** Ways to mend it, the best first. */
  readonly fixes: readonly Fix[];
}

export interface FindingEvidence {
  readonly file: string;
  readonly range: Range0;
  /** What stands there and what it shows: `auto-instrumentations-node ^0.41 contains no undici`. */
  readonly text: string;
}

export interface RelatedPlace {
  readonly file: string;
  readonly range: Range0;
  readonly message: string;
}

/** Edits that belong together, in one file or several. */
export interface Fix {
  /** In the imperative: `Add UndiciInstrumentation`. */
  readonly title: string;
  readonly edits: readonly FixEdit[];
}

/** Replaces a range, which is empty where text is only put in. */
export interface FixEdit {
  readonly file: string;
  readonly range: Range0;
  readonly newText: string;
}
