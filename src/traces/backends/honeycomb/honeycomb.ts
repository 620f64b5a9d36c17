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
import { isHoneycombField, isHoneycombResource } from '../../formats/honeycombSpans';
import { nanosOfIso } from '../../formats/recordTimes';
import { textOf } from '../../formats/recordValues';
import { searchedPipeline } from '../../traceql/evaluate/evaluateTraces';
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps, BackendType, ConnectionStep } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { hasFault } from '../backendError';
import { candidateSearch } from '../candidateSearch';
import type { TestWords } from '../connectionTest';
import { graphOfTraces } from '../derivedGraph';
import { HttpBackend } from '../httpBackend';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { RequestAllowance } from '../transport/requestAllowance';
import {
  askedConditions,
  environmentFilters,
  serviceFilter,
  spanFilters,
  testedAfterFilters,
} from './conditionFilters';
import { ALL_DATASETS, HoneycombApi, RUNS } from './honeycombApi';
import { countedOperations } from './honeycombOperations';
import { datasetWanted, explainHoneycomb, honeycombPages } from './honeycombRefusal';
import { HoneycombSchema, type HoneycombScope } from './honeycombSchema';
import {
  candidates,
  collectTraces,
  collectWholeTrace,
  columnsFor,
  readsAnnotations,
  type HoneycombSource,
} from './honeycombTraces';
import { absoluteTimes } from './querySpec';

const DAY_MS = 24 * 3_600_000;
/** How far back a trace is looked for: first, to the minute; and as far as Honeycomb answers for. */
const TRACE_LOOKBACK_MS = [4 * 3_600_000, 7 * DAY_MS];
/** Times are told to the minute there, at the best. */
const SHORTEST_NS = 120_000_000_000n;
/** Runs of queries that a team may ask for in a minute, unless it has agreed on more. */
const RUNS_A_MINUTE = 10;
/** What the operations of one question may take. */
const HINT_REQUESTS = 5;
/** Traces that the service graph is made of, and what their spans may weigh. */
const GRAPH_TRACES = 100;
const GRAPH_BYTES = 2 << 20;
/** More values than this nobody reads through. */
const MAX_VALUES = 200;

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'exact',
  reasons: {
    operations: 'Honeycomb counts every span that it keeps, and estimates percentiles.',
    serviceGraph: 'Its queries do not join spans with those that called them: numbers are those of the latest traces.',
  },
};

/** Honeycomb, by its Query Data API. */
export const honeycombBackend: BackendType = {
  kind: 'honeycomb',
  label: 'Honeycomb',
  exampleUrl: 'https://api.honeycomb.io',
  auth: ['header'],
  authHeader: 'X-Honeycomb-Team',
  options: {
    dataset: 'The one dataset that is asked; all of the environment where left out. Classic environments need one.',
    runsPerMinute: `How many queries may be run in a minute; ${RUNS_A_MINUTE} unless your team has agreed on more.`,
  },
  create: (config, deps) => new HoneycombBackend(config, deps),
};

class HoneycombBackend extends HttpBackend implements Backend {
  readonly kind = 'honeycomb';
  readonly capabilities = CAPABILITIES;
  /** See `CountOptions`. */
  private readonly wide = new Set<string>();
  protected override readonly http: BackendHttp;
  private readonly api: HoneycombApi;
  private readonly schema: HoneycombSchema;
  /** What could be asked for when it was last looked at. */
  private knownScope: HoneycombScope | undefined;

  constructor(
    private readonly config: BackendConfig,
    deps: BackendDeps,
  ) {
    super(config, deps);
    const { name, url, options } = config;
    const place = { name, address: url };
    const requests = Math.max(1, Number(options.runsPerMinute ?? RUNS_A_MINUTE) || RUNS_A_MINUTE);
    this.http = new BackendHttp({
      ...{ ...deps, config, explain: explainHoneycomb(place) },
      authoriser: createAuthoriser(config, deps.secrets, {
        cure: `Give a configuration key when asked for it; it is made at ${honeycombPages(url)} under Environment Settings, API Keys.`,
      }),
      limits: { [RUNS]: { requests, periodMs: 60_000, isSeparate: true } },
    });
    const firstPollMs = deps.retry?.firstDelayMs;
    this.api = new HoneycombApi({ http: this.http, place, ...(firstPollMs === undefined ? {} : { firstPollMs }) });
    const dataset = options.dataset === undefined ? undefined : String(options.dataset).trim();
    this.schema = new HoneycombSchema(this.api, dataset === ALL_DATASETS ? undefined : dataset, this.now);
  }

  /** See `TestedSource`. */
  get noServices(): TestWords {
    const { environment } = this.api.knownAccess ?? {};
    const { queried } = this.schema;
    const ofKey = `The environment${environment === undefined || environment === '' ? '' : ` ${environment}`} of this key`;
    return {
      message:
        queried === ALL_DATASETS
          ? `${ofKey} has no datasets.`
          : `The dataset ${queried} has no spans of services of the last day.`,
      cure: `Send it traces, or give a key of the environment that your services send to (${honeycombPages(this.config.url)} shows them).`,
    };
  }

  /** Services have a dataset each, so that none has to be counted; where there is but one dataset, they are. */
  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const { environment } = await this.api.auth(signal);
    if (this.schema.queried !== ALL_DATASETS) return this.countedServices(signal);
    const datasets = await this.schema.freshDatasets(signal);
    if (environment === '') {
      const names = datasets.map(({ name }) => name);
      throw datasetWanted({ name: this.name, address: this.config.url }, names);
    }
    const latest = (text: string | undefined) => nanos(nanosOfIso(text) ?? 0n);
    return datasets.map(({ name, lastWritten }) => ({
      service: name,
      spanCount: 0,
      errorCount: 0,
      lastSeen: latest(lastWritten),
    }));
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const requests = new RequestAllowance(HINT_REQUESTS);
    const source = await this.source(query.service, signal, requests);
    const options = { environment: this.config.environment, requests, wide: this.wide };
    return countedOperations(source, query, options, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DAY_MS) } = query;
    const prepared = prepareSearch(query);
    const source = await this.source(undefined, signal);
    const { scope } = source;
    const pipeline = searchedPipeline(prepared.query);
    const columns = columnsFor(pipeline, scope, anySemconv);
    const withAnnotations = readsAnnotations(pipeline);
    const asked = askedConditions(prepared, scope, anySemconv).map(({ filter }) => filter);
    const filters = [...spanFilters(scope), ...asked, ...environmentFilters(scope, this.config.environment)];
    yield* candidateSearch(
      {
        ...{ prepared, window, limit, isCoarse: true, shortestNs: SHORTEST_NS, warn: this.warn },
        candidates: (part, left, within) => candidates(source, filters, part, left, within),
        collect: async (ids, part, within) => {
          return (await collectTraces(source, { ids, window: part, columns, withAnnotations }, within)).collector;
        },
      },
      signal,
    );
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const source = await this.source(undefined, signal);
    const columnsOf = (service: string, shared: AbortSignal) => this.schema.scope(service, shared);
    for (const milliseconds of TRACE_LOOKBACK_MS) {
      const window = this.lookback(milliseconds);
      const { collector, rows, isCut, left } = await collectWholeTrace(source, id, window, columnsOf, signal);
      if (rows === 0) continue;
      if (isCut) this.warn(`the trace ${id} has more spans than Honeycomb gives`);
      if (left > 0) this.warn(`${left} of its columns are not asked for: a query takes 100`);
      return this.collected(collector, id);
    }
    return undefined;
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const source = await this.source(undefined, signal);
    const { scope } = source;
    const called = scope.columns.has('span.kind')
      ? [{ column: 'span.kind', op: 'in', value: ['server', 'consumer'] }]
      : [];
    const filters = [...spanFilters(scope), { column: 'trace.parent_id', op: 'exists' }, ...called];
    const own = [...filters, ...environmentFilters(scope, this.config.environment)];
    const { ids } = await candidates(source, own, window, GRAPH_TRACES / 2, signal);
    const request = { ids: ids.slice(0, GRAPH_TRACES), window, columns: columnsFor(undefined, scope, false) };
    const bounds = { withAnnotations: false, maxWireBytes: GRAPH_BYTES };
    const { collector } = await collectTraces(source, { ...request, ...bounds }, signal);
    return graphOfTraces(collector.traces());
  }

  async attributeNames({ service }: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    const { columns } = await this.schema.scope(service, signal);
    const attributes = [...columns.keys()].filter((name) => !isHoneycombField(name));
    return [
      ...INTRINSIC_NAMES,
      ...attributes.map((name) => `${isHoneycombResource(name) ? 'resource' : 'span'}.${name}`),
    ];
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    const known = intrinsicValues(name);
    if (known !== undefined) return known;
    const { api, scope, nowMs } = await this.source(query.service, signal);
    const column = name === 'name' ? name : spanAttribute(name)?.key;
    const times = absoluteTimes(query.window, nowMs);
    if (column === undefined || !scope.columns.has(column) || times === undefined) return [];
    const ofService = query.service === undefined ? [] : [serviceFilter(query.service)];
    const filters = [...spanFilters(scope), { column, op: 'exists' }, ...ofService];
    const orders = [{ op: 'COUNT', order: 'descending' as const }];
    const spec = {
      breakdowns: [column],
      calculations: [{ op: 'COUNT' }],
      filters,
      orders,
      limit: MAX_VALUES,
      ...times,
    };
    const rows = await api.run(spec, { dataset: scope.dataset }, signal);
    return rows.flatMap((row) => textOf(row[column]) ?? []);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    const scope = this.knownScope ?? { dataset: ALL_DATASETS, columns: new Map<string, string>(), isWhole: false };
    return testedAfterFilters(this.name, prepareSearch(search), scope, search.anySemconv ?? false);
  }

  /** Datasets are listed for keys that may ask nothing of them: a query is run first. */
  override async *testConnection(signal: AbortSignal): AsyncGenerator<ConnectionStep> {
    try {
      const { queried: dataset } = this.schema;
      await this.api.run({ calculations: [{ op: 'COUNT' }], limit: 1, time_range: 600 }, { dataset }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (hasFault(error, 'forbidden')) {
        const { message, cure } = error;
        yield { step: 'reachable', result: 'ok', message: `${this.name} answers.` };
        yield { step: 'authorised', result: 'failed', message, ...(cure === undefined ? {} : { cure }) };
        return;
      }
      // Whatever else it is, the steps below say so.
    }
    yield* super.testConnection(signal);
  }

  deepLink(id: TraceId): string | undefined {
    const { team, environment } = this.api.knownAccess ?? {};
    if (team === undefined || environment === undefined) return undefined;
    const dataset = String(this.config.options.dataset ?? '');
    const place = environment === '' ? `datasets/${encodeURIComponent(dataset)}` : `environments/${environment}`;
    return `${honeycombPages(this.config.url)}/${team}/${place}/trace?trace_id=${id}`;
  }

  private async countedServices(signal: AbortSignal): Promise<ServiceSummary[]> {
    const { api, scope, nowMs } = await this.source(undefined, signal);
    const times = absoluteTimes(this.lookback(DAY_MS), nowMs)!;
    const filters = [...spanFilters(scope), ...environmentFilters(scope, this.config.environment)];
    const spec = { breakdowns: ['service.name'], calculations: [{ op: 'COUNT' }], filters, limit: 1_000, ...times };
    const rows = await api.run(spec, { dataset: scope.dataset }, signal);
    return rows.flatMap((row) => {
      const service = textOf(row['service.name']);
      const spanCount = Number(row.COUNT) || 0;
      return service === undefined ? [] : [{ service, spanCount, errorCount: 0, lastSeen: nanos(0n) }];
    });
  }

  private async source(
    service: string | undefined,
    signal: AbortSignal,
    requests?: RequestAllowance,
  ): Promise<HoneycombSource> {
    const scope = await this.schema.scope(service, signal, requests);
    if (service === undefined) this.knownScope = scope;
    return { api: this.api, scope, nowMs: this.now() };
  }
}
