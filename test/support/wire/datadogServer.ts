import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { searchItem, traceSpanJson, type DatadogStored } from '../servers/data/datadogStored';
import { datadogTest, facetOf } from './datadogQueryLanguage';
import { listening } from './loopback';

/** What a {@link DatadogWireServer} holds, and how it behaves. */
export interface DatadogWireOptions {
  readonly spans: readonly DatadogStored[];
  /** Requests that each of its limits lets through within an hour; many where left out. */
  readonly hourly?: number;
  /** Whether traces can be had as a whole: not everybody has that. */
  readonly hasWholeTraces?: boolean;
  /** What an application key may do; everything where left out. */
  readonly scopes?: readonly string[];
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
}

/** A request as it arrived. */
export interface DatadogCall {
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

/** Datadog's API for spans as it is described and was recorded, on loopback. */
export interface DatadogWireServer {
  readonly url: string;
  readonly calls: readonly DatadogCall[];
  close(): Promise<void>;
}

export const DATADOG_KEY = 'correct-horse-battery';

const HOUR_S = 3600;
const MOST_SPANS = 1000;

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  /** JSON, already written. */
  readonly json: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts a {@link DatadogWireServer}, which knows the keys {@link DATADOG_KEY}. */
export async function startDatadogWire(options: DatadogWireOptions): Promise<DatadogWireServer> {
  const calls: DatadogCall[] = [];
  const store = new DatadogStore(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const answer = store.answer(request, body);
      calls.push({ path: request.url ?? '', body, status: answer.status });
      send(request, response, answer);
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    calls,
    close,
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, json, headers = {} }: Answer): void {
  const packs = String(request.headers['accept-encoding'] ?? '').includes('gzip');
  const type = { 'content-type': 'application/vnd.api+json', ...headers };
  response.writeHead(status, packs ? { ...type, 'content-encoding': 'gzip' } : type);
  response.end(packs ? gzipSync(json) : json);
}

class DatadogStore {
  private readonly used = new Map<string, { period: number; count: number }>();
  private readonly spans: readonly DatadogStored[];

  constructor(private readonly options: DatadogWireOptions) {
    const end = ({ startNs, durationNs }: DatadogStored): bigint => startNs + durationNs;
    // It sorts by when spans have ended, the latest first.
    this.spans = [...options.spans].sort((a, b) => (end(a) < end(b) ? 1 : end(a) > end(b) ? -1 : 0));
  }

  answer(request: IncomingMessage, body: string): Answer {
    const { 'dd-api-key': apiKey, 'dd-application-key': applicationKey } = request.headers;
    const path = request.url ?? '';
    if (path === '/api/v1/validate')
      return apiKey === DATADOG_KEY ? { status: 200, json: '{"valid":true}' } : refusal(403, 'Forbidden');
    if (apiKey === undefined || applicationKey === undefined) return refusal(401, 'Unauthorized');
    const mayRead = this.options.scopes?.includes('apm_read') ?? true;
    if (apiKey !== DATADOG_KEY || applicationKey !== DATADOG_KEY || !mayRead) return refusal(403, 'Forbidden');
    const [, id] = /^\/api\/v2\/trace\/([^/?]+)$/.exec(path) ?? [];
    const name = id !== undefined ? 'trace' : path.endsWith('/search') ? 'spans_search' : 'spans_aggregate';
    const limit = this.limited(name);
    if (limit.isOver)
      return { ...refusal(429, 'Rate limit of 300 requests in 3600 seconds reached.'), headers: limit.headers };
    try {
      const json = id !== undefined ? this.whole(id) : this.ask(path, JSON.parse(body) as Json);
      return json === undefined
        ? { ...refusal(404, 'Not found'), headers: limit.headers }
        : { status: 200, json, headers: limit.headers };
    } catch (error) {
      const errors = [{ title: 'Generic Error', detail: (error as Error).message }];
      return { status: 422, json: JSON.stringify({ errors }), headers: limit.headers };
    }
  }

  /** Periods are those of the clock. */
  private limited(name: string): { isOver: boolean; headers: Record<string, string> } {
    const { hourly = 100_000, now = Date.now } = this.options;
    const second = Math.floor(now() / 1000);
    const period = Math.floor(second / HOUR_S);
    const known = this.used.get(name);
    const used = known?.period === period ? known : { period, count: 0 };
    this.used.set(name, used);
    const isOver = used.count >= hourly;
    if (!isOver) used.count++;
    return {
      isOver,
      headers: {
        'x-ratelimit-limit': String(hourly),
        'x-ratelimit-period': String(HOUR_S),
        'x-ratelimit-remaining': String(hourly - used.count),
        'x-ratelimit-reset': String(HOUR_S - (second % HOUR_S)),
        'x-ratelimit-name': name,
      },
    };
  }

  private ask(path: string, body: Json): string | undefined {
    const data = body['data'] as Json;
    const attributes = data['attributes'] as Json;
    const found = this.found(attributes['filter'] as Json);
    if (path === '/api/v2/spans/events/search' && data['type'] === 'search_request') return search(found, attributes);
    if (path === '/api/v2/spans/analytics/aggregate' && data['type'] === 'aggregate_request')
      return aggregate(found, attributes);
    return undefined;
  }

  private found({ query, from, to }: Json): DatadogStored[] {
    const [fromMs, toMs] = [Number(from), Number(to)];
    if (!(fromMs < toMs))
      throw new Error("invalid_argument(Field 'filter.from,to' is invalid: 'from' should be anterior to 'to')");
    const test = datadogTest(String(query));
    const endMs = ({ startNs, durationNs }: DatadogStored): number => Number((startNs + durationNs) / 1_000_000n);
    return this.spans.filter((span) => endMs(span) >= fromMs && endMs(span) < toMs && test(span));
  }

  private whole(id: string): string | undefined {
    if (this.options.hasWholeTraces !== true) return undefined;
    const low = /^\d+$/.test(id) && id.length !== 32 ? BigInt(id).toString(16).padStart(16, '0') : id.slice(16);
    const spans = this.spans.filter(({ traceId }) => traceId === id || (id.length !== 32 && traceId.endsWith(low)));
    if (spans.length === 0) return undefined;
    const list = spans.map(traceSpanJson).join();
    return `{"data":{"id":"${id}","type":"trace","attributes":{"is_truncated":false,"spans":[${list}]}}}`;
  }
}

function refusal(status: number, text: string): Answer {
  return { status, json: JSON.stringify({ errors: [text] }) };
}

function search(found: readonly DatadogStored[], { page }: Json): string {
  const { limit = 10, cursor } = (page ?? {}) as { limit?: number; cursor?: string };
  if (limit > MOST_SPANS)
    throw new Error(`invalid_argument(Field 'page.limit' is invalid: must be at most ${MOST_SPANS})`);
  const from = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  const items = found.slice(from, from + limit).map((span, at) => searchItem(span, `AYk${from + at}`));
  const after = from + limit < found.length ? Buffer.from(String(from + limit)).toString('base64url') : undefined;
  const meta = { elapsed: 119, request_id: 'pddv1ChZ', status: 'done', page: { after } };
  // The last page has neither.
  return JSON.stringify(after === undefined ? { data: items } : { data: items, meta, links: { next: `…${after}` } });
}

interface Group {
  readonly by: Record<string, string | number>;
  readonly spans: readonly DatadogStored[];
}

function aggregate(found: readonly DatadogStored[], attributes: Json): string {
  const computes = attributes['compute'] as readonly Record<string, string>[];
  let groups: Group[] = found.length === 0 ? [] : [{ by: {}, spans: found }];
  for (const dimension of (attributes['group_by'] ?? []) as readonly Json[]) {
    groups = groups.flatMap((group) => split(group, dimension));
  }
  const data = groups.map(({ by, spans }) => {
    const compute = Object.fromEntries(computes.map((one, at) => [`c${at}`, computed(spans, one)]));
    return { type: 'bucket', id: '6e46dab5-e68e-4697-82e6-a4ee241037e9', attributes: { by, compute } };
  });
  return JSON.stringify({ data, meta: { elapsed: 27, request_id: 'pddv1ChZ', status: 'done' } });
}

function split({ by, spans }: Group, { facet, limit = 10, missing, sort }: Json): Group[] {
  const parts = new Map<string | number, DatadogStored[]>();
  for (const span of spans) {
    const value = facetOf(span, String(facet)) ?? (missing as string | undefined);
    if (value === undefined) continue;
    parts.set(value, [...(parts.get(value) ?? []), span]);
  }
  const { aggregation = 'count' } = (sort ?? {}) as { aggregation?: string };
  const weight = (group: Group): number => statistic(group.spans, aggregation);
  return [...parts]
    .map(([value, some]) => ({ by: { ...by, [String(facet)]: value }, spans: some }))
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, limit as number);
}

function computed(
  spans: readonly DatadogStored[],
  { aggregation = '', type, interval }: Record<string, string>,
): unknown {
  if (type !== 'timeseries') return statistic(spans, aggregation);
  const step = Number(/^(\d+)s$/.exec(interval ?? '')?.[1]) * 1000;
  if (!(step > 0)) throw new Error('invalid_argument(interval)');
  const byStep = new Map<number, DatadogStored[]>();
  for (const span of spans) {
    const at = Math.floor(Number(span.startNs / 1_000_000n) / step) * step;
    byStep.set(at, [...(byStep.get(at) ?? []), span]);
  }
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([at, some]) => ({ time: new Date(at).toISOString(), value: statistic(some, aggregation) }));
}

function statistic(spans: readonly DatadogStored[], aggregation: string): number {
  const durations = spans.map(({ durationNs }) => Number(durationNs)).sort((a, b) => a - b);
  const percent = aggregation === 'median' ? 50 : Number(/^pc(75|90|95|98|99)$/.exec(aggregation)?.[1]);
  if (percent > 0) return durations[Math.ceil((percent / 100) * durations.length) - 1] ?? 0;
  switch (aggregation) {
    case 'count':
      return durations.length;
    case 'sum':
      return durations.reduce((sum, one) => sum + one, 0);
    case 'min':
      return durations[0] ?? 0;
    case 'max':
      return durations.at(-1) ?? 0;
    default:
      throw new Error(`invalid_argument(Field 'compute.aggregation' is invalid: ${aggregation})`);
  }
}
