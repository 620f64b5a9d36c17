import type { TraceId } from '../../../model/ids';
import type { OperationStats } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import type {
  OperationQuery,
  ServiceGraph,
  ServiceSummary,
  SourceCapabilities,
  TraceQuery,
  TraceSummary,
} from '../../../model/traceSource';
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps } from '../backend';
import type { BackendConfig } from '../backendConfig';
import type { TestWords } from '../connectionTest';
import { HttpBackend } from '../httpBackend';
import { SharedWork } from '../sharedWork';
import { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import { RequestAllowance } from '../transport/requestAllowance';
import { AggregatedOperations } from './operations/aggregatedOperations';
import { attributeNames, attributeValues } from './attributeValues';
import { anyOf, terms, type Clause } from './clauses';
import { FieldCatalog } from './fieldCatalog';
import { listedServices } from './listedServices';
import { sampledGraph } from './sampledGraph';
import type { SearchApi } from './searchApi';
import { searchTraces } from './searchTraces';
import { SpanEventSource } from './spanEvents';
import { collectSpans, type SpanIndex } from './spanPages';
import type { SpanDialect, SpanSchema } from './spanSchema';
import { testedOnTraces } from './testedOnTraces';

/** How far back a search without a window looks, and services are listed. */
const DEFAULT_LOOKBACK_MS = 24 * 3_600_000;
/** New attributes may be searched for after this long at the latest. */
const SCHEMA_TTL_MS = 60_000;
/** Requests that the hints of a file may take. */
const HINT_REQUESTS = 5;
const ENVIRONMENT = ['deployment.environment.name', 'deployment.environment'];

/** What is known of one kind of server that keeps spans as documents. */
export interface SearchEngineSetup {
  readonly kind: string;
  readonly capabilities: SourceCapabilities;
  readonly config: BackendConfig;
  readonly deps: BackendDeps;
  readonly http: BackendHttp;
  readonly api: SearchApi;
  readonly dialect: SpanDialect;
  /** The indices with events that are no part of their spans, where the dialect knows such. */
  readonly eventApi?: SearchApi;
  readonly deepLink: (id: TraceId) => string | undefined;
  /** What a test of the connection says where there are no services. */
  readonly noServices?: TestWords;
  /** Calls that the server knows of itself, added to those of the latest traces. */
  readonly knownCalls?: (signal: AbortSignal) => Promise<ServiceGraph['edges']>;
}

/** Spans in OpenSearch or Elasticsearch: searched and counted by the server, whatever tool has written them. */
export class SearchEngineBackend extends HttpBackend implements Backend {
  readonly kind: string;
  readonly capabilities: SourceCapabilities;
  private readonly aggregated: AggregatedOperations;
  private readonly known = new SharedWork<SpanIndex>(SCHEMA_TTL_MS);
  protected override readonly http: BackendHttp;
  private readonly events: SpanEventSource | undefined;
  /** As it was last seen. */
  private schema: SpanSchema | undefined;

  constructor(private readonly setup: SearchEngineSetup) {
    const { kind, config, deps, capabilities, eventApi } = setup;
    super(config, deps);
    this.http = setup.http;
    const { events } = setup.dialect;
    this.kind = kind;
    this.capabilities = capabilities;
    this.aggregated = new AggregatedOperations(config.name, deps.logger);
    if (eventApi !== undefined && events !== undefined)
      this.events = new SpanEventSource(config.name, eventApi, events, deps.logger);
  }

  /** See {@link SearchEngineSetup.noServices}. */
  get noServices(): TestWords | undefined {
    return this.setup.noServices;
  }

  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const index = await this.index(signal);
    return listedServices(index, this.lookback(DEFAULT_LOOKBACK_MS), this.always(index), signal);
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const requests = new RequestAllowance(HINT_REQUESTS);
    const index = await this.index(signal, requests);
    return this.aggregated.operations(index, query, { always: this.always(index), requests }, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DEFAULT_LOOKBACK_MS) } = query;
    const prepared = prepareSearch(query);
    const index = await this.index(signal);
    const search = { prepared, anySemconv, window, limit, always: this.always(index), onRejected: this.warn };
    yield* searchTraces(index, search, signal);
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const index = await this.index(signal);
    const collector = new SpanCollector();
    const events = await index.events?.find({ traceIds: [id], which: 'all' }, signal);
    const clause = terms(index.schema.traceId, [id]);
    const request = { clause, ...(events === undefined ? {} : { events }) };
    const hits = await collectSpans(index, request, collector, signal);
    if (hits === 0) return undefined;
    return this.collected(collector, id);
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const index = await this.index(signal);
    const always = this.always(index);
    const { edges } = await sampledGraph(index, window, always, signal);
    const isNew = ({ caller, callee }: ServiceGraph['edges'][number]): boolean =>
      !edges.some((edge) => edge.caller === caller && edge.callee === callee);
    const known = ((await this.setup.knownCalls?.(signal)) ?? []).filter(isNew);
    if (known.length === 0) return { edges };
    // It is not known when these were seen.
    const seen = new Set((await listedServices(index, window, always, signal)).map(({ service }) => service));
    return { edges: [...edges, ...known.filter(({ caller, callee }) => seen.has(caller) && seen.has(callee))] };
  }

  async attributeNames(_: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeNames(await this.index(signal));
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    const index = await this.index(signal);
    return attributeValues(index, name, query, this.always(index), signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    const { dialect } = this.setup;
    const schema = this.schema ?? dialect.schema(new FieldCatalog(undefined));
    return testedOnTraces(this.name, schema, prepareSearch(search), search.anySemconv ?? false);
  }

  deepLink(id: TraceId): string | undefined {
    return this.setup.deepLink(id);
  }

  /** Which fields there are, asked for once a minute. */
  private index(signal: AbortSignal, requests?: RequestAllowance): Promise<SpanIndex> {
    const { api, dialect } = this.setup;
    const work = async (shared: AbortSignal): Promise<SpanIndex> => {
      requests?.take();
      const catalog = await api.fields(dialect.fieldPatterns, shared);
      this.schema = dialect.schema(catalog);
      const { events } = this;
      return { api, dialect, schema: this.schema, ...(events === undefined ? {} : { events }) };
    };
    return this.known.get('fields', work, signal);
  }

  /** What every span that is asked for must meet: it is one, and of the environment. */
  private always({ schema }: SpanIndex): Clause[] {
    const { environment } = this.setup.config;
    const spans = schema.only === undefined ? [] : [schema.only];
    if (environment === undefined) return spans;
    const fields = ENVIRONMENT.flatMap((name) => schema.shapes.flatMap((shape) => shape.attribute('resource', name)));
    return [...spans, anyOf([...new Set(fields.map(({ name }) => name))].map((name) => terms(name, [environment])))];
  }
}
