import type { Line0, Range0 } from '../base/positions';

/** What a place in the code is matched by. Later kinds join here. */
export type EvidenceKind =
  | 'file-line'
  | 'function'
  | 'route'
  | 'rpc'
  | 'span-name'
  | 'messaging'
  | 'http-call'
  | 'query'
  | 'exception'
  | 'log'
  /** A place that a framework's naming of files says: `app/orders/page.tsx`. */
  | 'convention'
  | 'graphql'
  /** Somebody said so. */
  | 'pick'
  /** A function that bears the span's name, and nothing more: offered to whoever picks, never shown. */
  | 'same-name';

/** One reason to believe in a place. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** 0 to 1, before it is combined with other evidence. */
  readonly confidence: number;
  /** For the hover: `route POST /orders → OrderController.create`. */
  readonly text: string;
}

/** `owner`: the function whose duration the span is. `callsite`: the line that caused the span. */
export type Anchor = 'owner' | 'callsite';

/** A place in the workspace's code. */
export interface SourceLocation {
  /** Absolute path of the file. */
  readonly file: string;
  /** The whole function (owner), or the call (callsite). */
  readonly range: Range0;
  /** Where a hint is drawn: the line that names the function, or the line of the call. */
  readonly line: Line0;
  /** `OrderController.create`; for a callsite the function around it. */
  readonly symbol: string;
  readonly anchor: Anchor;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** Left out where the spans were measured on this very code, or nothing says on which. */
  readonly measured?: MeasuredOn;
}

/** The code that spans were measured on, where it is not that of now. */
export interface MeasuredOn {
  /** `unknown`: a revision was named, but what it was cannot be told. */
  readonly state: 'changed' | 'unknown';
  /** For the line: `at 3f2c1ab`; empty for `unknown`. */
  readonly label: string;
  /** For the hover, without a full stop: `measured at 3f2c1ab, function changed since`. */
  readonly text: string;
}

/** From here on a location is shown as the answer. */
export const DISPLAY_CONFIDENCE = 0.7;

/** From here on a location is offered as "possible". */
export const CANDIDATE_CONFIDENCE = 0.4;

/** Why an operation has no place, in the words of the mapping report. */
export interface UnmappedReason {
  readonly code: UnmappedCode;
  /** One sentence. */
  readonly text: string;
  /** What the user can do, one sentence. */
  readonly cure?: string;
  /** The path that is no file of the workspace for certain: the user may know. */
  readonly path?: UnmatchedPath;
}

/** A path of a running process that no file of the workspace is for certain. */
export interface UnmatchedPath {
  /** As the process wrote it. */
  readonly path: string;
  /** Absolute paths of the files that it may be. */
  readonly files: readonly string[];
}

export type UnmappedCode =
  | 'no-evidence'
  /** What the span names is code of a library. */
  | 'library-code'
  /** A library made the span of a call that nobody's own code starts: a query, a request going out. */
  | 'library-call'
  | 'file-not-found'
  /** The file is known, but not read: too large, minified, not readable, a language without grammar. */
  | 'file-not-read'
  /** The file has no such line. */
  | 'line-not-found'
  | 'symbol-not-found'
  /** Nothing fits, and the service is bound to no folder where it could have been looked for. */
  | 'service-not-bound'
  | 'not-in-workspace'
  /** What would have fitted was rejected by the user. */
  | 'not-this-code'
  | 'ambiguous'
  | 'low-confidence';

/** The answer of the resolver for one operation. */
export type Mapping =
  | { readonly status: 'mapped'; readonly location: SourceLocation; readonly alternatives: readonly SourceLocation[] }
  | { readonly status: 'ambiguous'; readonly candidates: readonly SourceLocation[]; readonly reason: UnmappedReason }
  | { readonly status: 'unmapped'; readonly candidates: readonly SourceLocation[]; readonly reason: UnmappedReason };
