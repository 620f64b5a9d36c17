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
import { readsEvents } from '../../traceql/plan/fieldsRead';
import { bestGroup } from '../../traceql/plan/narrowing';
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { candidateSearch } from '../candidateSearch';
import type { TestWords } from '../connectionTest';
import { graphOfTraces } from '../derivedGraph';
import { HttpBackend } from '../httpBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { DEFAULT_RETRY } from '../transport/retry';
import { groupConditions, testedAfterNrql, traceConditions } from './conditionNrql';
import { NerdGraph } from './nerdGraph';
import { attributeNames, attributeValues } from './newRelicAttributes';
import { NewRelicOperations } from './newRelicOperations';
import { consoleHost, explainNewRelic, keysPage, type NewRelicPlace } from './newRelicRefusal';
import { listedServices } from './newRelicServices';
import { columnsFor } from './searchColumns';
import { environmentConditions, whereSpans } from './spanNrql';
import { candidates, collectTraces } from './traceNrql';
import { userKeysOnly } from './userKey';

const DAY_MS = 24 * 3_600_000;
/** How far back a trace is looked for: first, and if it is not there. Spans are kept for eight days, or longer for a price. */
const TRACE_DAYS = [2, 30];
/** NRQL tells times to the millisecond. */
const SHORTEST_NS = 2_000_000n;
/** Traces that the service graph is made of, and what their spans may weigh. */
const GRAPH_TRACES = 100;
const GRAPH_BYTES = 2 << 20;
/** Of all queries of an account by the API; answers do not say what is left. */
const LIMITS = { '': { requests: 3_000, periodMs: 60_000 } };
const CALLED = "parent.id IS NOT NULL AND span.kind IN ('server', 'consumer')";

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'exact',
  reasons: {
    operations: 'New Relic counts every span that it keeps, and estimates percentiles.',
    serviceGraph: 'NRQL does not join spans with those that called them: numbers are those of the latest traces.',
  },
};

/** New Relic: spans of OpenTelemetry and of its agents, by NRQL over NerdGraph. */
export const newRelicBackend: BackendType = {
  kind: 'newrelic',
  label: 'New Relic',
  exampleUrl: 'https://api.newrelic.com/graphql',
  auth: ['header'],
  authHeader: 'API-Key',
  options: {
    account: 'The number of the account; found where the key may read only one.',
  },
  create: (config, deps) => new NewRelicBackend(config, deps),
};

class NewRelicBackend extends HttpBackend implements Backend {
  readonly kind = 'newrelic';
  readonly capabilities = CAPABILITIES;
  protected override readonly http: BackendHttp;
  private readonly api: NerdGraph;
  private readonly counted: NewRelicOperations;
  /** What every span must meet: the environment. */
  private readonly always: readonly string[];

  constructor(
    private readonly config: BackendConfig,
    deps: BackendDeps,
  ) {
    super(config, deps);
    const { name, url, options, environment } = config;
    const { account } = options;
    const place: NewRelicPlace = {
      name,
      address: url,
      account: account === undefined ? undefined : String(account).trim(),
    };
    const authoriser = createAuthoriser(config, userKeysOnly(deps.secrets, place), {
      cure: `Give a user key (NRAK-…) when asked for it; it is made at ${keysPage(place)}.`,
    });
    this.http = new BackendHttp({ ...deps, config, authoriser, explain: explainNewRelic(place), limits: LIMITS });
    this.api = new NerdGraph({ http: this.http, place, account: place.account, retry: deps.retry ?? DEFAULT_RETRY });
    this.always = environmentConditions(environment);
    this.counted = new NewRelicOperations(this.api, deps.logger, this.always);
  }

  /** See `TestedSource`. */
  get noServices(): TestWords {
    const { account } = this.api;
    return {
      message: `The account${account === undefined ? '' : ` ${account}`} has no spans of services of the last day.`,
      cure: `Send it traces, or set "account" among the options to the one that your services send to (https://${consoleHost(this.config.url)} lists them).`,
    };
  }

  services(signal: AbortSignal): Promise<ServiceSummary[]> {
    return listedServices(this.api, this.always, this.lookback(DAY_MS), signal);
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.counted.find(query, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DAY_MS) } = query;
    const prepared = prepareSearch(query);
    const pipeline = searchedPipeline(prepared.query);
    const columns = columnsFor(pipeline, anySemconv);
    const withEvents = readsEvents(pipeline);
    const conditions = groupConditions(bestGroup(prepared.pushdown), anySemconv);
    const where = whereSpans([...conditions, ...traceConditions(prepared)], this.always);
    yield* candidateSearch(
      {
        ...{ prepared, window, limit, shortestNs: SHORTEST_NS, warn: this.warn },
        candidates: (part, left, within) => candidates(this.api, where, part, left, within),
        collect: async (ids, part, within) => {
          return (await collectTraces(this.api, { ids, window: part, columns, withEvents }, within)).collector;
        },
      },
      signal,
    );
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    for (const days of TRACE_DAYS) {
      const request = { ids: [id], window: this.lookback(days * DAY_MS), withEvents: true };
      const { collector, rows, isCut } = await collectTraces(this.api, request, signal);
      if (rows === 0) continue;
      if (isCut) this.warn(`the trace ${id} has more spans than NRQL gives`);
      return this.collected(collector, id);
    }
    return undefined;
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const { ids } = await candidates(
      this.api,
      whereSpans([{ nrql: CALLED, exact: true }], this.always),
      window,
      GRAPH_TRACES,
      signal,
    );
    const request = {
      ids: ids.slice(0, GRAPH_TRACES),
      window,
      columns: columnsFor(undefined, false),
      withEvents: false,
    };
    const { collector } = await collectTraces(this.api, { ...request, maxWireBytes: GRAPH_BYTES }, signal);
    return graphOfTraces(collector.traces());
  }

  attributeNames({ window, service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeNames(this.api, { window, service, always: this.always }, signal);
  }

  attributeValues(name: string, { window, service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeValues(this.api, name, { window, service, always: this.always }, signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    return testedAfterNrql(this.name, prepareSearch(search), search.anySemconv ?? false);
  }

  deepLink(id: TraceId): string | undefined {
    const { account } = this.api;
    const ofAccount = account === undefined ? '' : `account=${account}&`;
    return `https://${consoleHost(this.config.url)}/distributed-tracing?${ofAccount}query=trace.id%3D${id}`;
  }
}
