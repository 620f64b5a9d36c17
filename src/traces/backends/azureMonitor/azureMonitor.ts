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
import { BackendHttp } from '../transport/backendHttp';
import { attributeNames, attributeValues } from './azureAttributes';
import { azureAuthoriser, NO_KEYS } from './azureAuthoriser';
import { AzureOperations } from './azureOperations';
import { azurePlace, readAzureAddress, resourcesPage, type AzurePlace } from './azurePlace';
import { explainAzure } from './azureRefusal';
import { listedServices } from './azureServices';
import { groupConditions, testedAfterKql, traceConditions } from './conditionKql';
import { LogsApi } from './logsApi';
import { PortalLinks } from './portalLink';
import { searchedColumns } from './searchColumns';
import { environmentConditions } from './spanKql';
import { candidates, collectTraces } from './traceKql';
import { WrittenIds } from './writtenIds';

const DAY_MS = 24 * 3_600_000;
/** How far back a trace is looked for: first, and if it is not there. Rows are kept for 90 days, or longer for a price. */
const TRACE_DAYS = [2, 90];
/** The service tells times to 100 ns. */
const SHORTEST_NS = 200n;
/** Traces that the service graph is made of, and what their spans may weigh. */
const GRAPH_TRACES = 100;
const GRAPH_BYTES = 2 << 20;
/** Of a user, over all queries; answers do not say what is left (Azure Monitor service limits, user query throttling). */
const REQUESTS = 200;
const PERIOD_MS = 30_000;

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'exact',
  reasons: {
    operations:
      'Azure Monitor counts every span that it keeps, as often as sampling lets it stand for, and estimates percentiles.',
    serviceGraph: 'Numbers are those of the latest traces.',
  },
};

/** Azure Monitor: spans in a Log Analytics workspace, or in classic Application Insights, by KQL. */
export const azureMonitorBackend: BackendType = {
  kind: 'azuremonitor',
  label: 'Azure Monitor',
  exampleUrl: 'https://api.loganalytics.azure.com',
  auth: ['azure', 'bearer'],
  refusedAuth: { header: NO_KEYS },
  options: {
    workspace: 'The id of the Log Analytics workspace: a GUID, on its overview page.',
    application: 'Instead of a workspace: the application id of classic Application Insights, on its page API Access.',
    cloud: 'public, usgov or china, where the address does not say it.',
    resource:
      'The resource id of Application Insights (/subscriptions/…), for links to the portal; found where left out.',
    requests: 'Queries in 30 seconds, of the 200 that a user may ask there with all tools together.',
    audience: 'What tokens are asked for, where it is not what the address says.',
  },
  readAddress: readAzureAddress,
  create: (config, deps) => new AzureMonitorBackend(config, deps),
};

class AzureMonitorBackend extends HttpBackend implements Backend {
  readonly kind = 'azuremonitor';
  readonly capabilities = CAPABILITIES;
  readonly noServices: TestWords;
  private readonly place: AzurePlace;
  protected override readonly http: BackendHttp;
  private readonly api: LogsApi;
  private readonly counted: AzureOperations;
  private readonly links: PortalLinks;
  private readonly written = new WrittenIds();
  /** What every span must meet: the environment. */
  private readonly always: readonly string[];

  constructor(config: BackendConfig, deps: BackendDeps) {
    super(config, deps);
    this.place = azurePlace(config);
    const { secrets, environment = process.env } = deps;
    const authoriser = azureAuthoriser({ config, place: this.place, secrets, environment, now: this.now });
    const explain = explainAzure(this.place, () => authoriser.renew());
    const limits = { '': { requests: requestsOf(config), periodMs: PERIOD_MS } };
    this.http = new BackendHttp({ ...deps, config, authoriser, explain, limits });
    this.api = new LogsApi(this.http, this.place, deps.logger);
    this.always = environmentConditions(config.environment);
    this.counted = new AzureOperations(this.api, deps.logger, this.always);
    this.links = new PortalLinks(this.place);
    this.noServices = noServices(this.place);
  }

  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const { services, rows } = await listedServices(this.api, this.always, this.lookback(DAY_MS), signal);
    this.links.note(undefined, rows);
    return services;
  }

  operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.counted.find(query, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DAY_MS) } = query;
    const prepared = prepareSearch(query);
    const pipeline = searchedPipeline(prepared.query);
    const columns = searchedColumns(pipeline, anySemconv);
    const withEvents = readsEvents(pipeline);
    const search = { dialect: this.place.dialect, anySemconv };
    const conditions = [
      ...groupConditions(bestGroup(prepared.pushdown), search),
      ...traceConditions(prepared),
      ...this.always,
    ];
    yield* candidateSearch(
      {
        ...{ prepared, window, limit, shortestNs: SHORTEST_NS, warn: this.warn },
        candidates: (part, left, within) => candidates(this.api, this.written, conditions, part, left, within),
        collect: async (ids, part, within) => {
          const request = { ids, window: part, columns, withEvents };
          return (await collectTraces(this.api, this.written, request, within)).collector;
        },
      },
      signal,
    );
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    for (const days of TRACE_DAYS) {
      const request = { ids: [id], window: this.lookback(days * DAY_MS), withEvents: true };
      const { collector, rows, partial } = await collectTraces(this.api, this.written, request, signal);
      if (rows.length === 0) continue;
      if (partial !== undefined) this.warn(`the trace ${id} is not whole: ${partial}`);
      this.links.note(id, rows);
      return this.collected(collector, id);
    }
    return undefined;
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const called = `(Type == "${this.place.dialect.requests}" and isnotempty(ParentId))`;
    const conditions = [called, ...this.always];
    const { ids } = await candidates(this.api, this.written, conditions, window, GRAPH_TRACES, signal);
    const request = { ids: ids.slice(0, GRAPH_TRACES), window, columns: searchedColumns(undefined, false) };
    const limits = { withEvents: false, maxWireBytes: GRAPH_BYTES };
    const { collector } = await collectTraces(this.api, this.written, { ...request, ...limits }, signal);
    return graphOfTraces(collector.traces());
  }

  attributeNames({ window, service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeNames(this.api, { window, service, always: this.always }, signal);
  }

  attributeValues(name: string, { window, service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return attributeValues(this.api, name, { window, service, always: this.always }, signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    const { anySemconv = false } = search;
    return testedAfterKql(this.name, prepareSearch(search), { dialect: this.place.dialect, anySemconv });
  }

  deepLink(id: TraceId): string | undefined {
    return this.links.of(id);
  }
}

function requestsOf({ options }: BackendConfig): number {
  const requests = Math.floor(Number(options['requests']));
  return requests >= 1 ? requests : REQUESTS;
}

function noServices(place: AzurePlace): TestWords {
  const what = place.isWorkspace ? 'workspace' : 'application';
  return {
    message: `The ${what} has no requests and no dependencies of the last day.`,
    cure: `Send it traces (they take a few minutes to be there), and compare its id with the one that your services' connection string belongs to: ${resourcesPage(place)}.`,
  };
}
