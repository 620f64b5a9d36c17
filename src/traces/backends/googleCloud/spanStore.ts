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
import { searchedPipeline } from '../../traceql/evaluate/evaluateTraces';
import { fieldsOf, scopeOf } from '../../traceql/plan/fieldsRead';
import { bestGroup } from '../../traceql/plan/narrowing';
import { prepareSearch, type PreparedSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import { candidateSearch } from '../candidateSearch';
import type { TestWords } from '../connectionTest';
import { HttpBackend } from '../httpBackend';
import { testedConditions } from '../testedConditions';
import type { BackendHttp } from '../transport/backendHttp';
import type { BigQuery } from './bigQuery';
import { conditionSql } from './conditionSql';
import { PAGES, type GoogleProject } from './googlePlace';
import { QueryParameters } from './queryParameters';
import { SpanStoreOperations } from './spanStoreOperations';
import {
  attributeNames,
  attributeValues,
  candidates,
  collectTraces,
  countedGraph,
  listedServices,
} from './spanStoreQueries';
import { viewOf, type SpanScope } from './spanSql';

const DAY_MS = 24 * 3_600_000;
/** How far back a trace is looked for: first, and if it is not there. Spans are kept for 30 days. */
const TRACE_DAYS = [1, 30];
/** SQL tells times to the microsecond. */
const SHORTEST_NS = 2_000n;
/** Traces of one query: each one reads, and bills, the spans of all traces of its time. */
const PAGE_TRACES = 500;

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'exact',
  attributes: 'exact',
  reasons: { operations: 'BigQuery counts every span, and estimates percentiles.' },
};

/** What a {@link SpanStore} is made of. */
export interface SpanStoreParts {
  readonly config: BackendConfig;
  readonly deps: BackendDeps;
  readonly http: BackendHttp;
  readonly api: BigQuery;
  readonly project: GoogleProject;
  /** As the option `dataset` names it. */
  readonly dataset: string;
  /** What a test of the connection says where there are no services. */
  readonly noServices: TestWords;
}

/** Google Cloud's trace storage by SQL: the view of all spans in a dataset of BigQuery that is linked with it. */
export class SpanStore extends HttpBackend implements Backend {
  readonly kind = 'googlecloud';
  readonly capabilities = CAPABILITIES;
  private readonly counted: SpanStoreOperations;
  protected override readonly http: BackendHttp;

  constructor(private readonly parts: SpanStoreParts) {
    super(parts.config, parts.deps);
    this.http = parts.http;
    this.counted = new SpanStoreOperations(parts.api, parts.deps.logger);
  }

  get noServices(): TestWords {
    return this.parts.noServices;
  }

  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    return listedServices(this.parts.api, await this.scope(signal), this.lookback(DAY_MS), signal);
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.counted.find(await this.scope(signal), query, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DAY_MS) } = query;
    const { api } = this.parts;
    const prepared = prepareSearch(query);
    const scope = await this.scope(signal);
    const without = columnsNotRead(prepared);
    const conditions = (parameters: QueryParameters): string[] =>
      asked(prepared).flatMap((condition) => conditionSql(condition, parameters, anySemconv)?.sql ?? []);
    yield* candidateSearch(
      {
        ...{ prepared, window, limit, shortestNs: SHORTEST_NS, pageSize: PAGE_TRACES, isCoarse: true, warn: this.warn },
        candidates: (part, left, within) => candidates(api, scope, part, conditions, left, within),
        collect: async (ids, part, within) =>
          (await collectTraces(api, scope, { ids, window: part, without }, within)).collector,
      },
      signal,
    );
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const scope = await this.scope(signal);
    for (const days of TRACE_DAYS) {
      const request = { ids: [id], window: this.lookback(days * DAY_MS) };
      const { collector, rows } = await collectTraces(this.parts.api, scope, request, signal);
      if (rows === 0) continue;
      return this.collected(collector, id);
    }
    return undefined;
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    return countedGraph(this.parts.api, await this.scope(signal), window, signal);
  }

  async attributeNames(query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeNames(this.parts.api, await this.scope(signal), query, signal);
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeValues(this.parts.api, await this.scope(signal), name, query, signal);
  }

  testedHere({
    text,
    anySemconv = false,
  }: {
    readonly text: string;
    readonly anySemconv?: boolean;
  }): string | undefined {
    return testedConditions(this.name, prepareSearch({ text, anySemconv }), (condition) => {
      const found = conditionSql(condition, new QueryParameters(), anySemconv);
      return found === undefined ? 'not' : found.exact ? 'whole' : 'part';
    });
  }

  deepLink(id: TraceId): string | undefined {
    const { known } = this.parts.project;
    return known === undefined ? undefined : PAGES.trace(known, id);
  }

  private async scope(signal: AbortSignal): Promise<SpanScope> {
    const { config, dataset, project } = this.parts;
    const view = viewOf(dataset, await project.id(signal));
    if (view !== undefined) return { view, environment: config.environment };
    const message = `"${dataset}" is no name of a dataset.`;
    const cure = `Write "dataset" or "project.dataset"; ${PAGES.linking} tells how one is linked with traces.`;
    throw new BackendError('badRequest', message, config.url, cure);
  }
}

function asked(prepared: PreparedSearch) {
  return [...bestGroup(prepared.pushdown), ...prepared.pushdown.trace];
}

/** What a search does not look at need not be read. */
function columnsNotRead(prepared: PreparedSearch): string[] {
  const scopes = new Set(fieldsOf(searchedPipeline(prepared.query)).map(scopeOf));
  return [...(scopes.has('event') ? [] : ['events']), ...(scopes.has('link') ? [] : ['links'])];
}
