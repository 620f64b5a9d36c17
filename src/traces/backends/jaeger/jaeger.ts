import type { SpanId, TraceId } from '../../../model/ids';
import type { OperationStats } from '../../../model/operation';
import { nanos, nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import type {
  OperationQuery,
  ServiceGraph,
  ServiceSummary,
  SourceCapabilities,
  TraceQuery,
  TraceSummary,
} from '../../../model/traceSource';
import type { AttributeQuery, Backend, BackendDeps, BackendType, ConnectionStep } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { hasFault } from '../backendError';
import { testConnection } from '../connectionTest';
import { graphOfTraces } from '../derivedGraph';
import { pagedSearch, type FoundTraces } from '../pagedSearch';
import { SampledOperations, type SampleAnswer, type SampleRequest } from '../sampledOperations';
import { planSearch, type SearchPlan } from '../searchPlan';
import { createAuthoriser } from '../secrets';
import { SpanCollector } from '../spanCollector';
import { BackendHttp } from '../transport/backendHttp';
import { JaegerApi } from './jaegerApi';
import type { JaegerQuery } from './jaegerQuery';

/** How far back a search without a window looks: what v1 does by itself. */
const DEFAULT_LOOKBACK_MS = 2 * 24 * 3_600_000;
const PAGE_SIZE = 100;
/** Traces per service that a service graph is derived from, where the server has counted none. */
const GRAPH_TRACES = 20;
const GRAPH_SERVICES = 12;
const GRAPH_BYTES = 1 << 20;

/** Jaeger, and what speaks like it: VictoriaTraces below `/select/jaeger`, Grafana's proxy before a Jaeger. */
export const jaegerBackend: BackendType = {
  kind: 'jaeger',
  label: 'Jaeger',
  exampleUrl: 'http://localhost:16686',
  auth: ['none', 'bearer', 'basic', 'header'],
  options: {
    webUrl: 'The address of the web interface, where it is not the same as that of the API.',
    tenantHeader: 'The header that carries the tenant; x-tenant where left out.',
  },
  create: (config, deps) => new JaegerBackend(config, deps),
};

class JaegerBackend implements Backend {
  readonly kind = 'jaeger';
  readonly name: string;
  readonly capabilities: SourceCapabilities = {
    operations: 'sampled',
    search: 'exact',
    serviceGraph: 'sampled',
    attributes: 'sampled',
    reasons: {
      operations: 'Jaeger does not aggregate spans: numbers are those of its latest traces.',
      serviceGraph: 'Jaeger counts calls from time to time, and does not tell which failed.',
      attributes: 'Jaeger lists services and operations, but no other attributes.',
    },
  };
  private readonly http: BackendHttp;
  private readonly api: JaegerApi;
  private readonly sampled: SampledOperations;
  private readonly now: () => number;
  /** Whether a search has to name a service; undefined until it is known. */
  private wantsService: boolean | undefined;

  constructor(
    private readonly config: BackendConfig,
    private readonly deps: BackendDeps,
  ) {
    this.name = config.name;
    this.now = deps.now ?? Date.now;
    const { tenant, options } = config;
    const tenantHeader = String(options.tenantHeader ?? 'x-tenant');
    this.http = new BackendHttp({
      ...deps,
      config,
      authoriser: createAuthoriser(config, deps.secrets),
      headers: tenant === undefined ? {} : { [tenantHeader]: tenant },
    });
    this.api = new JaegerApi(this.http);
    const services = (signal: AbortSignal) => this.api.services(signal);
    this.sampled = new SampledOperations({ services, sample: this.sample.bind(this) }, { logger: deps.logger });
  }

  get traffic() {
    return this.http.traffic;
  }

  /** Jaeger does not say how many spans a service has, or when it was last seen: both are 0. */
  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const names = await this.api.services(signal);
    return names.map((service) => ({ service, spanCount: 0, errorCount: 0, lastSeen: nanos(0n) }));
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.sampled.operations(query, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const plan = planSearch(query.text);
    yield* pagedSearch(
      {
        window: query.window ?? this.defaultWindow(),
        limit: query.limit,
        pageSize: PAGE_SIZE,
        fetch: (window, limit) => this.find({ ...pushed(plan), window, limit }, signal),
        matches: (trace): readonly SpanId[] | undefined => plan.matches(trace),
      },
      signal,
    );
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const collector = new SpanCollector();
    if (!(await this.api.trace(id, collector, signal))) return undefined;
    const trace = collector.trace(id);
    this.report(collector);
    return trace;
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    try {
      const graph = await this.api.dependencies(window, signal);
      if (graph.edges.length > 0) return graph;
    } catch (error) {
      // Not every storage counts, and what speaks like Jaeger often does not.
      if (!hasFault(error, 'notFound', 'wrongType', 'server', 'badRequest')) throw error;
    }
    const services = (await this.api.services(signal)).slice(0, GRAPH_SERVICES);
    const traces: Trace[] = [];
    for (const service of services) {
      const collector = new SpanCollector();
      const bound = { maxWireBytes: GRAPH_BYTES / services.length };
      await this.findBounded({ service, window, limit: GRAPH_TRACES }, collector, bound.maxWireBytes, signal);
      traces.push(...collector.traces());
    }
    return graphOfTraces(traces);
  }

  async attributeNames(): Promise<readonly string[]> {
    return Promise.resolve(['resource.service.name', 'name']);
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    if (name === 'resource.service.name') return this.api.services(signal);
    if (name !== 'name') return [];
    const services = query.service === undefined ? await this.api.services(signal) : [query.service];
    const names = new Set<string>();
    for (const service of services.slice(0, GRAPH_SERVICES)) {
      for (const operation of await this.api.operationNames(service, signal)) names.add(operation);
    }
    return [...names];
  }

  testConnection(signal: AbortSignal): AsyncIterable<ConnectionStep> {
    return testConnection(this, signal, this.now());
  }

  deepLink(id: TraceId): string | undefined {
    const { webUrl } = this.config.options;
    if (typeof webUrl === 'string') return `${webUrl.replace(/\/+$/, '')}/trace/${id}`;
    // A proxy or a look-alike serves the API only.
    return /\/(proxy|select\/jaeger)(\/|$)/.test(this.config.url) ? undefined : `${this.config.url}/trace/${id}`;
  }

  dispose(): void {
    this.http.dispose();
  }

  private async sample(request: SampleRequest, into: SpanCollector, signal: AbortSignal): Promise<SampleAnswer> {
    const { service, operation, window, minDurationNs, limit, maxWireBytes, stratum } = request;
    const query: JaegerQuery = {
      ...{ service, operation, window, limit },
      ...(stratum === 'slow' ? { minDurationNs } : {}),
      ...(stratum === 'failed' ? { tags: { error: 'true' } } : {}),
    };
    return this.findBounded(query, into, maxWireBytes, signal);
  }

  /** What fits into so many bytes. */
  private async findBounded(
    query: JaegerQuery,
    into: SpanCollector,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<SampleAnswer> {
    const before = this.http.traffic.bytesReceived;
    try {
      return { wireBytes: await this.api.find(query, into, { maxWireBytes }, signal), wasCut: false };
    } catch (error) {
      if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
      return { wireBytes: Math.max(maxWireBytes, this.http.traffic.bytesReceived - before), wasCut: true };
    }
  }

  /** Searches without a service where the storage can: some refuse that, others then find nothing. */
  private async find(query: JaegerQuery, signal: AbortSignal): Promise<FoundTraces> {
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

  private async findIn(query: JaegerQuery, signal: AbortSignal): Promise<FoundTraces> {
    const collector = new SpanCollector();
    await this.api.find(query, collector, {}, signal);
    const traces = collector.traces();
    this.report(collector);
    return traces;
  }

  /** Asks for one service after another: some storages, and v1, want one. */
  private async findEverywhere(query: JaegerQuery, signal: AbortSignal): Promise<FoundTraces> {
    const traces = new Map<TraceId, Trace>();
    let isFull = false;
    for (const service of await this.api.services(signal)) {
      const found = await this.findIn({ ...query, service }, signal);
      isFull ||= found.size >= query.limit;
      for (const trace of found) traces.set(trace.id, trace);
    }
    const size = isFull ? query.limit : Math.min(traces.size, query.limit - 1);
    return { size, [Symbol.iterator]: () => traces.values() };
  }

  private report(collector: SpanCollector): void {
    if (collector.rejection !== undefined) this.deps.logger.warn(`${this.name}: ${collector.rejection}`);
  }

  private defaultWindow(): TimeWindow {
    const now = this.now();
    return { from: nanosFromMillis(now - DEFAULT_LOOKBACK_MS), to: nanosFromMillis(now + 60_000) };
  }
}

/** What of a plan Jaeger can be asked. */
function pushed({ service, operation, minDurationNs, maxDurationNs, failed, tags }: SearchPlan) {
  return {
    ...{ service, operation, minDurationNs, maxDurationNs },
    tags: { ...tags, ...(failed === true ? { error: 'true' } : {}) },
  };
}
