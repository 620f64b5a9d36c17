import type { ExpectedPlace, LabelledOperation } from './labels';

/** Lines that a place may be off. */
const TOLERANCE = 2;

/** A place of an answer; the path relative to the repository with `/`, lines from 1. */
export interface AnsweredPlace {
  readonly file: string;
  readonly line: number;
  readonly symbol: string;
}

/**
 * What an answer is worth: of an operation with a place `right`, `wrong` or `missed` (nothing was shown), of one without
 * `false` (something was shown) or `rejected`.
 */
export type Verdict = 'right' | 'wrong' | 'missed' | 'false' | 'rejected';

/** How often each verdict was given. */
export type Tally = Record<Verdict, number>;

/** @param shown what is shown as the answer; undefined where nothing is, or a choice. */
export function verdictOf({ expected }: LabelledOperation, shown: AnsweredPlace | undefined): Verdict {
  if (typeof expected === 'string') return shown === undefined ? 'rejected' : 'false';
  if (shown === undefined) return 'missed';
  return isRight(shown, expected) ? 'right' : 'wrong';
}

/** Whether a place is the labelled one, or one that is as good. */
export function isRight({ file, line, symbol }: AnsweredPlace, expected: ExpectedPlace): boolean {
  const near = (wanted: number): boolean => Math.abs(line - wanted) <= TOLERANCE;
  if (expected.also_accept?.some((other) => other.path === file && near(other.line)) === true) return true;
  if (file !== expected.path) return false;
  if (expected.also_accept_lines?.includes(line) === true) return true;
  if (expected.anchor === 'callsite') return near(expected.line);
  const [first, last] = expected.range ?? [expected.line, expected.line];
  if (line < first - TOLERANCE || line > last + TOLERANCE) return false;
  // A short neighbour may lie within the tolerance.
  return (line >= first && line <= last) || symbol === '' || simpleName(symbol) === simpleName(expected.symbol);
}

export function tallyOf(verdicts: Iterable<Verdict>): Tally {
  const tally: Tally = { right: 0, wrong: 0, missed: 0, false: 0, rejected: 0 };
  for (const verdict of verdicts) tally[verdict]++;
  return tally;
}

/** Right ones of those that were shown; undefined where nothing was. */
export function precisionOf({ right, wrong, false: shownInVain }: Tally): number | undefined {
  return share(right, right + wrong + shownInVain);
}

/** Right ones of those that have a place; undefined where none has. */
export function recallOf({ right, wrong, missed }: Tally): number | undefined {
  return share(right, right + wrong + missed);
}

/** Those without a place that were shown none; undefined where all have one. */
export function rejectionOf({ rejected, false: shownInVain }: Tally): number | undefined {
  return share(rejected, rejected + shownInVain);
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** `run` of `*Worker::run()`. */
function simpleName(symbol: string): string {
  const parts = symbol.split(/::|[.#]/);
  return parts
    .at(-1)!
    .replace(/^[()*<>]+|[()*<>]+$/g, '')
    .toLowerCase();
}
