import type { TimeWindow } from '../../../model/time';
import { HONEYCOMB_START } from '../../formats/honeycombSpans';

/** A condition on one column. */
export interface QueryFilter {
  readonly column: string;
  readonly op: string;
  readonly value?: string | number | boolean | readonly string[];
}

/** What is calculated of each group. */
export interface Calculation {
  readonly op: string;
  readonly column?: string;
  readonly name?: string;
  readonly filters?: readonly QueryFilter[];
}

/** A query as Honeycomb's API takes it. */
export interface QuerySpec {
  readonly breakdowns?: readonly string[];
  readonly calculations: readonly Calculation[];
  readonly calculated_fields?: readonly { readonly name: string; readonly expression: string }[];
  readonly filters?: readonly QueryFilter[];
  readonly orders?: readonly { readonly op: string; readonly column?: string; readonly order: 'descending' }[];
  readonly limit: number;
  /** Seconds, until now. */
  readonly time_range?: number;
  /** Epoch seconds. */
  readonly start_time?: number;
  readonly end_time?: number;
}

/** What is asked of operations, whichever way. */
export interface AskedOperations {
  readonly breakdowns: readonly string[];
  readonly filters: readonly QueryFilter[];
  readonly times: Pick<QuerySpec, 'time_range' | 'start_time' | 'end_time'>;
}

/** The time of an event, as a column of a query. */
export const START_FIELD = { name: HONEYCOMB_START, expression: 'EVENT_TIMESTAMP()' };

const MINUTE_S = 60;
const DAY_S = 86_400;
/** No query spans more, and none begins earlier. */
const WEEK_S = 7 * DAY_S;
/** Windows that end so near to now end now. */
const NOW_S = 2 * MINUTE_S;
/** Up to so many seconds, times are cut to so many. */
const STEPS: readonly (readonly [number, number])[] = [
  [6 * 3600, MINUTE_S],
  [2 * DAY_S, 5 * MINUTE_S],
  [Infinity, 30 * MINUTE_S],
];

/**
 * A window as Honeycomb takes it: whole minutes, five or thirty of them, by the length; wide enough to hold what is meant.
 * Undefined where it is over for longer than Honeycomb answers for.
 */
export function absoluteTimes(
  window: TimeWindow,
  nowMs: number,
): Pick<QuerySpec, 'start_time' | 'end_time'> | undefined {
  const now = nowMs / 1000;
  const [from, to] = [Math.max(secondsOf(window.from), now - WEEK_S + DAY_S / 24), secondsOf(window.to)];
  if (to <= from) return undefined;
  const [, step] = STEPS.find(([length]) => to - from + 2 * MINUTE_S <= length)!;
  return {
    start_time: Math.floor(from / step) * step,
    end_time: Math.min(Math.ceil(to / step), Math.ceil(now / step) + 1) * step,
  };
}

/** A window that ends about now, without its ends: such a query is made once and run again and again. */
export function relativeTimes(window: TimeWindow, nowMs: number): Pick<QuerySpec, 'time_range'> | undefined {
  if (Math.abs(secondsOf(window.to) - nowMs / 1000) > NOW_S) return undefined;
  const length = Math.ceil((nowMs / 1000 - secondsOf(window.from)) / MINUTE_S) * MINUTE_S;
  return length > 0 && length <= WEEK_S ? { time_range: length } : undefined;
}

function secondsOf(ns: bigint): number {
  return Number(ns / 1_000_000n) / 1000;
}
