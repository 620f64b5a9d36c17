import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import type { Narrowing } from '../../traceql/plan/narrowing';
import type { SampleSize, ServiceSample, ServiceSampling } from '../sampledOperations';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import type { SpanLog } from './spanLog';
import { askedOfXray, filterExpression, withoutUncertain, type IndexedAttributes } from './xrayFilter';
import { fetchGraph } from './xrayGraph';
import type { XrayRetrieval } from './xrayRetrieval';
import { sampleXray, XraySampleMemory } from './xraySample';
import { summaryPages } from './xraySummaries';
import type { XrayTraces } from './xrayTraces';

/** How far back services are looked for. */
const SERVICES_MS = 6 * 3_600_000;
/** Pages of summaries that are looked into for services where X-Ray has no map. */
const SERVICE_PAGES = 5;
/** Traces that a page of a search is made of, and those that one question is for: four are under way at once. */
const PAGE_TRACES = 20;
const PART_TRACES = 5;
/** Traces that one retrieval is for. */
const LOGGED_TRACES = 50;
/** Traces that one search looks into: those that X-Ray lists for it, and those in which it may have missed something. */
const MAX_FETCHED = 5000;
const MAX_UNCERTAIN = 1000;
/** Traces that names of operations are taken from. */
const NAMED_TRACES = 10;
/** The part of a sample's bytes that summaries may take: they only say which traces to fetch. */
const SUMMARIES_SHARE = 0.3;

/** What {@link XrayApi} is made of. */
export interface XrayApiParts {
  readonly http: BackendHttp;
  readonly traces: XrayTraces;
  readonly retrieval: XrayRetrieval;
  /** Where every span lies, if the settings name it. */
  readonly spanLog?: SpanLog;
  readonly indexed: IndexedAttributes;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** X-Ray's API: summaries say which traces there are, and traces are fetched by their ids. */
export class XrayApi implements TraceFinder {
  /** A span's name is not indexed. */
  readonly findsOperations = false;

  private readonly memory: XraySampleMemory;

  constructor(private readonly parts: XrayApiParts) {
    this.memory = new XraySampleMemory(parts.now);
  }

  asksFor(narrowing: Narrowing): Narrowing {
    return askedOfXray(narrowing, this.parts.indexed);
  }

  async services(signal: AbortSignal): Promise<string[]> {
    const { http } = this.parts;
    const window = this.latest(SERVICES_MS);
    const { services } = await fetchGraph(http, window, signal);
    const names = new Set(services);
    if (names.size > 0) return [...names].sort();
    let pages = 0;
    for await (const page of summaryPages(http, { window }, signal)) {
      for (const name of page.services) names.add(name);
      if (++pages >= SERVICE_PAGES) break;
    }
    return [...names].sort();
  }

  async operationNames(service: string, signal: AbortSignal): Promise<string[]> {
    const collector = new SpanCollector();
    await this.find({ service, window: this.latest(SERVICES_MS), limit: NAMED_TRACES }, collector, {}, signal);
    const names = new Set<string>();
    for (const trace of collector.traces()) {
      for (let row = 0; row < trace.count; row++) {
        if (trace.services[trace.service[row]!] === service) names.add(trace.names[trace.name[row]!]!);
      }
    }
    return [...names].sort();
  }

  async trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const { traces, retrieval } = this.parts;
    const { missing } = await traces.fetch([id], into, signal);
    return missing.length === 0 || (await retrieval.fetch(missing, into, signal)).missing.length === 0;
  }

  async find(query: FindQuery, into: SpanCollector, limits: FindLimits, signal: AbortSignal): Promise<number> {
    const { http, traces, indexed } = this.parts;
    const { maxWireBytes = Infinity } = limits;
    const search = {
      window: this.untilNow(query.window),
      filter: filterExpression(query, indexed),
      maxWireBytes: maxWireBytes * SUMMARIES_SHARE,
    };
    const ids: TraceId[] = [];
    let wireBytes = 0;
    for await (const page of summaryPages(http, search, signal)) {
      wireBytes += page.wireBytes;
      ids.push(...page.ids);
      if (ids.length >= query.limit) break;
    }
    const fetched = await traces.fetch(ids.slice(0, query.limit), into, signal, {
      maxWireBytes: maxWireBytes - wireBytes,
    });
    await this.fetchMissing(fetched.missing, into, signal);
    return wireBytes + fetched.wireBytes;
  }

  sample(request: ServiceSampling, into: ServiceSample, signal: AbortSignal): Promise<SampleSize> {
    const { memory, parts } = this;
    return sampleXray({ ...parts, memory }, { ...request, window: this.untilNow(request.window) }, into, signal);
  }

  /** Traces that X-Ray says match; where it cannot tell of all of them, then the latest others as well. */
  async *pages(query: FindQuery, signal: AbortSignal): AsyncGenerator<SpanCollector> {
    const seen = new Set<TraceId>();
    if (this.parts.spanLog !== undefined) {
      yield* this.loggedPages(this.parts.spanLog, query, seen, signal);
      return;
    }
    yield* this.pagesOf(query, seen, Math.max(MAX_FETCHED, query.limit), signal);
    const others = withoutUncertain(query);
    if (others !== undefined) yield* this.pagesOf(others, seen, MAX_UNCERTAIN, signal);
  }

  /** Traces whose spans the log names; what lies there, `BatchGetTraces` does not have. */
  private async *loggedPages(
    spanLog: SpanLog,
    query: FindQuery,
    seen: Set<TraceId>,
    signal: AbortSignal,
  ): AsyncGenerator<SpanCollector> {
    const { retrieval, traces, logger } = this.parts;
    const ids = await spanLog.traceIds({ ...query, window: this.untilNow(query.window) }, signal);
    const size = Math.min(LOGGED_TRACES, query.limit);
    for (let from = 0; from < ids.length; from += size) {
      const page = ids.slice(from, from + size).filter((id) => !seen.has(id));
      for (const id of page) seen.add(id);
      const collector = new SpanCollector();
      const { missing } = await retrieval.fetch(page, collector, signal);
      const { missing: lost } = await traces.fetch(missing, collector, signal);
      if (lost.length > 0)
        logger.warn(`X-Ray does not give ${lost.length} of ${page.length} traces that its log names.`);
      yield collector;
    }
  }

  /** @param most traces that are fetched, besides those that were seen before. */
  private async *pagesOf(
    query: FindQuery,
    seen: Set<TraceId>,
    most: number,
    signal: AbortSignal,
  ): AsyncGenerator<SpanCollector> {
    const { http, indexed, logger } = this.parts;
    const search = { window: this.untilNow(query.window), filter: filterExpression(query, indexed) };
    const size = Math.min(PAGE_TRACES, query.limit);
    let left = most;
    for await (const page of summaryPages(http, search, signal)) {
      const ids = page.ids.filter((id) => !seen.has(id)).slice(0, left);
      left -= ids.length;
      for (const id of ids) seen.add(id);
      for (let from = 0; from < ids.length; from += size) {
        const collector = new SpanCollector();
        await this.fetchAtOnce(ids.slice(from, from + size), collector, signal);
        yield collector;
      }
      if (left <= 0) {
        logger.info(`The latest ${most} traces that X-Ray lists for ${search.filter ?? 'the time'} were looked into.`);
        return;
      }
    }
  }

  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    return (await fetchGraph(this.parts.http, this.untilNow(window), signal)).graph;
  }

  /** Several questions at the same time; the first error ends the others. */
  private async fetchAtOnce(ids: readonly TraceId[], into: SpanCollector, signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const parts: TraceId[][] = [];
    for (let from = 0; from < ids.length; from += PART_TRACES) parts.push(ids.slice(from, from + PART_TRACES));
    try {
      const fetched = await Promise.all(parts.map((part) => this.parts.traces.fetch(part, into, either)));
      const missing = fetched.flatMap((part) => part.missing);
      await this.fetchMissing(missing, into, either);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  }

  /** What is listed and cannot be had may lie elsewhere. */
  private async fetchMissing(ids: readonly TraceId[], into: SpanCollector, signal: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    const { missing } = await this.parts.retrieval.fetch(ids, into, signal);
    const { length } = missing;
    if (length > 0)
      this.parts.logger.warn(`X-Ray lists ${length} ${length === 1 ? 'trace' : 'traces'} and does not give them.`);
  }

  private latest(lengthMs: number): TimeWindow {
    const now = this.parts.now();
    return { from: nanosFromMillis(now - lengthMs), to: nanosFromMillis(now) };
  }

  /** X-Ray is not asked for the future. */
  private untilNow({ from, to }: TimeWindow): TimeWindow {
    const now = nanosFromMillis(this.parts.now() + 1000);
    return { from, to: to < now ? to : now };
  }
}
