import { NO_ATTRIBUTES, type AttributeValue } from '../../../model/attributes';
import { BucketHistogram, type Bucket } from '../../../model/histogram/bucketHistogram';
import { quantileBuckets } from '../../../model/histogram/quantileBuckets';
import { OPERATION_ATTRIBUTES, type OperationStats, SPAN_KINDS } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import type { TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { recordIds } from '../../formats/recordIds';
import { kindOf, typedText } from '../../formats/recordValues';
import { NO_SCOPE, type SpanRecord } from '../../formats/spanRecord';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { hasFault } from '../backendError';
import { lookback } from '../lookback';
import { exemplarsOf } from '../spanExemplars';
import { LightstepApi, type Series } from './lightstepApi';
import { environmentFilters, equalTo, filtersOf, oneOf, SPAN, TRACE } from './uql';

/** What each question may bring, together less than a file's hints may cost. */
const COUNT_BYTES = 256 * 1024;
const PERCENTILE_BYTES = 96 * 1024;
const EXEMPLAR_BYTES = 320 * 1024;
/** With the question for counts and that for single spans, these are the five requests that hints may cost. */
const PERCENTILES = [50, 95, 99];
/** Parts of the window that tell when a span was. */
const STEPS = 900;
const NS_PER_MS = 1e6;
/** Ends a sentence. */
const ESTIMATED = 'Cloud Observability tells percentiles, of which all other durations are estimated';
/** Operations that are told where one answer does not hold them all. */
const FEWER_OPERATIONS = 60;
/** Ends a sentence. */
const CUT = `Cloud Observability has more operations than hints may bring; ${FEWER_OPERATIONS} of them are told`;
const IDENTITY = ['service', 'operation', 'span.kind', ...OPERATION_ATTRIBUTES];

/** Where operations are counted. */
export interface CountSource {
  readonly api: LightstepApi;
  readonly environment: string | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

interface Counted {
  readonly labels: ReadonlyMap<string, string>;
  count: number;
  errorCount: number;
}

/** Operations as Lightstep counts them: spans grouped by what identifies an operation. */
export async function countedOperations(
  { api, environment, nowMs }: CountSource,
  { service, names, window: wanted }: OperationQuery,
  signal: AbortSignal,
): Promise<OperationStats[]> {
  const window = untilNow(wanted, nowMs);
  const named = names === undefined ? undefined : oneOf(['operation'], names);
  const filters = [
    ...filtersOf({ ...(service === undefined ? {} : { service }), window, limit: 0 }),
    ...(named === undefined ? [] : [named]),
    ...environmentFilters(environment),
  ];
  const common = { filters, window, isBackground: true };
  const whole = { ...common, steps: 1 };
  const counts = { fetch: 'count', labels: [...IDENTITY, 'error'], maxWireBytes: COUNT_BYTES } as const;
  const { series, isCut } = await api.firstSeries({ ...whole, ...counts }, signal);
  const first = countedBy(series);
  const told = isCut ? { filters: [...filters, mostFrequent(first)] } : {};
  // What was cut off may be of the same operations.
  const again = { ...whole, ...told, ...counts, maxWireBytes: PERCENTILE_BYTES };
  const counted = isCut ? countedBy(await api.series(again, signal)) : first;
  if (counted.size === 0) return [];
  // What no span has need not be asked for again.
  const labels = IDENTITY.filter((label) => [...counted.values()].some((one) => one.labels.has(label)));
  const overSeconds = LightstepApi.secondsOf(window);
  // The second question for counts is one less for these.
  const asked = isCut ? PERCENTILES.slice(0, 2) : PERCENTILES;
  const latency = { fetch: 'latency', labels, overSeconds, maxWireBytes: PERCENTILE_BYTES } as const;
  const [spans, ...percentiles] = await Promise.all([
    singleSpans(api, { ...common, ...told, labels: [...labels, 'error', TRACE, SPAN] }, signal),
    ...asked.map(async (percentile) => {
      const series = await api.series({ ...whole, ...told, ...latency, percentile }, signal);
      return new Map(series.map((one) => [keyText(one.labels), latestOf(one)]));
    }),
  ]);
  const table = new OperationTable();
  return [...counted].flatMap(([key, one]) => {
    if (names !== undefined && !names.includes(one.labels.get('operation') ?? '')) return [];
    const known = asked.flatMap((percent, at) => {
      const milliseconds = percentiles[at]?.get(key);
      return milliseconds === undefined ? [] : [{ percent, ns: milliseconds * NS_PER_MS }];
    });
    const stats = statsOf(one, known, spans.get(key) ?? [], table);
    return [isCut ? { ...stats, exact: false, estimate: CUT } : stats];
  });
}

function countedBy(series: readonly Series[]): Map<string, Counted> {
  const counted = new Map<string, Counted>();
  for (const { labels, points } of series) {
    const key = keyText(labels);
    const calls = Math.round(points.reduce((sum, [, value]) => sum + value, 0));
    if (calls <= 0) continue;
    const one = counted.get(key) ?? { labels, count: 0, errorCount: 0 };
    one.count += calls;
    if (labels.get('error') === 'true') one.errorCount += calls;
    counted.set(key, one);
  }
  return counted;
}

/** A filter for the operations with the most calls, of those whose names can be asked for. */
function mostFrequent(counted: ReadonlyMap<string, Counted>): string {
  const byCount = [...counted.values()].sort((a, b) => b.count - a.count);
  const names = byCount.map(({ labels }) => labels.get('operation') ?? '');
  const written = [...new Set(names)].filter((name) => equalTo('operation', name) !== undefined);
  return oneOf(['operation'], written.slice(0, FEWER_OPERATIONS)) ?? 'operation == ""';
}

/** Spans by operation. Statistics are worth showing without spans to open. */
async function singleSpans(
  api: LightstepApi,
  asked: { readonly filters: readonly string[]; readonly labels: readonly string[]; readonly window: TimeWindow },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly SpanRecord[]>> {
  const spans = new Map<string, SpanRecord[]>();
  const request = { ...asked, fetch: 'latency', percentile: 50, steps: STEPS, maxWireBytes: EXEMPLAR_BYTES } as const;
  try {
    for (const series of await api.series({ ...request, isBackground: true }, signal)) {
      const span = spanOf(series);
      const key = keyText(series.labels);
      if (span !== undefined) spans.set(key, [...(spans.get(key) ?? []), span]);
    }
  } catch (error) {
    // So many groups may be more than it gives, or than is read: the bound has no status.
    const isOurs = hasFault(error, 'tooLarge') && error.status === undefined;
    if (!isOurs && !hasFault(error, 'badRequest')) throw error;
  }
  return spans;
}

/** A span as far as its group tells it. */
function spanOf({ labels, points: [point] }: Series): SpanRecord | undefined {
  const ids = recordIds(labels.get(TRACE), labels.get(SPAN), undefined);
  if (ids === undefined || point === undefined) return undefined;
  const startNs = BigInt(Math.round(point[0])) * 1_000_000n;
  return {
    ...{ ...ids, name: labels.get('operation') ?? '', kind: kindOf(labels.get('span.kind')) },
    ...{ startNs, endNs: startNs + BigInt(Math.round(point[1] * NS_PER_MS)) },
    ...{ attributes: NO_ATTRIBUTES, resource: NO_ATTRIBUTES, events: [], links: [], scope: NO_SCOPE },
    status: { code: labels.get('error') === 'true' ? 2 : 0 },
  };
}

function statsOf(
  { labels, count, errorCount }: Counted,
  percentiles: readonly { readonly percent: number; readonly ns: number }[],
  spans: readonly SpanRecord[],
  table: OperationTable,
): OperationStats {
  const median = percentiles[0]?.ns ?? 0;
  const lengths = spans.map(({ startNs, endNs }) => Number(endNs - startNs));
  const maxNs = [...percentiles.map(({ ns }) => ns), ...lengths].reduce((a, b) => Math.max(a, b), 0);
  const minNs = lengths.reduce((a, b) => Math.min(a, b), median);
  const buckets = percentiles.length === 0 ? [] : quantileBuckets({ count, minNs, maxNs, percentiles });
  const attributes = new Map<string, AttributeValue>();
  for (const name of OPERATION_ATTRIBUTES) {
    const value = labels.get(name);
    if (value !== undefined) attributes.set(name, typedText(name, value));
  }
  const key = {
    ...{ service: labels.get('service') ?? UNKNOWN_SERVICE, resource: NO_ATTRIBUTES, scope: '', attributes },
    ...{ kind: SPAN_KINDS[kindOf(labels.get('span.kind'))]!, name: labels.get('operation') ?? '' },
  };
  return {
    id: table.id(table.intern(key)),
    ...{ key, count, errorCount, totalNs: buckets.reduce(addTime, 0) },
    latency: new BucketHistogram(buckets, maxNs),
    trend: [],
    exemplars: exemplarsOf(spans, median),
    exact: true,
    estimate: ESTIMATED,
  };
}

function addTime(sum: number, { lowerNs, upperNs, count }: Bucket): number {
  return sum + ((lowerNs + upperNs) / 2) * count;
}

/** What identifies an operation, as a text. */
function keyText(labels: ReadonlyMap<string, string>): string {
  return JSON.stringify(IDENTITY.map((label) => labels.get(label) ?? null));
}

function latestOf({ points }: Series): number | undefined {
  return points.reduce<readonly [number, number] | undefined>(
    (latest, point) => (latest === undefined || point[0] > latest[0] ? point : latest),
    undefined,
  )?.[1];
}

function untilNow({ from, to }: TimeWindow, nowMs: number): TimeWindow {
  const now = lookback(nowMs, 0).to;
  return { from, to: to < now ? to : now };
}
