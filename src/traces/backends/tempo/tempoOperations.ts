import { BucketHistogram, type Bucket } from '../../../model/bucketHistogram';
import { NO_ATTRIBUTES, type AttributeValue } from '../../../model/attributes';
import { SPAN_KINDS, type OperationKey, type OperationStats, type TrendPoint } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import { millisLossy, type TimeWindow } from '../../../model/time';
import { SharedWork } from '../sharedWork';
import type { TempoApi } from './tempoApi';
import { labelOf, readServiceAttributes, type ServiceAttributes } from './tempoAttributes';
import { findExemplars, type ExemplarsOf } from './tempoExemplars';
import { serviceConditions } from './tempoQuery';
import { sumOf, type TempoSeries } from './tempoSeries';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
const LEAST_STEP_S = 15;
/** What spans carry changes with a deployment, not from minute to minute. */
const ATTRIBUTES_TTL_MS = 5 * 60_000;
const NS_PER_SECOND = 1e9;
const BUCKET = '__bucket';
const NUMBERS = /^code\.(line\.number|lineno|column\.number|column)$/;

/** Why percentiles are estimates; ends a sentence. */
const BUCKETS_OF_TWO = 'Tempo counts durations in buckets whose bounds double';

interface Group {
  readonly labels: ReadonlyMap<string, string>;
  readonly histogram: TempoSeries[];
  /** All spans: the histogram leaves out those shorter than 2 ns. */
  readonly calls: TempoSeries[];
  readonly errors: TempoSeries[];
}

/** Operations of a service, counted by Tempo itself: TraceQL metrics by name, kind and what tells spans apart besides. */
export class TempoOperations {
  private readonly attributes = new SharedWork<ServiceAttributes>(ATTRIBUTES_TTL_MS);

  constructor(
    private readonly api: TempoApi,
    private readonly environment: string | undefined,
  ) {}

  /** @throws BackendError, also where this Tempo has no metrics (see `hasNoMetrics`). */
  async ofService(service: string, window: TimeWindow, signal: AbortSignal): Promise<OperationStats[]> {
    const { api } = this;
    const conditions = serviceConditions(service, this.environment);
    const attributes = await this.attributes.get(
      service,
      (shared) => readServiceAttributes(api, conditions, window, shared),
      signal,
    );
    const by = ['name', 'kind', ...attributes.split].join(', ');
    const lengthMs = millisLossy(window.to) - millisLossy(window.from);
    const step = Math.max(LEAST_STEP_S, Math.ceil(lengthMs / 1000 / STEPS));
    const durations = await api.range(
      `{ ${conditions} } | histogram_over_time(duration) by (${by})`,
      window,
      step,
      signal,
    );
    const counted = ` | count_over_time() by (${by})`;
    const calls = await api.range(`{ ${conditions} }${counted}`, window, step, signal);
    const failures = await api.range(`{ ${conditions} && status = error }${counted}`, window, step, signal);
    const exemplarsOf = await findExemplars(api, conditions, attributes.split, window, signal);
    const partial = durations.partial ?? calls.partial ?? failures.partial;
    const groups = [...grouped(durations.series, calls.series, failures.series).values()];
    const table = new OperationTable();
    return groups.flatMap((group) => statsOf(group, { service, attributes, table, exemplarsOf, partial }) ?? []);
  }
}

interface Context {
  readonly service: string;
  readonly attributes: ServiceAttributes;
  readonly table: OperationTable;
  readonly exemplarsOf: ExemplarsOf;
  readonly partial: string | undefined;
}

function grouped(
  durations: readonly TempoSeries[],
  calls: readonly TempoSeries[],
  failures: readonly TempoSeries[],
): Map<string, Group> {
  const groups = new Map<string, Group>();
  const groupOf = ({ labels }: TempoSeries): Group => {
    const own = new Map([...labels].filter(([name]) => name !== BUCKET).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify([...own]);
    const known = groups.get(key) ?? { labels: own, histogram: [], calls: [], errors: [] };
    groups.set(key, known);
    return known;
  };
  for (const series of durations) groupOf(series).histogram.push(series);
  for (const series of calls) groupOf(series).calls.push(series);
  for (const series of failures) groupOf(series).errors.push(series);
  return groups;
}

function statsOf(group: Group, context: Context): OperationStats | undefined {
  const buckets = group.histogram.map((series) => bucketOf(series, sumOf(series)));
  const exemplars = context.exemplarsOf(group.labels);
  const latency = new BucketHistogram(buckets, exemplars.slowest?.durationNs);
  const count = Math.max(latency.count, totalOf(group.calls));
  if (count === 0) return undefined;
  const key = keyOf(group, context);
  const id = context.table.id(context.table.intern(key));
  const errorCount = Math.min(count, totalOf(group.errors));
  return {
    ...{ id, key, errorCount, latency, exemplars: exemplars.near(latency.quantile(0.5)) },
    count,
    totalNs: latency.totalNs,
    trend: trendOf(group),
    exact: context.partial === undefined,
    estimate: context.partial === undefined ? BUCKETS_OF_TWO : `Tempo answered in part: ${context.partial}`,
  };
}

function totalOf(series: readonly TempoSeries[]): number {
  return Math.round(series.reduce((sum, one) => sum + sumOf(one), 0));
}

function keyOf({ labels }: Group, { service, attributes }: Context): OperationKey {
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

function trendOf({ histogram, calls, errors }: Group): TrendPoint[] {
  const times = [...new Set(calls.flatMap(({ samples }) => samples.map(({ timeMs }) => timeMs)))].sort((a, b) => a - b);
  const at = (series: TempoSeries, timeMs: number): number =>
    series.samples.find((sample) => sample.timeMs === timeMs)?.value ?? 0;
  return times.map((timeMs): TrendPoint => {
    const step = new BucketHistogram(histogram.map((series) => bucketOf(series, at(series, timeMs))));
    const sumAt = (list: readonly TempoSeries[]): number =>
      Math.round(list.reduce((sum, series) => sum + at(series, timeMs), 0));
    const p95Ns = step.count === 0 ? undefined : step.quantile(0.95);
    return { count: Math.max(step.count, sumAt(calls)), errorCount: sumAt(errors), p95Ns };
  });
}
