import type { SpanKind } from './operation';

/** The operations a choice is about, in words that a person can read and check in. */
export interface ChosenOperation {
  readonly service: string;
  readonly kind: SpanKind;
  readonly name: string;
  /** Left out: of any instrumentation scope. */
  readonly scope?: string;
  /** Each must be what the operation has; it may have more. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A function of the workspace, so that it is found again after edits. */
export interface ChosenPlace {
  /** Absolute path. */
  readonly file: string;
  /** `OrderController.create`; the function around a call; `(anonymous)` for one without a name; empty for none. */
  readonly symbol: string;
  /** Counts from 1. Of several functions of that symbol the nearest to it is meant. */
  readonly line: number;
}

/** What somebody said of where operations belong: `pick` that they do belong there, `not` that they do not. */
export interface Choice {
  readonly verdict: 'pick' | 'not';
  readonly operation: ChosenOperation;
  readonly place: ChosenPlace;
}
