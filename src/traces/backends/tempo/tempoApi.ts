import { millisLossy, type TimeWindow } from '../../../model/time';
import type { TraceId } from '../../../model/ids';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { collectOtlpJson } from '../otlpAnswer';
import type { SpanCollector } from '../spanCollector';
import type { BackendAnswer } from '../transport/backendAnswer';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import { readSeries, type TempoSeries } from './tempoSeries';
import { readFoundTrace, type FoundTrace } from './tempoSearch';
import { readTraceAnswer } from './tempoTrace';

/** Tempo refuses a search over a longer time (`max_search_duration`, 168 h unless set otherwise). */
const LONGEST_SEARCH_S = 168 * 3600;
const MAX_TRACES = 10_000;
/** Tempo's own bound of spans named per trace. */
const MAX_SPANS_PER_TRACE = 100;
/** Bounds of what one question may bring. */
const MAX_METRICS_BYTES = 16 << 20;
const MAX_TAGS_BYTES = 8 << 20;

/** A search as Tempo takes it. */
export interface TempoSearch {
  /** TraceQL. */
  readonly q: string;
  readonly window: TimeWindow;
  readonly limit: number;
  /** Spans named per trace. */
  readonly spansPerTrace: number;
  readonly maxWireBytes?: number;
}

/** Series, and whether Tempo left some out. */
export interface MetricsAnswer {
  readonly series: readonly TempoSeries[];
  /** What Tempo says of an answer that is not whole. */
  readonly partial: string | undefined;
}

/** Tempo's HTTP API, as of 2.x and 3.x (https://grafana.com/docs/tempo/latest/api_docs/). */
export class TempoApi {
  constructor(readonly http: BackendHttp) {}

  /** Values of an attribute (`resource.service.name`) or an intrinsic (`name`), in some order. */
  async values(tag: string, window: TimeWindow, q: string | undefined, signal: AbortSignal): Promise<string[]> {
    const path = urlPath`/api/v2/search/tag/${tag}/values`;
    const body = await this.http.json({ path, query: { ...seconds(window), q }, maxBytes: MAX_TAGS_BYTES }, signal);
    const values = isObject(body) && Array.isArray(body.tagValues) ? (body.tagValues as unknown[]) : [];
    return values.flatMap((item) => (isObject(item) && typeof item.value === 'string' ? [item.value] : []));
  }

  /** Names of attributes by scope: `span`, `resource`, `event`, `link`, `instrumentation`, `intrinsic`. */
  async tags(window: TimeWindow, q: string | undefined, signal: AbortSignal): Promise<Map<string, string[]>> {
    const request = { path: '/api/v2/search/tags', query: { ...seconds(window), q }, maxBytes: MAX_TAGS_BYTES };
    const body = await this.http.json(request, signal);
    const scopes = isObject(body) && Array.isArray(body.scopes) ? (body.scopes as unknown[]) : [];
    const found = new Map<string, string[]>();
    for (const scope of scopes) {
      if (!isObject(scope) || typeof scope.name !== 'string' || !Array.isArray(scope.tags)) continue;
      found.set(
        scope.name,
        (scope.tags as unknown[]).filter((tag) => typeof tag === 'string'),
      );
    }
    return found;
  }

  /** Traces that match, as many as one answer holds. @throws BackendError `badRequest` with what Tempo says of a query. */
  async search(search: TempoSearch, signal: AbortSignal): Promise<FoundTrace[]> {
    const query = {
      ...{ q: search.q, ...seconds(search.window) },
      limit: Math.min(search.limit, MAX_TRACES),
      spss: Math.min(search.spansPerTrace, MAX_SPANS_PER_TRACE),
    };
    const limits = search.maxWireBytes === undefined ? {} : { maxWireBytes: search.maxWireBytes };
    const answer = await this.http.ask({ path: '/api/search', query, ...limits }, signal);
    const found: FoundTrace[] = [];
    for await (const item of answer.items({ 'traces[]': 'trace' })) {
      if (item.label !== 'trace') continue;
      const trace = readFoundTrace(item.read());
      if (trace !== undefined) found.push(trace);
    }
    return found;
  }

  /** A metrics query over steps of so many seconds. */
  range(q: string, window: TimeWindow, stepSeconds: number, signal: AbortSignal): Promise<MetricsAnswer> {
    const query = { q, ...seconds(window), step: `${stepSeconds}s`, exemplars: 0 };
    return this.metrics({ path: '/api/metrics/query_range', query, maxBytes: MAX_METRICS_BYTES }, signal);
  }

  /** A metrics query over a whole window at once. */
  instant(q: string, window: TimeWindow, signal: AbortSignal): Promise<MetricsAnswer> {
    const query = { q, ...seconds(window) };
    return this.metrics({ path: '/api/metrics/query', query, maxBytes: MAX_METRICS_BYTES }, signal);
  }

  /**
   * Collects a trace, in protobuf where the way to it lets that through.
   * @returns what was wrong with the answer, or false if Tempo does not have the trace.
   */
  async trace(
    id: TraceId,
    collector: SpanCollector,
    limits: { readonly maxWireBytes?: number },
    signal: AbortSignal,
  ): Promise<{ readonly partial: string | undefined; readonly wireBytes: number } | false> {
    const before = collector.builder.count;
    let unknown: BackendAnswer | undefined;
    for (const path of [urlPath`/api/v2/traces/${id}`, urlPath`/api/traces/${id}`]) {
      const headers = { accept: 'application/protobuf' };
      const request: BackendRequest = { path, headers, expect: ['protobuf', 'json'], accept: [404], ...limits };
      const answer = await this.http.ask(request, signal);
      if (answer.status === 404) {
        // Version 2 answers 200 for unknown traces: there is no version 2, or something before it answered.
        unknown?.discard();
        unknown = answer;
        continue;
      }
      const partial = await collect(answer, collector, path.startsWith('/api/v2'));
      const isEmpty = collector.builder.count === before && collector.rejected === 0;
      return isEmpty ? false : { partial, wireBytes: answer.wireBytes };
    }
    // Version 1 says nothing of a trace that it does not have; what has no such address says that.
    const said = (await unknown?.text()) ?? '';
    if (unknown !== undefined && said !== '') throw unknown.fault(said);
    return false;
  }

  private async metrics(request: BackendRequest, signal: AbortSignal): Promise<MetricsAnswer> {
    const answer = await this.http.ask(request, signal);
    const series: TempoSeries[] = [];
    let frame: JsonObject = {};
    for await (const item of answer.items({ 'series[]': 'series' })) {
      if (item.label === 'series') series.push(readSeries(item.read()));
      else frame = item.read();
    }
    return {
      series,
      partial: frame.status === 'PARTIAL' ? (text(frame.message) ?? 'the answer is not whole') : undefined,
    };
  }
}

/** Reads a trace. @returns why it is not whole, if it is not. */
async function collect(
  answer: BackendAnswer,
  collector: SpanCollector,
  isWrapped: boolean,
): Promise<string | undefined> {
  if (/json|text\/plain/.test(answer.contentType)) {
    const frame = await collectOtlpJson(answer, collector);
    return frame.status === 'PARTIAL' ? (text(frame.message) ?? 'the trace is not whole') : undefined;
  }
  const bytes = await answer.bytes();
  if (!isWrapped) {
    collector.addProtobuf(bytes);
    return undefined;
  }
  const { trace, partial } = readTraceAnswer(bytes);
  collector.addProtobuf(trace);
  return partial;
}

/** Windows that Tempo takes, the latest first. */
export function searchWindows(window: TimeWindow): TimeWindow[] {
  const longest = BigInt(LONGEST_SEARCH_S) * 1_000_000_000n;
  const windows: TimeWindow[] = [];
  for (let to = window.to; to > window.from;) {
    const from = to - longest > window.from ? ((to - longest) as TimeWindow['from']) : window.from;
    windows.push({ from, to });
    to = from;
  }
  return windows;
}

/** Whether an error says that this Tempo computes no metrics: versions before 3 need a component for it. */
export function hasNoMetrics(error: unknown): boolean {
  return hasFault(error, 'notFound', 'badRequest', 'server', 'wrongType');
}

/** Whole seconds around a window: Tempo knows no smaller ones. */
function seconds({ from, to }: TimeWindow): { start: number; end: number } {
  const start = Math.floor(millisLossy(from) / 1000);
  return { start, end: Math.max(start + 1, Math.ceil(millisLossy(to) / 1000)) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
