import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { GoogleTrace } from '../servers/data/googleTraces';
import { lengthOf, meetsGoogleFilter, timeOf } from './googleTraceFilter';
import { listening } from './loopback';

/** What Google's APIs answer requests with that they do not take. */
export interface GoogleError {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly details?: readonly object[];
  readonly errors?: readonly object[];
}

/** What a {@link GoogleTraceServer} holds, and how it behaves. */
export interface GoogleTraceOptions {
  readonly traces: readonly GoogleTrace[];
  readonly token?: string;
  readonly project?: string;
  /** Every list begins with so many pages without a trace; 1 where a filter was given and nothing is said. */
  readonly emptyPages?: number;
}

/** Cloud Trace's API of version 1 as it is described, on loopback. */
export interface GoogleTraceServer {
  readonly url: string;
  /** Paths with their queries, in the order they were asked. */
  readonly asked: readonly URL[];
  /** What the next requests are answered with instead. */
  refuse(...errors: readonly GoogleError[]): void;
  close(): Promise<void>;
}

export const GOOGLE_TOKEN = 'ya29.correct-horse-battery';
export const GOOGLE_PROJECT = 'shop-prod-42';

/** What the real service returns at most of one trace. */
const MAX_SPANS = 1_000;

/** Starts a {@link GoogleTraceServer}. */
export async function startGoogleTraceWire(options: GoogleTraceOptions): Promise<GoogleTraceServer> {
  const asked: URL[] = [];
  const errors: GoogleError[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(url);
    const refusal = errors.shift() ?? refusalOf(request, url, options);
    if (refusal !== undefined) return sendError(request, response, refusal);
    try {
      const answer = answerTo(url, options);
      if (answer === undefined) {
        sendError(request, response, { code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' });
      } else sendJson(request, response, 200, answer);
    } catch (error) {
      const message = (error as Error).message;
      sendError(request, response, { code: 400, status: 'INVALID_ARGUMENT', message });
    }
  });
  const { url, close } = await listening(server);
  return { url, asked, refuse: (...told) => void errors.push(...told), close };
}

/** What Google's front end says of who asks, and of the project. */
export function refusalOf(
  request: IncomingMessage,
  { pathname }: URL,
  { token = GOOGLE_TOKEN, project = GOOGLE_PROJECT }: Pick<GoogleTraceOptions, 'token' | 'project'>,
): GoogleError | undefined {
  if (request.headers.authorization !== `Bearer ${token}`) {
    const message =
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
    return { code: 401, status: 'UNAUTHENTICATED', message };
  }
  const named = /\/projects\/([^/]+)\//.exec(pathname)?.[1];
  if (named === undefined || decodeURIComponent(named) === project) return undefined;
  return { code: 403, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' };
}

export function sendError(request: IncomingMessage, response: ServerResponse, error: GoogleError): void {
  sendJson(request, response, error.code, { error });
}

export function sendJson(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
  const json = JSON.stringify(answer, null, 2);
  const packs = String(request.headers['accept-encoding']).includes('gzip');
  const type = { 'content-type': 'application/json; charset=UTF-8' };
  response.writeHead(status, { ...type, ...(packs ? { 'content-encoding': 'gzip' } : {}) });
  response.end(packs ? gzipSync(json) : json);
}

function answerTo({ pathname, searchParams }: URL, options: GoogleTraceOptions): object | undefined {
  const [, , rest = ''] = /^\/v1\/projects\/([^/]+)\/traces\/?(.*)$/.exec(pathname) ?? [];
  if (!pathname.startsWith('/v1/')) return undefined;
  if (rest === '') return list(searchParams, options);
  if (!/^[0-9a-f]{32}$/.test(rest)) throw new Error('Invalid trace id.');
  const trace = options.traces.find(({ traceId }) => traceId === rest);
  return trace && { ...trace, spans: trace.spans.slice(0, MAX_SPANS) };
}

function list(query: URLSearchParams, { traces, emptyPages }: GoogleTraceOptions): object {
  const text = (name: string): string => query.get(name) ?? '';
  if (text('view') !== 'COMPLETE') throw new Error('This stand-in knows the view COMPLETE alone.');
  const [from, to, filter] = [timeOf(text('startTime')), timeOf(text('endTime')), text('filter')];
  const found = traces.filter(
    ({ spans }) =>
      spans.some(({ startTime }) => timeOf(startTime) >= from && timeOf(startTime) <= to) &&
      meetsGoogleFilter(filter, spans),
  );
  const keyOf: Readonly<Record<string, (trace: GoogleTrace) => bigint>> = {
    'start desc': ({ spans }) => spans.map(({ startTime }) => timeOf(startTime)).reduce((a, b) => (a < b ? a : b)),
    'duration desc': ({ spans }) => lengthOf(spans),
  };
  const key = keyOf[text('orderBy')];
  if (key === undefined) throw new Error(`Invalid order ${text('orderBy')}`);
  const sorted = found.map((trace) => [key(trace), trace] as const).sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0));
  const before = emptyPages ?? (filter === '' ? 0 : 1);
  const page =
    text('pageToken') === '' ? 0 : Number(Buffer.from(text('pageToken').split('.')[0]!, 'base64url').toString());
  // The service may return fewer than it was asked for.
  const size = Math.max(1, Math.min(1_000, Number(text('pageSize'))) - (page % 2));
  const start = page < before ? 0 : Number(text('pageToken').split('.')[1] ?? 0);
  const shown = page < before ? [] : sorted.slice(start, start + size).map(([, trace]) => trace);
  const end = start + shown.length;
  const token = `${Buffer.from(String(page + 1)).toString('base64url')}.${end}`;
  return {
    ...(shown.length === 0 ? {} : { traces: shown }),
    ...(page < before || end < sorted.length ? { nextPageToken: token } : {}),
  };
}
