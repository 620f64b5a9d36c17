import { LruMap } from '../../../base/tables/lruMap';
import type { TraceId } from '../../../model/ids';
import type { OperationStats } from '../../../model/operation';
import { nanos, type TimeWindow } from '../../../model/time';
import type { OperationQuery, ServiceGraph } from '../../../model/traceSource';
import { traceIdOf } from '../../formats/recordIds';
import type { Narrowing } from '../../traceql/plan/narrowing';
import { graphOfTraces } from '../derivedGraph';
import { lookback } from '../lookback';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import { SpanCollector } from '../spanCollector';
import type { LightstepApi } from './lightstepApi';
import { countedOperations } from './lightstepOperations';
import { askedInUql, environmentFilters, filtersOf, oneOf, SPAN, TRACE } from './uql';

const HOUR_MS = 3_600_000;
const SERVICES_MS = 24 * HOUR_MS;
/** How far back a trace is looked for, first and then. */
const TRACE_LOOKBACK_MS = [4 * HOUR_MS, 72 * HOUR_MS];
/** The latest part of a window is asked for first, and each one before it is longer by this factor. */
const FIRST_PART_NS = 120_000_000_000n;
const GROWTH = 8n;
/** Points that tell when a span was. */
const STEPS = 120;
/** What one list of spans may bring. */
const LIST_BYTES = 4 << 20;
const PAGE = 20;
/** Traces that are fetched at the same time. */
const AT_ONCE = 4;
const GRAPH_TRACES = 60;
/** Spans by which traces are known, so that opening one takes one request. */
const KNOWN_TRACES = 5_000;

/** What {@link LightstepFinder} is made of. */
export interface LightstepParts {
  readonly api: LightstepApi;
  readonly environment: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Finds traces by queries that name their spans, and fetches them one by one. */
export class LightstepFinder implements TraceFinder {
  private readonly spans = new LruMap<TraceId, string>(KNOWN_TRACES);

  constructor(private readonly parts: LightstepParts) {}

  /** A span of a trace, where one was heard of. */
  spanOf(id: TraceId): string | undefined {
    return this.spans.get(id);
  }

  asksFor(narrowing: Narrowing): Narrowing {
    return askedInUql(narrowing);
  }

  services(signal: AbortSignal): Promise<readonly string[]> {
    return this.values('service', [], signal);
  }

  operationNames(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.values('operation', filtersOf({ service, window: this.latest(), limit: 0 }), signal);
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const { api, environment, now } = this.parts;
    const stats = await countedOperations({ api, environment, nowMs: now() }, query, signal);
    for (const { exemplars } of stats) {
      for (const one of [exemplars.slowest, exemplars.typical, exemplars.error])
        if (one !== undefined) this.spans.set(one.traceId, one.spanId);
    }
    return stats;
  }

  async trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const { api, now } = this.parts;
    const known = this.spans.get(id);
    if (known !== undefined && (await api.storedTrace(known, into, signal))) return true;
    // Ids of 64 bits are written without the zeros before them.
    const filter = oneOf([TRACE], [...new Set([id, id.replace(/^0{16}/, '')])])!;
    for (const milliseconds of TRACE_LOOKBACK_MS) {
      const window = this.untilNow(lookback(now(), milliseconds));
      const series = await api.series({ fetch: 'count', filters: [filter], labels: [SPAN], window, steps: 1 }, signal);
      for (const { labels } of series) {
        const span = labels.get(SPAN);
        if (span === undefined) continue;
        this.spans.set(id, span);
        return api.storedTrace(span, into, signal);
      }
    }
    return false;
  }

  async find(query: FindQuery, into: SpanCollector, _: FindLimits, signal: AbortSignal): Promise<number> {
    const found = await this.candidates(query, query.window, signal);
    await this.fetch(found.slice(0, query.limit), into, signal);
    return 0;
  }

  async *pages(query: FindQuery, signal: AbortSignal): AsyncGenerator<SpanCollector> {
    const seen = new Set<TraceId>();
    for (const part of partsOf(this.untilNow(query.window))) {
      const found = (await this.candidates(query, part, signal)).filter(([id]) => !seen.has(id));
      for (const [id] of found) seen.add(id);
      const size = Math.max(1, Math.min(PAGE, query.limit));
      for (let from = 0; from < found.length; from += size) {
        const collector = new SpanCollector();
        await this.fetch(found.slice(from, from + size), collector, signal);
        yield collector;
      }
    }
  }

  /** Calls are not counted: those between the latest traces' spans are an estimate. */
  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const collector = new SpanCollector();
    const called = oneOf(['span.kind'], ['server', 'consumer'])!;
    const found = await this.candidates({ window, limit: GRAPH_TRACES }, window, signal, [called]);
    await this.fetch(found.slice(0, GRAPH_TRACES), collector, signal);
    return graphOfTraces(collector.traces());
  }

  /** Traces with a span that may match, the latest first, each with a span of it. */
  private async candidates(
    query: FindQuery,
    window: TimeWindow,
    signal: AbortSignal,
    more: readonly string[] = [],
  ): Promise<(readonly [TraceId, string])[]> {
    const { api, environment } = this.parts;
    const filters = [...filtersOf(query), ...more, ...environmentFilters(environment)];
    const list = { fetch: 'count', filters, labels: [TRACE, SPAN], steps: STEPS, maxWireBytes: LIST_BYTES } as const;
    const latest = new Map<TraceId, { readonly span: string; readonly atMs: number }>();
    for (const { labels, points } of await api.series({ ...list, window: this.untilNow(window) }, signal)) {
      const [id, span] = [traceIdOf(labels.get(TRACE)), labels.get(SPAN)];
      const atMs = points.reduce((most, [at, value]) => (value > 0 ? Math.max(most, at) : most), -Infinity);
      if (id === undefined || span === undefined || atMs === -Infinity) continue;
      if (atMs > (latest.get(id)?.atMs ?? -Infinity)) latest.set(id, { span, atMs });
    }
    for (const [id, { span }] of latest) this.spans.set(id, span);
    return [...latest].sort(([, a], [, b]) => b.atMs - a.atMs).map(([id, { span }]) => [id, span]);
  }

  /** Several at a time; the first error ends the others. */
  private async fetch(
    traces: readonly (readonly [TraceId, string])[],
    into: SpanCollector,
    signal: AbortSignal,
  ): Promise<void> {
    const left = [...traces];
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift())
        await this.parts.api.storedTrace(next[1], into, either);
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }

  private async values(label: string, filters: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    const { api, environment } = this.parts;
    const own = [...filters, ...environmentFilters(environment)];
    const list = { fetch: 'count', filters: own, labels: [label], steps: 1 } as const;
    const series = await api.series({ ...list, window: this.latest() }, signal);
    return [...new Set(series.flatMap(({ labels }) => labels.get(label) ?? []))].sort();
  }

  private latest(): TimeWindow {
    return lookback(this.parts.now(), SERVICES_MS);
  }

  /** The future is not asked for, but what clocks that are ahead write. */
  private untilNow({ from, to }: TimeWindow): TimeWindow {
    const { to: now } = lookback(this.parts.now(), 0);
    return { from, to: to < now ? to : now };
  }
}

/** A window in parts, the latest and shortest first. */
function* partsOf({ from, to }: TimeWindow): Generator<TimeWindow> {
  let end: bigint = to;
  for (let length = FIRST_PART_NS; end > from; length *= GROWTH) {
    const begin = end - length > from ? end - length : from;
    yield { from: nanos(begin), to: nanos(end) };
    end = begin;
  }
}
