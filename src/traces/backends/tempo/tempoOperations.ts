import { BucketHistogram, type Bucket } from '../../../model/bucketHistogram';
import { NO_ATTRIBUTES, type AttributeValue } from '../../../model/attributes';
import { SPAN_KINDS, type OperationKey, type OperationStats, type TrendPoint } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import { millisLossy, type TimeWindow } from '../../../model/time';
import { SharedWork } from '../sharedWork';
import type { MetricsAnswer, TempoApi } from './tempoApi';
import { labelOf, readServiceAttributes, type ServiceAttributes } from './tempoAttributes';
import { findExemplars, type ExemplarsOf } from './tempoExemplars';
import { serviceConditions } from './tempoQuery';
import { sumOf, type TempoSeries } from './tempoSeries';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
/** Tempo's own steps are shorter: it puts their ends where it likes, and leaves out the last one that has not ended. */
const STEPS_OF_TEMPO = 16;
const LEAST_STEP_S = 15;
/** Bytes that each question may bring; with those for attributes and exemplars less than a file's hints may cost. */
const MAX_DURATIONS_BYTES = 192 * 1024;
const MAX_COUNTS_BYTES = 64 * 1024;
const MAX_TREND_BYTES = 96 * 1024;
/** What spans carry changes with a deployment, not from minute to minute. */
const ATTRIBUTES_TTL_MS = 5 * 60_000;
const NS_PER_SECOND = 1e9;
const BUCKET = '__bucket';
const STATUS = 'status';
const NUMBERS = /^code\.(line\.number|lineno|column\.number|column)$/;

/** Why percentiles are estimates; ends a sentence. */
const BUCKETS_OF_TWO = 'Tempo counts durations in buckets whose bounds double';

interface Group {
  readonly labels: ReadonlyMap<string, string>;
  /** One series a bucket. */
  readonly histogram: TempoSeries[];
  /** All spans, one series a status: the histogram leaves out those shorter than 2 ns. */
  readonly calls: TempoSeries[];
  /** The histogram again, and the failed spans, by steps. */
  readonly steps: TempoSeries[];
  readonly failures: TempoSeries[];
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
    const counted = await this.count(conditions, attributes.split, window, signal);
    const exemplarsOf = await findExemplars(api, conditions, attributes.split, window, signal);
    const table = new OperationTable();
    const context = { ...counted, service, window, attributes, table, exemplarsOf };
    return [...counted.groups.values()].flatMap((group) => statsOf(group, context) ?? []);
  }

  /**
   * Totals are asked for at once, because only so Tempo counts exactly the window; the trend by steps. Five labels are what
   * Tempo groups by, and a bucket is one of them.
   */
  private async count(conditions: string, split: readonly string[], window: TimeWindow, signal: AbortSignal) {
    const { api } = this;
    const by = ['name', 'kind', ...split].join(', ');
    const [all, failed] = [`{ ${conditions} }`, `{ ${conditions} && status = error }`];
    const histogram = `${all} | histogram_over_time(duration) by (${by})`;
    const step = Math.max(LEAST_STEP_S, Math.ceil(lengthMs(window) / 1000 / STEPS_OF_TEMPO));
    const ask = (q: string, maxWireBytes: number) => ({ q, window, maxWireBytes });
    const [durations, calls] = await Promise.all([
      api.instant(ask(histogram, MAX_DURATIONS_BYTES), signal),
      api.instant(ask(`${all} | count_over_time() by (${by}, status)`, MAX_COUNTS_BYTES), signal),
    ]);
    const [steps, failures] = await Promise.all([
      api.range(ask(histogram, MAX_TREND_BYTES), step, signal),
      api.range(ask(`${failed} | count_over_time() by (${by})`, MAX_COUNTS_BYTES), step, signal),
    ]);
    const groups = grouped({ durations, calls, steps, failures });
    return { groups, stepMs: step * 1000, partial: durations.partial ?? calls.partial };
  }
}

interface Context {
  readonly service: string;
  readonly window: TimeWindow;
  readonly stepMs: number;
  readonly attributes: ServiceAttributes;
  readonly table: OperationTable;
  readonly exemplarsOf: ExemplarsOf;
  readonly partial: string | undefined;
}

/** The answers to one service's questions, by what they become in a {@link Group}. */
type Answers = Readonly<Record<'durations' | 'calls' | 'steps' | 'failures', MetricsAnswer>>;

function grouped({ durations, calls, steps, failures }: Answers): Map<string, Group> {
  const groups = new Map<string, Group>();
  const groupOf = ({ labels }: TempoSeries): Group => {
    const own = [...labels].filter(([name]) => name !== BUCKET && name !== STATUS);
    const sorted = new Map(own.sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify([...sorted]);
    const known = groups.get(key) ?? { labels: sorted, histogram: [], calls: [], steps: [], failures: [] };
    groups.set(key, known);
    return known;
  };
  for (const series of durations.series) groupOf(series).histogram.push(series);
  for (const series of calls.series) groupOf(series).calls.push(series);
  for (const series of steps.series) groupOf(series).steps.push(series);
  for (const series of failures.series) groupOf(series).failures.push(series);
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
  const errorCount = Math.min(count, totalOf(group.calls.filter(({ labels }) => labels.get(STATUS) === 'error')));
  return {
    ...{ id, key, errorCount, latency, exemplars: exemplars.near(latency.quantile(0.5)) },
    count,
    totalNs: latency.totalNs,
    trend: trendOf(group, context),
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

/** Tempo's samples by the steps of the window that their middles are in. */
function trendOf({ steps, failures }: Group, { window, stepMs }: Context): TrendPoint[] {
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

function lengthMs({ from, to }: TimeWindow): number {
  return millisLossy(to) - millisLossy(from);
}
