import type { TraceId } from '../../model/ids';
import type { OperationStats } from '../../model/operation';
import { nanos, type TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import {
  MOST_MATCHED,
  type OperationQuery,
  type ServiceGraph,
  type ServiceSummary,
  type SourceCapabilities,
  type TraceQuery,
  type TraceSummary,
} from '../../model/traceSource';
import { bestGroup, type Narrowing } from '../traceql/plan/narrowing';
import { prepareSearch, type PreparedSearch } from '../traceql/plan/prepareSearch';
import type { SimpleCondition } from '../traceql/plan/pushdown';
import type { AttributeQuery, Backend, BackendDeps } from './backend';
import { hasFault } from './backendError';
import type { TestWords } from './connectionTest';
import { graphOfTraces } from './derivedGraph';
import type { FoundTraces } from './foundTraces';
import { HttpBackend } from './httpBackend';
import { pagedSearch } from './pagedSearch';
import {
  SampledOperations,
  type SampleAnswer,
  type SampleRequest,
  type SampleSize,
  type ServiceSample,
  type ServiceSampling,
} from './sampledOperations';
import { SpanCollector } from './spanCollector';
import { streamedSearch } from './streamedSearch';
import type { BackendHttp } from './transport/backendHttp';
import { testedHere } from './testedHere';

/** How far back a search without a window looks. */
const DEFAULT_LOOKBACK_MS = 2 * 24 * 3_600_000;
const PAGE_SIZE = 100;
/** Traces per service that a service graph is derived from, where the server has counted none. */
const GRAPH_TRACES = 20;
const MAX_SERVICES = 12;
const GRAPH_BYTES = 1 << 20;

/** What a backend can be asked to find. All conditions must hold for one span of a trace. */
export interface FindQuery {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly window: TimeWindow;
  readonly minDurationNs?: number | undefined;
  readonly maxDurationNs?: number | undefined;
  readonly failed?: boolean | undefined;
  /** Attributes of the span, as texts. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Of the whole trace. */
  readonly minTraceDurationNs?: number | undefined;
  /** The same and more as TraceQL compares, for who can ask for more than the above. */
  readonly conditions?: readonly SimpleCondition[] | undefined;
  /** In {@link conditions}, old and new names of the semantic conventions are the same attribute. */
  readonly anySemconv?: boolean | undefined;
  readonly limit: number;
}

/** How much of an answer is read. */
export interface FindLimits {
  readonly maxWireBytes?: number;
}

/** What a backend's own file provides: how it is asked, and how its answers are read. */
export interface TraceFinder {
  services(signal: AbortSignal): Promise<readonly string[]>;
  /** Names of operations of a service. */
  operationNames(service: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Collects a trace. @returns false if the backend does not have it. */
  trace(id: TraceId, into: SpanCollector, signal: AbortSignal): Promise<boolean>;
  /**
   * Collects whole traces that match, at most `query.limit`. What cannot be asked may be left out: it is tested here.
   * @returns the bytes that came over the wire.
   */
  find(query: FindQuery, into: SpanCollector, limits: FindLimits, signal: AbortSignal): Promise<number>;
  /**
   * For a backend that has pages: some of the whole traces that match, the latest first, each once, and on to the end.
   * `query.limit` is how many are wanted in all, if all that are found do match.
   */
  pages?(query: FindQuery, signal: AbortSignal): AsyncIterable<SpanCollector>;
  /** What of a search {@link find} and {@link pages} ask for; all of it where left out. For the words about the rest. */
  asksFor?(narrowing: Narrowing): Narrowing;
  /** False where {@link find} cannot tell operations apart: asking for one finds what asking for the service finds. */
  readonly findsOperations?: boolean;
  /** Some traces of a service, in as few requests as hints may cost; {@link find} does that where left out. */
  sample?(request: ServiceSampling, into: ServiceSample, signal: AbortSignal): Promise<SampleSize | undefined>;
  /** For a backend that counts by itself, as `TraceSource.operations`; else they are made of what {@link find} collects. */
  operations?(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]>;
  /** Calls that the backend has counted. */
  dependencies?(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph>;
  /** More names of attributes than `resource.service.name` and `name`. */
  attributeNames?(signal: AbortSignal): Promise<readonly string[]>;
  attributeValues?(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** What is known of a backend that only searches. */
export interface SearchingBackendSetup {
  readonly kind: string;
  readonly name: string;
  readonly capabilities: SourceCapabilities;
  readonly http: BackendHttp;
  readonly finder: TraceFinder;
  readonly deps: BackendDeps;
  readonly deepLink: (id: TraceId) => string | undefined;
  /** What a test of the connection says where there are no services. */
  readonly noServices?: TestWords;
}

/**
 * A backend that finds whole traces and aggregates nothing: operations are sampled, pages are cut by time, and what its
 * search cannot express is tested on the traces that it found.
 */
export class SearchingBackend extends HttpBackend implements Backend {
  readonly kind: string;
  readonly capabilities: SourceCapabilities;
  protected override readonly http: BackendHttp;
  private readonly finder: TraceFinder;
  private readonly sampled: SampledOperations;
  /** Whether a search has to name a service; undefined until it is known. */
  private wantsService: boolean | undefined;

  constructor(private readonly setup: SearchingBackendSetup) {
    const { finder, deps } = setup;
    super(setup, deps);
    this.http = setup.http;
    this.kind = setup.kind;
    this.capabilities = setup.capabilities;
    this.finder = finder;
    const services = (signal: AbortSignal) => finder.services(signal);
    const sampler = { services, sample: this.sample.bind(this), sampleService: finder.sample?.bind(finder) };
    this.sampled = new SampledOperations(sampler, { logger: deps.logger });
  }

  /** See {@link SearchingBackendSetup.noServices}. */
  get noServices(): TestWords | undefined {
    return this.setup.noServices;
  }

  /** How many spans a service has and when it was last seen is not known: both are 0. */
  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const names = await this.finder.services(signal);
    return names.map((service) => ({ service, spanCount: 0, errorCount: 0, lastSeen: nanos(0n) }));
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.finder.operations?.(query, signal) ?? this.sampled.operations(query, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const prepared = prepareSearch(query);
    const search = {
      window: query.window ?? this.lookback(DEFAULT_LOOKBACK_MS),
      limit: query.limit,
      pageSize: PAGE_SIZE,
      matches: (trace: Trace) => (prepared.isEmpty ? [] : prepared.match(trace)?.spanIds.slice(0, MOST_MATCHED)),
    };
    const wanted = { ...asked(prepared), anySemconv: query.anySemconv, window: search.window };
    const pages = this.finder.pages?.({ ...wanted, limit: query.limit }, signal);
    if (pages !== undefined) yield* streamedSearch({ ...search, traces: this.tracesOf(pages) }, signal);
    else {
      const fetch = (window: TimeWindow, limit: number) => this.find({ ...wanted, window, limit }, signal);
      yield* pagedSearch({ ...search, fetch }, signal);
    }
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const collector = new SpanCollector();
    if (!(await this.finder.trace(id, collector, signal))) return undefined;
    return this.collected(collector, id);
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const counted = await this.countedGraph(window, signal);
    if (counted !== undefined && counted.edges.length > 0) return counted;
    const services = (await this.finder.services(signal)).slice(0, MAX_SERVICES);
    const traces: Trace[] = [];
    for (const service of services) {
      const collector = new SpanCollector();
      const query = { service, window, limit: GRAPH_TRACES };
      await this.findBounded(query, collector, GRAPH_BYTES / services.length, signal);
      traces.push(...collector.traces());
    }
    return graphOfTraces(traces);
  }

  async attributeNames(_: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return ['resource.service.name', 'name', ...((await this.finder.attributeNames?.(signal)) ?? [])];
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    if (name === 'resource.service.name') return this.finder.services(signal);
    if (name !== 'name') return (await this.finder.attributeValues?.(name, signal)) ?? [];
    const services = query.service === undefined ? await this.finder.services(signal) : [query.service];
    const names = new Set<string>();
    for (const service of services.slice(0, MAX_SERVICES)) {
      for (const operation of await this.finder.operationNames(service, signal)) names.add(operation);
    }
    return [...names];
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    const prepared = prepareSearch(search);
    const narrowing = this.finder.asksFor?.(prepared.narrowing) ?? prepared.narrowing;
    return testedHere(this.name, { ...prepared, narrowing });
  }

  deepLink(id: TraceId): string | undefined {
    return this.setup.deepLink(id);
  }

  private sample(request: SampleRequest, into: SpanCollector, signal: AbortSignal): Promise<SampleAnswer> {
    const { service, operation, window, minDurationNs, limit, maxWireBytes, stratum } = request;
    if (operation !== undefined && this.finder.findsOperations === false) {
      return Promise.resolve({ wireBytes: 0, wasCut: false });
    }
    const query: FindQuery = {
      ...{ service, operation, window, limit },
      ...(stratum === 'slow' ? { minDurationNs } : {}),
      ...(stratum === 'failed' ? { failed: true } : {}),
    };
    return this.findBounded(query, into, maxWireBytes, signal);
  }

  /** Collects what fits into so many bytes. */
  private async findBounded(
    query: FindQuery,
    into: SpanCollector,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<SampleAnswer> {
    const before = this.traffic.bytesReceived;
    try {
      return { wireBytes: await this.finder.find(query, into, { maxWireBytes }, signal), wasCut: false };
    } catch (error) {
      // With a status it is the backend that finds something too large.
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return { wireBytes: Math.max(maxWireBytes, this.traffic.bytesReceived - before), wasCut: true };
    }
  }

  private async countedGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph | undefined> {
    try {
      return await this.finder.dependencies?.(window, signal);
    } catch (error) {
      // Not every storage counts, and what speaks like another backend often does not.
      if (hasFault(error, 'notFound', 'wrongType', 'server', 'badRequest')) return undefined;
      throw error;
    }
  }

  /** Searches without a service where the storage can: some refuse that, others then find nothing. */
  private async find(query: FindQuery, signal: AbortSignal): Promise<FoundTraces> {
    if (query.service !== undefined || this.wantsService === false) return this.findIn(query, signal);
    if (this.wantsService === undefined) {
      try {
        const found = await this.findIn(query, signal);
        if (found.size > 0) {
          this.wantsService = false;
          return found;
        }
      } catch (error) {
        if (!hasFault(error, 'badRequest', 'server')) throw error;
      }
    }
    const found = await this.findEverywhere(query, signal);
    if (found.size > 0) this.wantsService = true;
    return found;
  }

  private async findIn(query: FindQuery, signal: AbortSignal): Promise<FoundTraces> {
    const collector = new SpanCollector();
    await this.finder.find(query, collector, {}, signal);
    const traces = collector.traces();
    this.report(collector);
    return traces;
  }

  /** Asks for one service after another. */
  private async findEverywhere(query: FindQuery, signal: AbortSignal): Promise<FoundTraces> {
    const traces = new Map<TraceId, Trace>();
    let isFull = false;
    for (const service of await this.finder.services(signal)) {
      const found = await this.findIn({ ...query, service }, signal);
      isFull ||= found.size >= query.limit;
      for (const trace of found) traces.set(trace.id, trace);
    }
    const size = isFull ? query.limit : Math.min(traces.size, query.limit - 1);
    return { size, [Symbol.iterator]: () => traces.values() };
  }

  private async *tracesOf(pages: AsyncIterable<SpanCollector>): AsyncGenerator<FoundTraces> {
    for await (const collector of pages) {
      const traces = collector.traces();
      this.report(collector);
      yield traces;
    }
  }

  private report(collector: SpanCollector): void {
    if (collector.rejection !== undefined) this.warn(collector.rejection);
  }
}

/** What of a query a backend can be asked; the rest is tested on what it finds. */
function asked({ narrowing, pushdown }: PreparedSearch) {
  const { service, name, status, minDurationNs, maxDurationNs, minTraceDurationNs, attributes } = narrowing;
  return {
    ...{ service, operation: name, minDurationNs, maxDurationNs, minTraceDurationNs },
    conditions: bestGroup(pushdown),
    failed: status === 'error',
    tags: Object.fromEntries(attributes.map((attribute) => [attribute.name, String(attribute.value)])),
  };
}
