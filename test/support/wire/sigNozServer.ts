import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { OtlpTraces } from '../servers/data/otlpTraces';
import { SigNozRefusal } from './sigNozFilter';
import { sigNozRows, type SigNozRow } from './sigNozRows';
import { rounded, SigNozStore } from './sigNozStore';
import { listening } from './loopback';

/** `current`: of August 2026; `older`: of 2025, whose raw rows have no attributes; `ancient`: without queries of version 5. */
export type SigNozAge = 'current' | 'older' | 'ancient';

/** What a {@link SigNozWireServer} holds, and how it behaves. */
export interface SigNozWireOptions {
  readonly traces: OtlpTraces;
  readonly age?: SigNozAge;
  readonly key?: string;
  /** Names of attributes that are one where groups and columns are concerned (`resolve_semconv_families`). */
  readonly sameNames?: readonly (readonly string[])[];
  /** False: it counts no calls between services. */
  readonly countsCalls?: boolean;
}

/** A request as it arrived. */
export interface SigNozCall {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** SigNoz's API as its source describes it, on loopback. */
export interface SigNozWireServer {
  readonly url: string;
  readonly calls: readonly SigNozCall[];
  /** What the next requests are answered with instead. */
  refuse(...refusals: readonly SigNozRefusal[]): void;
  close(): Promise<void>;
}

export const SIGNOZ_KEY = 'correct-horse-battery';
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid-input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
};

export async function startSigNozWire(options: SigNozWireOptions): Promise<SigNozWireServer> {
  const { age = 'current', key = SIGNOZ_KEY } = options;
  const store = new SigNozStore(sigNozRows(options.traces), age === 'older', options.sameNames);
  const calls: SigNozCall[] = [];
  const refusals: SigNozRefusal[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      try {
        const path = request.url ?? '';
        const body = JSON.parse(text || '{}') as SigNozCall['body'];
        calls.push({ path, body });
        const refusal = refusals.shift();
        if (refusal !== undefined) throw refusal;
        if (path !== '/api/v1/version' && request.headers['signoz-api-key'] !== key)
          throw new SigNozRefusal('unauthenticated', 401);
        answer(request, response, answerTo(store, options, request, body));
      } catch (error) {
        refuse(request, response, error as Error);
      }
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    calls,
    refuse: (...told) => void refusals.push(...told),
    close,
  };
}

function answerTo(
  store: SigNozStore,
  { age = 'current', countsCalls = true }: SigNozWireOptions,
  { url = '', method }: IncomingMessage,
  body: SigNozCall['body'],
): unknown {
  const { pathname, searchParams } = new URL(url, 'http://signoz');
  const route = `${method} ${pathname.replace(/[0-9a-f]{32}/, ':id')}`;
  const [id = ''] = /[0-9a-f]{32}/.exec(pathname) ?? [];
  if (route === 'GET /api/v1/version') {
    const version = { current: 'v0.120.0', older: 'v0.92.1', ancient: 'v0.70.1' }[age];
    return { version, ee: 'Y', setupCompleted: true };
  }
  if (age !== 'ancient') {
    if (route === 'POST /api/v5/query_range') return success(store.queryRange(body));
    if (route === 'GET /api/v1/fields/keys') return success(store.keys());
    if (route === 'GET /api/v1/fields/values')
      return success(store.values(searchParams.get('name') ?? '', searchParams.get('fieldContext') ?? ''));
  }
  const waterfall = age === 'current' ? 'POST /api/v4/traces/:id/waterfall' : 'POST /api/v2/traces/waterfall/:id';
  if (route === waterfall) return success(age === 'current' ? waterfallOf(store, id) : olderWaterfall(store, id));
  // This one answers without an envelope.
  if (route === 'POST /api/v1/dependency_graph') return countsCalls ? callsOf(store, body) : [];
  throw new SigNozRefusal('', 404);
}

function success(data: unknown): object {
  return { status: 'success', data };
}

function answer(request: IncomingMessage, response: ServerResponse, value: unknown, status = 200): void {
  const text = JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `@@${one}@@` : one));
  const bytes = Buffer.from(text.replace(/"@@(\d+)@@"/g, '$1'));
  const isPacked = /gzip/.test(String(request.headers['accept-encoding']));
  const headers = { 'content-type': 'application/json', ...(isPacked ? { 'content-encoding': 'gzip' } : {}) };
  response.writeHead(status, headers).end(isPacked ? gzipSync(bytes) : bytes);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: Error): void {
  if (!(error instanceof SigNozRefusal)) {
    const failed = { type: 'internal', code: 'internal', message: error.message, errors: [], suggestions: [] };
    return answer(request, response, { status: 'error', error: failed }, 500);
  }
  const { status, message, details } = error;
  if (message === '') return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
  const type = TYPES[status] ?? 'internal';
  const errors = details.map((detail) => ({ message: detail, suggestions: [] }));
  answer(request, response, { status: 'error', error: { type, code: type, message, errors, suggestions: [] } }, status);
}

function rowsOf({ rows }: SigNozStore, id: string): SigNozRow[] {
  const found = rows.filter((row) => row.columns['trace_id'] === id);
  if (found.length === 0) throw new SigNozRefusal('trace not found', 404);
  return found;
}

/** Times there are milliseconds; a parent that is missing has a placeholder. */
function waterfallOf(store: SigNozStore, id: string): object {
  const rows = rowsOf(store, id);
  const spans = rows.map((row) => ({
    ...row.columns,
    time_unix: row.startNs / 1_000_000n,
    attributes: { ...row.strings, ...row.numbers, ...row.bools },
    ...{ resource: row.resource, events: row.events, references: row.references, level: 0 },
  }));
  return { spans, hasMore: false, hasMissingSpans: false, uncollapsedSpans: null };
}

/** Of 2025: other names, and attributes as texts. */
function olderWaterfall(store: SigNozStore, id: string): object {
  const texts = (map: object): object =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
  const spans = rowsOf(store, id).map((row) => ({
    ...{
      timestamp: row.startNs / 1_000_000n,
      durationNano: row.columns['duration_nano'],
      spanId: row.columns['span_id'],
    },
    ...{ traceId: id, parentSpanId: row.columns['parent_span_id'], hasError: row.columns['has_error'] },
    ...{ name: row.columns['name'], serviceName: row.resource['service.name'] ?? '', references: row.references },
    tagMap: texts({ ...row.strings, ...row.numbers, ...row.bools }),
    event: row.events.map((event) => JSON.stringify({ ...event, timeUnixNano: Number(event.timeUnixNano) })),
    ...{ statusMessage: row.columns['status_message'], statusCodeString: row.columns['status_code_string'] },
    ...{ spanKind: row.columns['kind_string'], kind: row.columns['kind'], children: [], level: 0 },
  }));
  return { spans, hasMissingSpans: false, uncollapsedSpans: [] };
}

/** Calls that a span of one service made a span of another answer to, as SigNoz's materialised view counts them. */
function callsOf({ rows }: SigNozStore, { start, end }: SigNozCall['body']): object[] {
  const byId = new Map(
    rows.map((row) => [`${String(row.columns['trace_id'])} ${String(row.columns['span_id'])}`, row]),
  );
  const calls = new Map<string, { parent: string; child: string; callCount: number; failed: number }>();
  for (const row of rows) {
    if (row.startNs < BigInt(start as string) || row.startNs > BigInt(end as string)) continue;
    const above = byId.get(`${String(row.columns['trace_id'])} ${String(row.columns['parent_span_id'])}`);
    const [parent, child] = [above?.resource['service.name'], row.resource['service.name']];
    if (parent === undefined || child === undefined || parent === child) continue;
    const call = calls.get(`${parent} ${child}`) ?? { parent, child, callCount: 0, failed: 0 };
    call.callCount++;
    if (row.columns['has_error'] === true) call.failed++;
    calls.set(`${parent} ${child}`, call);
  }
  return [...calls.values()].map(({ failed, ...call }) => ({
    ...call,
    errorRate: rounded((failed / call.callCount) * 100),
  }));
}
