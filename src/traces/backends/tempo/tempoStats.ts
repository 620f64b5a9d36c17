import { BucketHistogram, type Bucket } from '../../../model/histogram/bucketHistogram';
import { NO_ATTRIBUTES, type AttributeValue } from '../../../model/attributes';
import { SPAN_KINDS, type OperationKey, type OperationStats, type TrendPoint } from '../../../model/operation';
import type { OperationTable } from '../../../model/operationTable';
import { millisLossy, type TimeWindow } from '../../../model/time';
import { labelOf, type ServiceAttributes } from './tempoAttributes';
import type { ExemplarsOf } from './tempoExemplars';
import { BUCKET, callsOf, failuresOf, type Group } from './tempoGroups';
import { sumOf, type TempoSeries } from './tempoSeries';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
const NS_PER_SECOND = 1e9;
const NUMBERS = /^code\.(line\.number|lineno|column\.number|column)$/;

/** Why percentiles are estimates; ends a sentence. */
const BUCKETS_OF_TWO = 'Tempo counts durations in buckets whose bounds double';

/** What operations are made of, besides their series. */
export interface StatsContext {
  readonly service: string;
  readonly window: TimeWindow;
  readonly stepMs: number;
  readonly attributes: ServiceAttributes;
  readonly table: OperationTable;
  readonly exemplarsOf: ExemplarsOf;
  readonly partial: string | undefined;
}

/** The statistics of a group; undefined if nothing was called. */
export function statsOf(group: Group, context: StatsContext): OperationStats | undefined {
  const buckets = group.histogram.map((series) => bucketOf(series, sumOf(series)));
  const exemplars = context.exemplarsOf(group.labels);
  const latency = new BucketHistogram(buckets, exemplars.slowest?.durationNs);
  const count = Math.max(latency.count, callsOf(group));
  if (count === 0) return undefined;
  const key = keyOf(group, context);
  const id = context.table.id(context.table.intern(key));
  const errorCount = Math.min(count, failuresOf(group));
  return {
    ...{ id, key, errorCount, latency, exemplars: exemplars.near(latency.quantile(0.5)) },
    count,
    totalNs: latency.totalNs,
    trend: trendOf(group, context),
    exact: context.partial === undefined,
    estimate: context.partial === undefined ? BUCKETS_OF_TWO : `Tempo answered in part: ${context.partial}`,
  };
}

function keyOf({ labels }: Group, { service, attributes }: StatsContext): OperationKey {
  const kind = SPAN_KINDS.find((known) => known.toLowerCase() === labels.get('kind')) ?? 'UNSPECIFIED';
  const shared = attributes.of(labelOf(labels), labels);
  const scope = shared.get('instrumentation:name') ?? '';
  const values = new Map<string, AttributeValue>();
  for (const [label, value] of shared) {
    if (!label.startsWith('span.')) continue;
    const name = label.slice('span.'.length).replace(/^"(.*)"$/, '$1');
    values.set(name, NUMBERS.test(name) && /^\d+$/.test(value) ? Number(value) : value);
  }
  return { service, resource: NO_ATTRIBUTES, scope, kind, name: labels.get('name') ?? '', attributes: values };
}

/** Tempo names a bucket by its upper bound in seconds; the next one's is twice that. */
function bucketOf({ labels }: TempoSeries, count: number): Bucket {
  const upperNs = Math.round(Number(labels.get(BUCKET) ?? 0) * NS_PER_SECOND);
  return { lowerNs: Math.floor(upperNs / 2), upperNs: Math.max(1, upperNs), count: Math.round(count) };
}

/** Tempo's samples by the steps of the window that their middles are in. */
function trendOf({ steps, failures }: Group, { window, stepMs }: StatsContext): TrendPoint[] {
  const fromMs = millisLossy(window.from);
  const widthMs = Math.max(1, lengthMs(window) / STEPS);
  const at = (series: TempoSeries, step: number): number =>
    series.samples.reduce((sum, { timeMs, value }) => {
      return Math.floor((timeMs - stepMs / 2 - fromMs) / widthMs) === step ? sum + value : sum;
    }, 0);
  return Array.from({ length: STEPS }, (_, step): TrendPoint => {
    const latency = new BucketHistogram(steps.map((series) => bucketOf(series, at(series, step))));
    const errors = Math.round(failures.reduce((sum, series) => sum + at(series, step), 0));
    const p95Ns = latency.count === 0 ? undefined : latency.quantile(0.95);
    return { count: Math.max(latency.count, errors), errorCount: errors, p95Ns };
  });
}

/** Milliseconds. */
export function lengthMs({ from, to }: TimeWindow): number {
  return millisLossy(to) - millisLossy(from);
}
