import { millisLossy, nanos, type TimeWindow } from '../../../model/time';
import type { TraceId } from '../../../model/ids';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault, type BackendError } from '../backendError';
import type { SpanCollector } from '../spanCollector';
import type { BackendAnswer } from '../transport/backendAnswer';
import { urlPath, type BackendHttp, type BackendRequest } from '../transport/backendHttp';
import { isTooRecent, TempoLimits } from './tempoLimits';
import { joinedSeries, listOf, readSeries, type TempoSeries } from './tempoSeries';
import { readFoundTrace, type FoundTrace } from './tempoSearch';
import { collectTrace, textOf } from './tempoTrace';

/** Tempo's own bound of spans named per trace. */
const MAX_SPANS_PER_TRACE = 100;
/** Windows of searches shorter than this are not halved any more. */
const SHORTEST_NS = 4_000_000_000n;
/** Bounds of what one question may bring. */
const MAX_METRICS_BYTES = 16 << 20;
const MAX_TAGS_BYTES = 8 << 20;
/** Without it, 3.x adds a hundred exemplars; the parameter of that name means the same at 0 as when it is left out. */
const NO_EXEMPLARS = ' with (exemplars=0)';

/** A search as Tempo takes it. */
export interface TempoSearch {
  /** TraceQL. */
  readonly q: string;
  readonly window: TimeWindow;
  readonly limit: number;
  /** Spans named per trace. */
  readonly spansPerTrace: number;
  /** What came until then is the answer. */
  readonly maxWireBytes?: number;
}

/** A metrics query. */
export interface TempoMetrics {
  /** TraceQL. */
  readonly q: string;
  readonly window: TimeWindow;
  /** What came until then is the answer, which is partial. */
  readonly maxWireBytes?: number;
}

/** Series, and whether Tempo left some out. */
export interface MetricsAnswer {
  readonly series: readonly TempoSeries[];
  /** Why the answer is not whole. */
  readonly partial: string | undefined;
}

/** Tempo's HTTP API, as of 2.x and 3.x (https://grafana.com/docs/tempo/latest/api_docs/). */
export class TempoApi {
  private readonly limits = new TempoLimits();

  constructor(readonly http: BackendHttp) {}

  /** Values of an attribute (`resource.service.name`) or an intrinsic (`name`), sorted: Tempo's order changes from answer to answer. */
  async values(tag: string, window: TimeWindow, q: string | undefined, signal: AbortSignal): Promise<string[]> {
    const path = urlPath`/api/v2/search/tag/${tag}/values`;
    const values = (await this.lists(path, window, { q }, signal)).flatMap(({ tagValues }) => listOf(tagValues));
    return [...new Set(values.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])))].sort();
  }

  /**
   * Names of attributes by scope: `span`, `resource`, `event`, `link`, `instrumentation`, `intrinsic`. Of all spans: a query
   * may narrow them, but then Tempo leaves some out and adds others (3.1).
   *
   * @param scope this one alone.
   */
  async tags(window: TimeWindow, scope: string | undefined, signal: AbortSignal): Promise<Map<string, string[]>> {
    const found = new Map<string, Set<string>>();
    for (const { scopes } of await this.lists('/api/v2/search/tags', window, { scope }, signal)) {
      for (const { name, tags } of listOf(scopes)) {
        if (typeof name !== 'string' || !Array.isArray(tags)) continue;
        const own = found.get(name) ?? new Set();
        for (const tag of tags as unknown[]) if (typeof tag === 'string') own.add(tag);
        found.set(name, own);
      }
    }
    return new Map([...found].map(([name, tags]) => [name, [...tags]]));
  }

  /**
   * Traces that match, window by window, the latest first. Where an answer is as long as Tempo allows, and more are wanted,
   * its window is cut in two and each half asked for by itself: some traces then come again.
   *
   * @throws BackendError `badRequest` with what Tempo says of a query.
   */
  async *searches(search: TempoSearch, signal: AbortSignal): AsyncGenerator<FoundTrace[]> {
    const open = [search.window];
    for (let window = open.pop(); window !== undefined; window = open.pop()) {
      const ask = (part: TimeWindow) => this.searchOnce({ ...search, window: part }, signal);
      for await (const { found, isFull, part } of this.byParts('search', window, ask)) {
        yield found;
        const middle = nanos((part.from + part.to) / 2n);
        if (isFull && part.to - part.from > SHORTEST_NS) {
          open.push({ from: part.from, to: middle }, { from: middle, to: part.to });
        }
      }
    }
  }

  /** Traces that match, at most `limit`, the latest of the windows first. @throws BackendError as {@link searches}. */
  async search(search: TempoSearch, signal: AbortSignal): Promise<FoundTrace[]> {
    const all: FoundTrace[] = [];
    for await (const found of this.searches(search, signal)) {
      all.push(...found);
      if (all.length >= search.limit) break;
    }
    return all.slice(0, search.limit);
  }

  /**
   * A metrics query over steps of so many seconds. Tempo moves the window to whole steps, a step or two earlier at its
   * beginning, and at its end back behind the latest seconds: a sample is of the step that ends at its time.
   */
  range(ask: TempoMetrics, stepSeconds: number, signal: AbortSignal): Promise<MetricsAnswer> {
    const query = { q: ask.q + NO_EXEMPLARS, step: `${stepSeconds}s` };
    return this.metrics('/api/metrics/query_range', query, ask, signal);
  }

  /** A metrics query over a whole window at once, to the nanosecond at its beginning. */
  instant(ask: TempoMetrics, signal: AbortSignal): Promise<MetricsAnswer> {
    return this.metrics('/api/metrics/query', { q: ask.q }, ask, signal);
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
      const partial = await collectTrace(answer, collector, path.startsWith('/api/v2'));
      const isEmpty = collector.builder.count === before && collector.rejected === 0;
      return isEmpty ? false : { partial, wireBytes: answer.wireBytes };
    }
    // Version 1 says nothing of a trace that it does not have; what has no such address says that.
    const said = (await unknown?.text()) ?? '';
    if (unknown !== undefined && said !== '') throw unknown.fault(said);
    return false;
  }

  /** Answers about each part of a window that Tempo takes, the latest first. */
  private async *byParts<T>(
    what: 'search' | 'metrics',
    window: TimeWindow,
    ask: (part: TimeWindow) => Promise<T>,
  ): AsyncGenerator<T> {
    const open = [window];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const { parts } = this.limits.within(what, part);
      if (parts.length > 1) {
        open.push(...[...parts].reverse());
        continue;
      }
      let answer: T;
      try {
        answer = await ask(part);
      } catch (error) {
        if (isTooRecent(error)) continue;
        // Another question may have learned the same meanwhile.
        if (!this.limits.learn(error, what) && this.limits.within(what, part).parts.length <= 1) throw error;
        open.push(part);
        continue;
      }
      yield answer;
    }
  }

  private async lists(
    path: string,
    window: TimeWindow,
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<JsonObject[]> {
    const answers: JsonObject[] = [];
    const ask = (part: TimeWindow): Promise<unknown> =>
      this.http.json({ path, query: { ...seconds(part), ...query }, maxBytes: MAX_TAGS_BYTES }, signal);
    for await (const body of this.byParts('search', window, ask)) if (isObject(body)) answers.push(body);
    return answers;
  }

  /** @returns also whether there may be more than Tempo gives at once. */
  private async searchOnce(search: TempoSearch, signal: AbortSignal) {
    const limit = Math.min(search.limit, this.limits.traces);
    const query = {
      ...{ q: search.q, ...seconds(search.window), limit },
      spss: Math.min(search.spansPerTrace, MAX_SPANS_PER_TRACE),
    };
    const answer = await this.http.ask({ path: '/api/search', query, ...wireBound(search) }, signal);
    const found: FoundTrace[] = [];
    await untilBound(search, async () => {
      for await (const item of answer.items({ 'traces[]': 'trace' })) {
        if (item.label !== 'trace') continue;
        const trace = readFoundTrace(item.read());
        if (trace !== undefined) found.push(trace);
      }
    });
    return { found, isFull: limit < search.limit && found.length >= limit, part: search.window };
  }

  private async metrics(
    path: string,
    query: Readonly<Record<string, string>>,
    ask: TempoMetrics,
    signal: AbortSignal,
  ): Promise<MetricsAnswer> {
    const all: TempoSeries[] = [];
    const problems: string[] = [];
    const once = async (part: TimeWindow): Promise<void> => {
      const request = { path, query: { ...query, ...exactly(part) }, maxBytes: MAX_METRICS_BYTES, ...wireBound(ask) };
      const answer = await this.http.ask(request, signal);
      let frame: JsonObject = {};
      const isWhole = await untilBound(ask, async () => {
        for await (const item of answer.items({ 'series[]': 'series' })) {
          if (item.label === 'series') all.push(readSeries(item.read()));
          else frame = item.read();
        }
      });
      if (!isWhole) problems.push('there are more operations than are read at once');
      if (frame.status === 'PARTIAL') problems.push(textOf(frame.message) ?? 'the answer is not whole');
    };
    for await (const part of this.byParts('metrics', ask.window, once)) void part;
    // Known for sure only now.
    if (this.limits.within('metrics', ask.window).isCut)
      problems.push('the time range is longer than this Tempo counts');
    return { series: joinedSeries(all), partial: problems[0] };
  }
}

/**
 * Whether an error says that this Tempo computes no metrics, or not now: versions before 3 need a component for it
 * ("localblocks processor not found"), the earliest and look-alikes do not know the address or the function.
 */
export function hasNoMetrics(error: unknown): error is BackendError {
  return hasFault(error, 'notFound', 'badRequest', 'server', 'wrongType');
}

function wireBound({ maxWireBytes }: { readonly maxWireBytes?: number }): { maxWireBytes?: number } {
  return maxWireBytes === undefined ? {} : { maxWireBytes };
}

/** Reads an answer. @returns false if it was longer than it may be; what came until then has been read. */
async function untilBound({ maxWireBytes }: { readonly maxWireBytes?: number }, read: () => Promise<void>) {
  try {
    await read();
    return true;
  } catch (error) {
    // With a status it is Tempo that finds something too large.
    if (maxWireBytes === undefined || !hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
    return false;
  }
}

/** Epoch nanoseconds, which metrics take as well; whole seconds as such. */
function exactly({ from, to }: TimeWindow): { start: string; end: string } {
  const written = (time: bigint): string => String(time % 1_000_000_000n === 0n ? time / 1_000_000_000n : time);
  return { start: written(from), end: written(to) };
}

/** Whole seconds around a window: Tempo knows no smaller ones. */
function seconds({ from, to }: TimeWindow): { start: number; end: number } {
  const start = Math.floor(millisLossy(from) / 1000);
  return { start, end: Math.max(start + 1, Math.ceil(millisLossy(to) / 1000)) };
}
