import type { TraceId } from '../../../model/ids';
import type { OperationStats } from '../../../model/operation';
import { nanos, type TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import type {
  OperationQuery,
  ServiceGraph,
  ServiceSummary,
  SourceCapabilities,
  TraceQuery,
  TraceSummary,
} from '../../../model/traceSource';
import { stringText } from '../../traceql/language/fieldText';
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { graphOfTraces } from '../derivedGraph';
import { HttpBackend } from '../httpBackend';
import { SampledOperations, type SampleAnswer, type SampleRequest } from '../sampledOperations';
import { createAuthoriser } from '../secrets';
import { SpanCollector } from '../spanCollector';
import { summariseTrace } from '../../../model/traceSummary';
import { BackendHttp } from '../transport/backendHttp';
import { hasNoMetrics, TempoApi } from './tempoApi';
import { exploreLink } from './tempoLink';
import { TempoOperations } from './tempoOperations';
import { environmentCondition, serviceConditions, tempoQuery } from './tempoQuery';

const HOUR_MS = 3_600_000;
/** Durations of traces come in whole milliseconds. */
const NS_PER_MS = 1_000_000n;
/** How long a Tempo without metrics is taken to have none: it may be set up, or have failed for once. */
const METRICS_AGAIN_MS = 5 * 60_000;
/** How far back a search without a window looks, and services are listed. */
const DEFAULT_LOOKBACK_MS = 24 * HOUR_MS;
const SPANS_PER_TRACE = 20;
/** Traces that a service graph is derived from, and what they may weigh. */
const GRAPH_TRACES = 60;
const GRAPH_BYTES = 1 << 20;
const SERVICE_TAG = 'resource.service.name';

/** Grafana Tempo, alone or behind Grafana's proxy, and what speaks like it (VictoriaTraces below `/select/tempo`). */
export const tempoBackend: BackendType = {
  kind: 'tempo',
  label: 'Grafana Tempo',
  exampleUrl: 'http://localhost:3200',
  auth: ['none', 'bearer', 'basic', 'header'],
  options: {
    grafanaUrl: 'The address of Grafana, for links to traces; known where the address leads through its proxy.',
    datasourceUid: 'The uid of the Tempo data source in Grafana, for links to traces.',
  },
  create: (config, deps) => new TempoBackend(config, deps),
};

class TempoBackend extends HttpBackend implements Backend {
  readonly kind = 'tempo';
  protected override readonly http: BackendHttp;
  private readonly api: TempoApi;
  private readonly aggregated: TempoOperations;
  private readonly sampled: SampledOperations;
  /** Until when (epoch milliseconds) this Tempo is not asked for metrics, because it had none; then it may have. */
  private withoutMetricsUntil = 0;

  constructor(
    private readonly config: BackendConfig,
    private readonly deps: BackendDeps,
  ) {
    super(config, deps);
    this.http = new BackendHttp({
      ...deps,
      config,
      authoriser: createAuthoriser(config, deps.secrets),
      headers: config.tenant === undefined ? {} : { 'x-scope-orgid': config.tenant },
    });
    this.api = new TempoApi(this.http);
    this.aggregated = new TempoOperations(this.api, config.environment);
    const services = (signal: AbortSignal) => this.serviceNames(signal);
    this.sampled = new SampledOperations({ services, sample: this.sample.bind(this) }, { logger: deps.logger });
  }

  private get hasMetrics(): boolean {
    return this.now() >= this.withoutMetricsUntil;
  }

  get capabilities(): SourceCapabilities {
    const operations = this.hasMetrics
      ? 'Tempo counts every span, in buckets whose bounds double: percentiles are estimates.'
      : 'This Tempo computes no metrics: numbers are those of its latest traces.';
    return {
      operations: this.hasMetrics ? 'exact' : 'sampled',
      search: 'exact',
      serviceGraph: 'sampled',
      attributes: 'exact',
      reasons: {
        operations,
        search: 'Tempo leaves the latest 30 seconds out of searches, unless it is set up otherwise.',
        serviceGraph: 'Tempo keeps service graphs elsewhere: this one is that of its latest traces.',
      },
    };
  }

  /** Tempo does not say how many spans a service has, or when it was last seen: both are 0. */
  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const names = await this.serviceNames(signal);
    return names.map((service) => ({ service, spanCount: 0, errorCount: 0, lastSeen: nanos(0n) }));
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    if (this.hasMetrics) {
      try {
        return await this.aggregate(query, signal);
      } catch (error) {
        if (!hasNoMetrics(error)) throw error;
        this.deps.logger.info(`${this.name} computes no metrics (${error.message}); traces are sampled instead.`);
      }
    }
    const wasWithout = !this.hasMetrics;
    const stats = await this.sampled.operations(query, signal);
    if (wasWithout) return stats;
    // Only now: an error that the sample meets as well says nothing of metrics.
    this.withoutMetricsUntil = this.now() + METRICS_AGAIN_MS;
    return stats;
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { environment } = this.config;
    const q = tempoQuery(query.text, { environment, anySemconv: query.anySemconv, mostRecent: true });
    const seen = new Set<TraceId>();
    const window = query.window ?? this.lookback(DEFAULT_LOOKBACK_MS);
    const search = { q, window, limit: query.limit, spansPerTrace: SPANS_PER_TRACE };
    for await (const found of this.api.searches(search, signal)) {
      found.sort((a, b) => (a.summary.startNs < b.summary.startNs ? 1 : -1));
      for (const one of found) {
        // Tempo knows whole seconds only.
        if (seen.has(one.summary.traceId) || !overlaps(one.summary, window)) continue;
        seen.add(one.summary.traceId);
        const summary = one.isCounted ? one.summary : await this.summarised(one.summary, q, signal);
        if (summary !== undefined) yield summary;
        if (seen.size >= query.limit) return;
      }
    }
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const collector = new SpanCollector();
    const answer = await this.api.trace(id, collector, {}, signal);
    if (answer === false) return undefined;
    if (answer.partial !== undefined) this.deps.logger.warn(`${this.name}, trace ${id}: ${answer.partial}`);
    return this.collected(collector, id);
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const { environment } = this.config;
    const own = environment === undefined ? '' : ` && ${environmentCondition(environment)}`;
    const q = `{ (kind = client || kind = producer)${own} } >> { kind = server || kind = consumer }`;
    const collector = new SpanCollector();
    await this.collect({ q, window, limit: GRAPH_TRACES }, collector, GRAPH_BYTES, signal);
    return graphOfTraces(collector.traces());
  }

  /** Of all services: see `TempoApi.tags`. */
  async attributeNames({ window }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    const scopes = await this.api.tags(window, undefined, signal);
    return [...scopes].flatMap(([scope, tags]) =>
      scope === 'intrinsic' ? tags : tags.map((tag) => `${scope}.${tag}`),
    );
  }

  attributeValues(name: string, { window, service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return this.api.values(name, window, this.filterOf(service), signal);
  }

  deepLink(id: TraceId): string | undefined {
    return exploreLink(this.config, id);
  }

  /** What speaks like Tempo may find traces without saying which spans matched: then they are looked for here. */
  private async summarised(found: TraceSummary, q: string, signal: AbortSignal): Promise<TraceSummary | undefined> {
    const trace = await this.trace(found.traceId, signal);
    const matched = trace === undefined ? undefined : prepareSearch({ text: q }).match(trace)?.spanIds;
    return trace && matched && summariseTrace(trace, matched.slice(0, SPANS_PER_TRACE));
  }

  private serviceNames(signal: AbortSignal): Promise<string[]> {
    return this.api.values(SERVICE_TAG, this.lookback(DEFAULT_LOOKBACK_MS), this.filterOf(undefined), signal);
  }

  private async aggregate({ service, window, names }: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const services = service === undefined ? await this.serviceNames(signal) : [service];
    const stats: OperationStats[] = [];
    for (const one of services) stats.push(...(await this.aggregated.ofService(one, window, signal)));
    return names === undefined ? stats : stats.filter(({ key }) => names.includes(key.name));
  }

  private sample(request: SampleRequest, into: SpanCollector, signal: AbortSignal): Promise<SampleAnswer> {
    const { service, operation, stratum, window, minDurationNs, limit, maxWireBytes } = request;
    const conditions = [serviceConditions(service, this.config.environment)];
    if (operation !== undefined) conditions.push(`name = ${stringText(operation)}`);
    if (stratum === 'failed') conditions.push('status = error');
    if (stratum === 'slow' && minDurationNs !== undefined) conditions.push(`duration >= ${Math.ceil(minDurationNs)}ns`);
    return this.collect({ q: `{ ${conditions.join(' && ')} }`, window, limit }, into, maxWireBytes, signal);
  }

  /** Fetches whole traces that match, as many as fit into so many bytes. */
  private async collect(
    search: { readonly q: string; readonly window: TimeWindow; readonly limit: number },
    into: SpanCollector,
    maxWireBytes: number,
    signal: AbortSignal,
  ): Promise<SampleAnswer> {
    const before = this.http.traffic.bytesReceived;
    const found = await this.api.search({ ...search, spansPerTrace: 1 }, signal);
    for (const { summary } of found) {
      const used = this.http.traffic.bytesReceived - before;
      if (used >= maxWireBytes) return { wireBytes: used, wasCut: true };
      await this.api.trace(summary.traceId, into, {}, signal);
    }
    return { wireBytes: this.http.traffic.bytesReceived - before, wasCut: false };
  }

  /** TraceQL that narrows what attributes are listed; undefined where nothing does. */
  private filterOf(service: string | undefined): string | undefined {
    const { environment } = this.config;
    if (service !== undefined) return `{ ${serviceConditions(service, environment)} }`;
    return environment === undefined ? undefined : `{ ${environmentCondition(environment)} }`;
  }
}

function overlaps({ startNs, durationNs }: TraceSummary, { from, to }: TimeWindow): boolean {
  return startNs < to && startNs + BigInt(durationNs) + NS_PER_MS > from;
}
