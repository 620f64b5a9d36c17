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
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { HttpBackend } from '../httpBackend';
import { SharedWork } from '../sharedWork';
import { SpanCollector } from '../spanCollector';
import { ClickhouseAttributes } from './attributes';
import { readCallGraph } from './callGraph';
import { ClickhouseClient } from './clickhouseClient';
import { ClickhouseOperations } from './operations';
import { testedAfterSql } from './searchSql';
import { integer } from './spanRows';
import { environmentSql, IS_ERROR, START_NS, windowSql } from './spanSql';
import { SpanStore } from './spanStore';
import { readSpanTable, USUAL_TABLE, type SpanTable } from './spanTable';
import { SqlParameters } from './sql';
import { searchTraces } from './traceSearch';
import { serviceName } from './traceSummaries';

const DAY_MS = 24 * 3_600_000;
/** How far back services are looked for: first, and if there are none. */
const SERVICE_DAYS = [1, 30];
const MAX_SERVICES = 5000;
/** Tables change with a new version of the Collector, at most. */
const TABLE_TTL_MS = 10 * 60_000;

/** ClickHouse with the tables of the OpenTelemetry Collector's exporter, over its HTTP interface. */
export const clickhouseBackend: BackendType = {
  kind: 'clickhouse',
  label: 'ClickHouse',
  exampleUrl: 'http://localhost:8123',
  auth: ['none', 'basic', 'header', 'bearer'],
  authHeader: 'X-ClickHouse-Key',
  options: {
    database: 'The database of the tables; found where only one has them.',
    table: 'The table of spans; otel_traces where left out.',
    lookupTable: 'The table of the times of traces; that of spans with _trace_id_ts behind it where left out.',
    traceUrl: 'The address of a page for a trace in your own web interface, with {traceId} in the place of its id.',
  },
  create: (config, deps) => new ClickhouseBackend(config, deps),
};

class ClickhouseBackend extends HttpBackend implements Backend {
  readonly kind = 'clickhouse';
  protected override readonly http: ClickhouseClient;
  private readonly tables = new SharedWork<SpanTable>(TABLE_TTL_MS);
  private readonly counted: ClickhouseOperations;
  private readonly attributes: ClickhouseAttributes;
  private knownTable: SpanTable | undefined;
  /** Of every so-manieth trace the last service graph was made. */
  private graphShare = 1;

  constructor(
    private readonly config: BackendConfig,
    deps: BackendDeps,
  ) {
    super(config, deps);
    this.http = new ClickhouseClient(config, deps);
    this.counted = new ClickhouseOperations(this.http, deps.logger);
    this.attributes = new ClickhouseAttributes(this.http, config.environment);
  }

  get capabilities(): SourceCapabilities {
    const isSampled = this.graphShare > 1;
    return {
      operations: 'exact',
      search: 'exact',
      serviceGraph: isSampled ? 'sampled' : 'exact',
      attributes: 'sampled',
      reasons: {
        attributes: 'Names and values are those of up to 200,000 spans.',
        ...(isSampled ? { serviceGraph: `Calls are those of every ${this.graphShare}th trace, times that.` } : {}),
      },
    };
  }

  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const table = await this.table(signal);
    for (const days of SERVICE_DAYS) {
      const found = await this.servicesOf(table, this.lookback(days * DAY_MS), signal);
      if (found.length > 0) return found;
    }
    return [];
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    const table = await this.table(signal);
    return this.counted.find({ table, environment: this.config.environment, query }, signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { http: client, config, warn } = this;
    const table = await this.table(signal);
    const window = query.window ?? this.lookback(DAY_MS);
    yield* searchTraces({ ...query, window }, { client, table, environment: config.environment, warn }, signal);
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const store = new SpanStore(this.http, await this.table(signal));
    const collector = new SpanCollector();
    if (!(await store.trace(id, collector, signal))) return undefined;
    return this.collected(collector, id);
  }

  async serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    const { environment } = this.config;
    const table = await this.table(signal);
    const { graph, share } = await readCallGraph(this.http, table, { window, environment }, signal);
    this.graphShare = share;
    return graph;
  }

  async attributeNames(query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return this.attributes.names(await this.table(signal), query, signal);
  }

  async attributeValues(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    return this.attributes.values(await this.table(signal), name, query, signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    const { knownTable: table = USUAL_TABLE, name } = this;
    return testedAfterSql(name, prepareSearch(search), { table, anySemconv: search.anySemconv ?? false });
  }

  deepLink(id: TraceId): string | undefined {
    const { traceUrl } = this.config.options;
    return typeof traceUrl === 'string' && traceUrl.includes('{traceId}')
      ? traceUrl.replaceAll('{traceId}', id)
      : undefined;
  }

  private async table(signal: AbortSignal): Promise<SpanTable> {
    const read = (shared: AbortSignal) => readSpanTable(this.http, this.config, shared);
    return (this.knownTable = await this.tables.get('', read, signal));
  }

  private async servicesOf(table: SpanTable, window: TimeWindow, signal: AbortSignal): Promise<ServiceSummary[]> {
    const { environment } = this.config;
    const parameters = new SqlParameters();
    const where = [windowSql(window, parameters)];
    if (environment !== undefined) where.push(environmentSql(table, environment, parameters));
    const sql = `SELECT ServiceName AS service, count() AS spans, countIf(${IS_ERROR}) AS errors, max(${START_NS}) AS latest
FROM ${table.name} WHERE ${where.join(' AND ')}
GROUP BY service ORDER BY spans DESC LIMIT ${MAX_SERVICES}`;
    const rows = await this.http.list(sql, parameters, signal);
    return rows.map((row) => ({
      service: serviceName(row.service),
      spanCount: Number(row.spans),
      errorCount: Number(row.errors),
      lastSeen: nanos(integer(row.latest) ?? 0n),
    }));
  }
}
