import { SHAPE_PERCENTS } from '../../../model/histogram/quantileBuckets';
import type { TimeWindow } from '../../../model/time';
import { attributeName, ceilMillis, timeRange } from './nrql';
import { IS_ERROR, SPAN_COLUMNS } from './spanNrql';

/** Steps of the trend: the words draw eight. */
export const STEPS = 8;
/** What NRQL groups by at once. */
export const MOST_FACETS = 5;

/** Spans to be counted. */
export interface CountedSpans {
  /** With its `WHERE`, or empty. */
  readonly where: string;
  readonly window: TimeWindow;
  /** What tells operations apart; the first ones are always there. */
  readonly facets: readonly string[];
  readonly limit: number;
}

/** Calls, failures and durations by operation; the count comes first, so that no operation is left out for what it lacks. */
export function countNrql(spans: CountedSpans): string {
  const percents = SHAPE_PERCENTS.join(', ');
  const columns = [
    "count(*) AS 'n'",
    `filter(count(*), WHERE ${IS_ERROR}) AS 'e'`,
    "sum(duration.ms) AS 's'",
    "min(duration.ms) AS 'lo'",
    "max(duration.ms) AS 'hi'",
    `percentile(duration.ms, ${percents}) AS 'p'`,
    `filter(min(duration.ms), WHERE ${IS_ERROR}) AS 'elo'`,
    `filter(max(duration.ms), WHERE ${IS_ERROR}) AS 'ehi'`,
    `filter(percentile(duration.ms, ${percents}), WHERE ${IS_ERROR}) AS 'ep'`,
  ];
  return faceted(columns, spans);
}

/** Calls, failures and the 95th percentile by operation and step of the window. */
export function trendNrql(spans: CountedSpans): string {
  const bounds = stepBounds(spans.window);
  const columns = bounds.slice(0, -1).flatMap((from, step) => {
    const within = `timestamp >= ${from} AND timestamp < ${bounds[step + 1]!}`;
    return [
      `filter(count(*), WHERE ${within}) AS 'n${step}'`,
      `filter(count(*), WHERE ${within} AND ${IS_ERROR}) AS 'e${step}'`,
      `filter(percentile(duration.ms, 95), WHERE ${within}) AS 'p${step}'`,
    ];
  });
  return faceted(["count(*) AS 'n'", ...columns], spans);
}

/** For each attribute, how many spans of an operation have it, how many values it has there, and one of them. */
export function variationNrql(spans: CountedSpans, attributes: readonly string[]): string {
  const columns = attributes.flatMap((attribute, at) => {
    const name = attributeName(attribute)!;
    return [`count(${name}) AS 'c${at}'`, `uniqueCount(${name}) AS 'u${at}'`, `latest(${name}) AS 'v${at}'`];
  });
  return faceted(["count(*) AS 'n'", ...columns], spans);
}

/** Which attributes spans have, one of the spans whole, and how many there are. */
export function presenceNrql(where: string, window: TimeWindow) {
  return {
    keys: `SELECT keyset() FROM Span${where}${timeRange(window)}`,
    sample: `SELECT * FROM Span${where} LIMIT 1${timeRange(window)}`,
  };
}

/** How many spans there are in all. */
export function totalNrql(where: string, window: TimeWindow): string {
  return `SELECT count(*) AS 'n' FROM Span${where}${timeRange(window)}`;
}

/** Spans worth opening, as rows. @param order `duration.ms DESC`; the latest first where left out. */
export function exemplarNrql(
  where: string,
  window: TimeWindow,
  attributes: readonly string[],
  limit: number,
  order?: string,
): string {
  const columns = [...new Set([...SPAN_COLUMNS, ...attributes])].map((name) => attributeName(name));
  const sorted = order === undefined ? '' : ` ORDER BY ${order}`;
  return `SELECT ${columns.join(', ')} FROM Span${where}${sorted} LIMIT ${limit}${timeRange(window)}`;
}

/** Epoch milliseconds where the steps of a window begin, and where the last one ends. */
export function stepBounds({ from, to }: TimeWindow): number[] {
  const [first, end] = [Number(from / 1_000_000n), Number(ceilMillis(to))];
  return Array.from({ length: STEPS + 1 }, (_, step) => Math.round(first + ((end - first) * step) / STEPS));
}

function faceted(columns: readonly string[], { where, window, facets, limit }: CountedSpans): string {
  const by = facets.map((name) => attributeName(name)).join(', ');
  return `SELECT ${columns.join(', ')} FROM Span${where} FACET ${by} LIMIT ${limit}${timeRange(window)}`;
}
