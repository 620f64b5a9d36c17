import type { Logger } from '../../../base/logger';
import type { TraceId } from '../../../model/ids';
import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import type { ServiceGraph } from '../../../model/traceSource';
import type { Narrowing } from '../../traceql/plan/narrowing';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { GOOGLE_SERVICE_LABELS } from '../../formats/googleTraceSpans';
import { graphOfTraces } from '../derivedGraph';
import { lookback } from '../lookback';
import type { ServiceSample, ServiceSampling } from '../sampledOperations';
import type { FindLimits, FindQuery, TraceFinder } from '../searchingBackend';
import { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import type { GoogleProject } from './googlePlace';
import { askedOfTraces, traceFilter } from './traceFilter';
import { fetchTrace, tracePages, type TraceListQuery } from './traceList';

/** How far back services are looked for, and how much of that is read. */
const SERVICES_MS = 24 * 3_600_000;
const SERVICE_PAGES = 2;
const SERVICE_PAGE = 500;
const SERVICE_BYTES = 4 << 20;
/** Traces of one page of a search. */
const SMALLEST_PAGE = 20;
const LARGEST_PAGE = 200;
/** Traces that a sample and a graph are made of; the longest come besides. */
const SAMPLED = 60;
const LONGEST = 5;
const GRAPH_TRACES = 100;
const GRAPH_BYTES = 2 << 20;
/** The part of a sample's bytes that is for the latest traces. */
const RECENT_SHARE = 0.75;
/** Requests of a sample, and those of them that are for the latest traces: a page may be empty, and not the last. */
const MAX_REQUESTS = 5;
const RECENT_REQUESTS = 3;
/** The API gives no more of one trace. */
const MAX_SPANS = 1_000;
const NAMED_TRACES = 20;

/** What {@link TraceApi} is made of. */
export interface TraceApiParts {
  readonly http: BackendHttp;
  readonly project: GoogleProject;
  readonly environment: string | undefined;
  readonly name: string;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Cloud Trace's API of version 1: lists of whole traces, and single ones. */
export class TraceApi implements TraceFinder {
  /** Labels that name services other than by `service.name`. */
  private readonly labels = new Map<string, string>();

  constructor(private readonly parts: TraceApiParts) {}

  asksFor(narrowing: Narrowing): Narrowing {
    return askedOfTraces(narrowing);
  }

  /** Services are not listed: those of the latest traces are all that is known. */
  async services(signal: AbortSignal): Promise<readonly string[]> {
    const window = lookback(this.parts.now(), SERVICES_MS);
    const names = new Set<string>();
    let pages = 0;
    for await (const page of this.list({ window, pageSize: SERVICE_PAGE, maxWireBytes: SERVICE_BYTES }, signal)) {
      for (const trace of page.collector.traces()) this.note(trace, names);
      if (++pages >= SERVICE_PAGES) break;
    }
    return [...names].sort();
  }

  async operationNames(service: string, signal: AbortSignal): Promise<readonly string[]> {
    const query = { service, window: lookback(this.parts.now(), SERVICES_MS), limit: NAMED_TRACES };
    const collector = new SpanCollector();
    await this.find(query, collector, {}, signal);
    const names = new Set<string>();
    for (const trace of collector.traces()) {
      for (let row = 0; row < trace.count; row++) {
        if (trace.services[trace.service[row]!] === service) names.add(trace.details(row).name);
      }
    }
    return [...names];
  }

  async trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean> {
    const { http, project, name, logger } = this.parts;
    const spans = await fetchTrace(http, await project.id(signal), id, into, signal);
    if (spans === MAX_SPANS) logger.warn(`${name}: of the trace ${id} the API gives ${MAX_SPANS} spans and no more.`);
    return spans !== undefined && spans > 0;
  }

  async find(
    query: FindQuery,
    into: SpanCollector,
    { maxWireBytes }: FindLimits,
    signal: AbortSignal,
  ): Promise<number> {
    const bound = maxWireBytes === undefined ? {} : { maxWireBytes };
    const list = { window: this.untilNow(query.window), filter: this.filter(query), pageSize: query.limit, into };
    let wireBytes = 0;
    for await (const page of this.list({ ...list, ...bound }, signal)) {
      wireBytes += page.wireBytes;
      if (page.traces > 0) break;
    }
    return wireBytes;
  }

  async *pages(query: FindQuery, signal: AbortSignal): AsyncGenerator<SpanCollector> {
    const pageSize = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, query.limit));
    const list = { window: this.untilNow(query.window), filter: this.filter(query), pageSize };
    for await (const page of this.list(list, signal)) yield page.collector;
  }

  /** Two lists: the latest traces of a service, and its longest ones. */
  async sample(
    { service, window, maxWireBytes }: ServiceSampling,
    { recent, extremes }: ServiceSample,
    signal: AbortSignal,
  ): Promise<undefined> {
    const filter = this.filter({ service, window, limit: 0 });
    const common = { window: this.untilNow(window), filter, isBackground: true };
    let left = maxWireBytes;
    const latest = { ...common, pageSize: SAMPLED, maxWireBytes: maxWireBytes * RECENT_SHARE, into: recent };
    let requests = 0;
    for await (const page of this.list(latest, signal)) {
      left -= page.wireBytes;
      if (++requests >= RECENT_REQUESTS || page.traces > 0) break;
    }
    if (left <= 0) return;
    const longest = { ...common, pageSize: LONGEST, orderBy: 'duration desc', maxWireBytes: left, into: extremes };
    for await (const page of this.list(longest, signal)) if (++requests >= MAX_REQUESTS || page.traces > 0) break;
  }

  /** Calls are not counted: those between the latest traces' spans are an estimate. */
  async dependencies(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const collector = new SpanCollector();
    const list = { window: this.untilNow(window), pageSize: GRAPH_TRACES, maxWireBytes: GRAPH_BYTES, into: collector };
    for await (const page of this.list(list, signal)) if (page.traces > 0) break;
    return graphOfTraces(collector.traces());
  }

  /** Adds the services of a trace, and by which label each can be asked for. */
  private note(trace: Trace, names: Set<string>): void {
    for (let row = 0; row < trace.count; row++) {
      const service = trace.services[trace.service[row]!]!;
      if (names.has(service)) continue;
      names.add(service);
      const { resource } = trace.details(row);
      const label = GOOGLE_SERVICE_LABELS.find((name) => name !== 'service.name' && resource.get(name) === service);
      if (label !== undefined) this.labels.set(service, label);
    }
  }

  private async *list(query: Omit<TraceListQuery, 'project' | 'environment'>, signal: AbortSignal) {
    const { http, project, environment } = this.parts;
    yield* tracePages(http, { ...query, project: await project.id(signal), environment }, signal);
  }

  private filter(query: FindQuery): string | undefined {
    const { service } = query;
    // What names no service has no label to ask for.
    const known = service === UNKNOWN_SERVICE ? { ...query, service: undefined } : query;
    return traceFilter(known, this.labels.get(service ?? '') ?? GOOGLE_SERVICE_LABELS[0]!);
  }

  /** The future is not asked for. */
  private untilNow({ from, to }: TimeWindow): TimeWindow {
    const now = nanosFromMillis(this.parts.now() + 60_000);
    return { from, to: to < now ? to : now };
  }
}
