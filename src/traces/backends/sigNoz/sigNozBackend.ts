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
import { itemsOf } from '../../formats/recordValues';
import { prepareSearch } from '../../traceql/plan/prepareSearch';
import type { AttributeQuery, Backend, BackendDeps } from '../backend';
import type { BackendConfig } from '../backendConfig';
import type { TestWords } from '../connectionTest';
import { HttpBackend } from '../httpBackend';
import { SharedWork } from '../sharedWork';
import { intrinsicValues, INTRINSIC_NAMES, spanAttribute } from '../suggestedAttributes';
import { SpanCollector } from '../spanCollector';
import type { BackendHttp } from '../transport/backendHttp';
import { FieldKeys } from './fieldKeys';
import { anyOf, inTexts } from './filterText';
import { NO_SERVICE, presentText } from './operations/countedOperation';
import { SigNozOperations } from './operations/sigNozOperations';
import { OlderSpans } from './olderSpans';
import type { SigNozApi } from './sigNozApi';
import { sigNozGraph } from './sigNozGraph';
import { MAX_ROWS, NAME, SERVICE, type FieldName } from './sigNozQuery';
import { noServices } from './sigNozRefusal';
import { searchSigNoz } from './sigNozSearch';
import { sigNozTestedHere } from './sigNozTestedHere';
import { TraceSpans } from './traceSpans';

/** How far back a search without a window looks, and services are listed. */
const DEFAULT_LOOKBACK_MS = 24 * 3_600_000;
/** New attributes are known after this long at the latest. */
const KEYS_TTL_MS = 60_000;
const MOST_VALUES = 200;
const ENVIRONMENT = ['deployment.environment.name', 'deployment.environment'];

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'exact',
  attributes: 'exact',
  reasons: {
    operations: 'SigNoz counts every span that was kept, and takes percentiles of a sample beyond 8,192 calls.',
    serviceGraph: 'SigNoz counts calls between services to the minute; of one environment, those of its latest traces.',
  },
};

/** What a {@link SigNozBackend} is made of. */
export interface SigNozSetup {
  readonly config: BackendConfig;
  readonly deps: BackendDeps;
  readonly http: BackendHttp;
  readonly api: SigNozApi;
}

/** Spans in SigNoz: counted and found by its query builder. */
export class SigNozBackend extends HttpBackend implements Backend {
  readonly kind = 'signoz';
  readonly capabilities = CAPABILITIES;
  private readonly counted: SigNozOperations;
  private readonly spans: TraceSpans;
  private readonly known = new SharedWork<FieldKeys>(KEYS_TTL_MS);
  protected override readonly http: BackendHttp;
  /** As they were last seen. */
  private keys = new FieldKeys(undefined, false);

  constructor(private readonly setup: SigNozSetup) {
    const { config, deps, api } = setup;
    super(config, deps);
    this.http = setup.http;
    this.counted = new SigNozOperations(config.name, api, deps.logger);
    const older = new OlderSpans(api, deps.logger, (signal) => this.fieldKeys(signal));
    this.spans = new TraceSpans(api, older, this.now);
  }

  /** See `TestedSource`. */
  get noServices(): TestWords {
    return noServices(this.setup.config);
  }

  /** When a service was last seen is not known: 0. */
  async services(signal: AbortSignal): Promise<ServiceSummary[]> {
    const rows = await this.groups(SERVICE, this.lookback(DEFAULT_LOOKBACK_MS), MAX_ROWS, signal);
    return rows.map(([service = NO_SERVICE, spanCount, errorCount]) => ({
      ...{ service, spanCount, errorCount, lastSeen: nanos(0n) },
    }));
  }

  async operations(query: OperationQuery, signal: AbortSignal): Promise<OperationStats[]> {
    return this.counted.find(query, await this.fieldKeys(signal), this.always(), signal);
  }

  async *search(query: TraceQuery, signal: AbortSignal): AsyncGenerator<TraceSummary> {
    const { anySemconv = false, limit, window = this.lookback(DEFAULT_LOOKBACK_MS) } = query;
    const prepared = prepareSearch(query);
    const keys = await this.fieldKeys(signal);
    const search = { prepared, anySemconv, window, limit, always: this.always(), onRejected: this.warn };
    yield* searchSigNoz(this.setup.api, this.spans, keys, search, signal);
  }

  async trace(id: TraceId, signal: AbortSignal): Promise<Trace | undefined> {
    const collector = new SpanCollector();
    const count = await this.spans.collect([id], collector, signal);
    if (count === 0) return undefined;
    return this.collected(collector, id);
  }

  serviceGraph(window: TimeWindow, signal: AbortSignal): Promise<ServiceGraph> {
    return sigNozGraph(this.setup.api, this.spans, window, this.always(), signal);
  }

  async attributeNames(_: AttributeQuery, signal: AbortSignal): Promise<readonly string[]> {
    const keys = await this.fieldKeys(signal);
    return [...new Set([...INTRINSIC_NAMES, ...keys.names()])];
  }

  async attributeValues(
    name: string,
    { window, service }: AttributeQuery,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const known = intrinsicValues(name);
    if (known !== undefined) return known;
    if (name === 'name' || name === 'resource.service.name') {
      const rows = await this.groups(name === 'name' ? NAME : SERVICE, window, MOST_VALUES, signal, service);
      return rows.flatMap(([value]) => value ?? []);
    }
    const attribute = spanAttribute(name);
    if (attribute === undefined || attribute.scope === 'any') return [];
    const context = attribute.scope === 'span' ? 'attribute' : 'resource';
    return this.setup.api.values(attribute.key, context, window, signal);
  }

  testedHere(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined {
    return sigNozTestedHere(this.name, this.keys, prepareSearch(search), search.anySemconv ?? false);
  }

  deepLink(id: TraceId): string | undefined {
    return `${this.setup.config.url}/trace/${id}`;
  }

  /** Values of a field with how many spans have them, and how many of these failed, the most frequent first. */
  private async groups(
    field: FieldName,
    window: TimeWindow,
    limit: number,
    signal: AbortSignal,
    service?: string,
  ): Promise<[string | undefined, number, number][]> {
    const ofService = service === undefined ? [] : [inTexts('resource.service.name', [service])];
    const filter = [...ofService, this.always()].filter((one) => one !== undefined).join(' AND ');
    const query = {
      ...{ name: 'A', groupBy: [field], limit, ...(filter === '' ? {} : { filter }) },
      aggregations: ['count()', 'countIf(has_error = true)'],
    };
    const { results } = await this.setup.api.results('scalar', window, [query], signal);
    return itemsOf(results.get('A')?.data).map((row) => {
      const [value, count, failed] = itemsOf(row);
      return [presentText(value), Number(count) || 0, Number(failed) || 0];
    });
  }

  private fieldKeys(signal: AbortSignal): Promise<FieldKeys> {
    const work = async (shared: AbortSignal): Promise<FieldKeys> => (this.keys = await this.setup.api.keys(shared));
    return this.known.get('keys', work, signal);
  }

  /** What every span that is asked for must meet: it is of the environment. */
  private always(): string | undefined {
    const { environment } = this.setup.config;
    if (environment === undefined) return undefined;
    return anyOf(ENVIRONMENT.map((name) => inTexts(`resource.${name}`, [environment])));
  }
}
