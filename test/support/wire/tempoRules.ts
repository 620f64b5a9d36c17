import { nanos, type TimeWindow } from '../../../src/model/time';

/** How a Tempo is set up, or which one it is; 3.1 with its defaults where left out. */
export interface TempoVersion {
  /** 2.x without the component that computes metrics. */
  readonly withoutMetrics?: boolean;
  /** 2.x before `/api/v2/traces`. */
  readonly withoutV2?: boolean;
  /** `max_duration` of metrics: 24 since 3.0, 3 before. */
  readonly metricsHours?: number;
  /** `max_search_duration`. */
  readonly searchHours?: number;
  /** `query_end_cutoff`: 30 since 3.0, nothing before and where left out. */
  readonly cutoffSeconds?: number;
  /** `max_result_limit`. */
  readonly maxLimit?: number;
  /** VictoriaTraces: no instant queries, the root instead of the spans that matched, texts only. */
  readonly isVictoria?: boolean;
}

/** A request that Tempo refuses: a status, and a bare text. */
export class TempoRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const SECOND = 1_000_000_000n;
const HOUR = 3600n * SECOND;
const MAX_INTERVALS = 10_000n;
/** What stands in for a start that is later than the end once that has been moved. */
const LOOKBACK_NS = 15n * 60n * SECOND;

/** The window of searches and lists: whole seconds, moved back behind the cutoff, and not too long. */
export function searchWindow(query: URLSearchParams, version: TempoVersion): TimeWindow {
  const [start, end] = [query.get('start') ?? '', query.get('end') ?? ''];
  if ((start === '') !== (end === '')) {
    throw refused('error parsing date range: only one of start and end provided: must provide both or neither');
  }
  const cutoff = cutoffOf(version);
  let from = start === '' ? cutoff - LOOKBACK_NS : timestamp(start);
  let to = end === '' ? cutoff : timestamp(end);
  if (version.cutoffSeconds !== undefined && to > cutoff) {
    to = cutoff;
    if (from > to) from = cutoff - LOOKBACK_NS;
  }
  [from, to] = [from / SECOND, to / SECOND];
  const received = `received start=${from} end=${to}`;
  if (to <= from) throw refused(`http parameter start must be before end. ${received}`);
  const hours = version.searchHours ?? 168;
  if ((to - from) * SECOND > BigInt(hours) * HOUR) {
    throw refused(`range specified by start and end exceeds ${hours}h0m0s. ${received}`);
  }
  return { from: nanos(from * SECOND), to: nanos(to * SECOND) };
}

/** The limits of a search. */
export function searchBounds(query: URLSearchParams, { maxLimit = 262_144 }: TempoVersion) {
  const limit = Number(query.get('limit') ?? 20);
  const spans = Number(query.get('spss') ?? 3) || 3;
  if (limit > maxLimit) throw refused(`limit ${limit} exceeds max limit ${maxLimit}`);
  if (spans > 100) throw refused(`spans per span set exceeds 100. received ${spans}`);
  return { limit, spans };
}

/** The window of an instant query: its end moved back by whole seconds until it is behind the cutoff. */
export function instantWindow(query: URLSearchParams, version: TempoVersion): TimeWindow {
  const [from, end] = metricsBounds(query);
  const over = end - cutoffOf(version);
  const to = over < 0n ? end : end - ((over + SECOND - 1n) / SECOND) * SECOND;
  if (to <= from) throw refused('query window falls entirely within query_end_cutoff');
  checkLength(from, to, version);
  return { from: nanos(from), to: nanos(to) };
}

/**
 * The window of a range query: its beginning moved back to a whole step and one more, its end on to a whole step, or back
 * to the last one before the cutoff.
 */
export function rangeWindow(query: URLSearchParams, version: TempoVersion): TimeWindow & { readonly stepNs: bigint } {
  const [from, end] = metricsBounds(query);
  const cutoff = cutoffOf(version);
  const to = end > cutoff ? cutoff : end;
  if (to <= from) throw refused('query window falls entirely within query_end_cutoff');
  checkLength(from, to, version);
  const stepNs = BigInt(/^(\d+)s$/.exec(query.get('step') ?? '60s')![1]!) * SECOND;
  if ((to - from) / stepNs > MAX_INTERVALS) throw refused(`step of ${query.get('step')} is too small`);
  const aligned = to + ((stepNs - (to % stepNs)) % stepNs);
  const last = aligned > cutoff ? cutoff - (cutoff % stepNs) : aligned;
  return { from: nanos(from - (from % stepNs) - stepNs), to: nanos(last), stepNs };
}

function metricsBounds(query: URLSearchParams): [bigint, bigint] {
  const [from, to] = [timestamp(query.get('start') ?? ''), timestamp(query.get('end') ?? '')];
  if (to <= from) throw refused('end must be greater than start');
  return [from, to];
}

function checkLength(from: bigint, to: bigint, { metricsHours = 24 }: TempoVersion): void {
  if (to - from > BigInt(metricsHours) * HOUR) {
    throw refused(`metrics query time range exceeds the maximum allowed duration of ${metricsHours}h0m0s`);
  }
}

function cutoffOf({ cutoffSeconds = 0 }: TempoVersion): bigint {
  return BigInt(Date.now()) * 1_000_000n - BigInt(cutoffSeconds) * SECOND;
}

/** Up to ten digits are seconds, more are nanoseconds. */
function timestamp(text: string): bigint {
  if (!/^\d+$/.test(text)) throw refused(`could not parse ${JSON.stringify(text)}`);
  return text.length <= 10 ? BigInt(text) * SECOND : BigInt(text);
}

function refused(message: string): TempoRefusal {
  return new TempoRefusal(400, message);
}
