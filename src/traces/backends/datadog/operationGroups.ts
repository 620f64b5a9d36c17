import { BucketHistogram, type Bucket } from '../../../model/histogram/bucketHistogram';
import { SPAN_KINDS, type OperationStats, type SpanKind, type TrendPoint } from '../../../model/operation';
import { millisLossy, type TimeWindow } from '../../../model/time';
import { kindOf, textOf } from '../../formats/recordValues';
import { isObject } from '../../otlp/jsonFields';
import type { Compute, CountedGroup, GroupBy } from './datadogApi';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
/** Groups that are asked for: those with the most time. */
export const MOST_NAMES = 150;
/** Stands for spans that have no kind. */
const NONE = 'none';

const DURATION = '@duration';
const QUANTILES: readonly (readonly [number, string])[] = [
  [0, 'min'],
  [0.5, 'median'],
  [0.75, 'pc75'],
  [0.9, 'pc90'],
  [0.95, 'pc95'],
  [0.99, 'pc99'],
  [1, 'max'],
];

/** What tells operations apart, as far as Datadog groups by it, and its spans say it. */
export interface GroupKey {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
}

/** What was counted of one group. */
export interface OperationGroup {
  readonly key: GroupKey;
  readonly count: number;
  readonly totalNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  readonly latency: BucketHistogram;
  readonly counts: readonly number[];
  readonly p95s: readonly (number | undefined)[];
}

/** What was counted of the failed calls of one group. */
export interface FailedGroup {
  readonly count: number;
  readonly maxNs: number;
  readonly counts: readonly number[];
}

/** The dimensions; a service that was asked for is none. */
export function groupBy(withService: boolean): GroupBy[] {
  const sort = { type: 'measure', aggregation: 'sum', metric: DURATION, order: 'desc' };
  return [
    ...(withService ? [{ facet: 'service', limit: 50, sort }] : []),
    { facet: 'resource_name', limit: withService ? 20 : MOST_NAMES, sort },
    { facet: '@span.kind', limit: SPAN_KINDS.length, sort, missing: NONE },
  ];
}

/** What is counted of all calls. */
export function computesOf(window: TimeWindow): Compute[] {
  const total = (aggregation: string): Compute => ({ aggregation, metric: DURATION, type: 'total' });
  const interval = intervalOf(window);
  return [
    { aggregation: 'count', type: 'total' },
    total('sum'),
    ...QUANTILES.map(([, aggregation]) => total(aggregation)),
    { aggregation: 'count', type: 'timeseries', interval },
    { aggregation: 'pc95', metric: DURATION, type: 'timeseries', interval },
  ];
}

/** What is counted of failed calls. */
export function failedComputesOf(window: TimeWindow): Compute[] {
  return [
    { aggregation: 'count', type: 'total' },
    { aggregation: 'max', metric: DURATION, type: 'total' },
    { aggregation: 'count', type: 'timeseries', interval: intervalOf(window) },
  ];
}

/** Of a key, the same for the same. */
export function keyText({ service, name, kind }: GroupKey): string {
  return JSON.stringify([service, name, kind]);
}

/** A group of {@link computesOf}; undefined where nothing was counted. */
export function operationGroup(
  group: CountedGroup,
  service: string | undefined,
  window: TimeWindow,
): OperationGroup | undefined {
  const [count, totalNs, ...rest] = group.values;
  const calls = numberOf(count);
  if (!(calls > 0)) return undefined;
  const quantiles = rest.slice(0, QUANTILES.length).map(numberOf);
  const [counts, p95s] = rest.slice(QUANTILES.length);
  const minNs = quantiles[0] ?? NaN;
  const maxNs = quantiles.at(-1) ?? NaN;
  return {
    key: groupKey(group, service),
    count: calls,
    totalNs: numberOf(totalNs) || 0,
    minNs,
    maxNs,
    latency: new BucketHistogram(bucketsOf(calls, quantiles), maxNs),
    counts: stepsOf(counts, window, (sum, value) => sum + value).map((value) => value ?? 0),
    p95s: stepsOf(p95s, window, Math.max),
  };
}

/** A group of {@link failedComputesOf}, and what it is of. */
export function failedGroup(
  group: CountedGroup,
  service: string | undefined,
  window: TimeWindow,
): readonly [string, FailedGroup] {
  const [count, maxNs, counts] = group.values;
  const steps = stepsOf(counts, window, (sum, value) => sum + value).map((value) => value ?? 0);
  return [keyText(groupKey(group, service)), { count: numberOf(count) || 0, maxNs: numberOf(maxNs), counts: steps }];
}

/** How both went over time. */
export function trendOf({ counts, p95s }: OperationGroup, failed: FailedGroup | undefined): OperationStats['trend'] {
  return counts.map((count, step): TrendPoint => {
    const p95Ns = count > 0 ? p95s[step] : undefined;
    return { count, errorCount: Math.min(count, failed?.counts[step] ?? 0), p95Ns };
  });
}

function groupKey({ by }: CountedGroup, service: string | undefined): GroupKey {
  const text = (facet: string): string => {
    const value = textOf(by[facet]) ?? '';
    return value === NONE ? '' : value;
  };
  const kind = SPAN_KINDS[kindOf(text('@span.kind') || text('span.kind'))] ?? 'UNSPECIFIED';
  return { service: service ?? text('service'), name: text('resource_name'), kind };
}

/** Between two quantiles lies the share of calls that they enclose. */
function bucketsOf(count: number, quantiles: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  let [below, lowerNs] = [0, quantiles[0] ?? NaN];
  for (const [at, [share]] of QUANTILES.entries()) {
    const upperNs = quantiles[at] ?? NaN;
    // Estimates may contradict each other, and what cannot be estimated is missing.
    const isHigher = upperNs > lowerNs || (share === 1 && Number.isFinite(lowerNs));
    if (at === 0 || !isHigher) continue;
    buckets.push({ lowerNs, upperNs: Math.max(upperNs, lowerNs + 1), count: share * count - below });
    [below, lowerNs] = [share * count, upperNs];
  }
  return buckets;
}

function stepsOf(
  points: unknown,
  { from, to }: TimeWindow,
  join: (a: number, b: number) => number,
): (number | undefined)[] {
  const steps = new Array<number | undefined>(STEPS).fill(undefined);
  const [fromMs, toMs] = [millisLossy(from), millisLossy(to)];
  for (const point of Array.isArray(points) ? (points as unknown[]) : []) {
    if (!isObject(point)) continue;
    const [atMs, value] = [Date.parse(String(point.time)), numberOf(point.value)];
    if (Number.isNaN(atMs) || Number.isNaN(value)) continue;
    // Intervals begin at round times: the first may begin before the window.
    const step = Math.floor(((atMs - fromMs) / (toMs - fromMs)) * STEPS);
    const at = Math.min(STEPS - 1, Math.max(0, step));
    const known = steps[at];
    steps[at] = known === undefined ? value : join(known, value);
  }
  return steps;
}

function intervalOf({ from, to }: TimeWindow): string {
  return `${Math.max(1, Math.ceil(Number(to - from) / 1e9 / STEPS))}s`;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN;
}
