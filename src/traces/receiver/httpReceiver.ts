import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeError, SpanlightError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { IngestResult, OtlpEncoding, OtlpSink } from '../ingest';
import { exportResponse, statusBody, type Signal } from './answers';
import type { BodyBudget } from './bodyBudget';
import type { ReceiverCounters } from './counters';
import { ENCODINGS } from './decompress';
import { refuseForeign } from './loopbackGuard';
import { readBody, SenderGone, type RequestBody } from './requestBody';
import { CODE, RequestError } from './requestError';

/** What both protocols share. */
export interface ReceiverParts {
  readonly host: string;
  readonly sink: OtlpSink;
  readonly counters: ReceiverCounters;
  readonly budget: BodyBudget;
  readonly logger: Logger;
}

/** Says to another window that this port is a Spanlight's. */
export const SERVER_NAME = 'Spanlight';
const GREETING = Buffer.from('This is Spanlight, which takes OpenTelemetry traces at /v1/traces.\n');

const SIGNALS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
};
const TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** A head must be there after this time, a whole request after the next. */
const HEAD_MS = 10_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 2_000;
/** Longer than exporters keep their sockets, so that they are not cut off between two batches. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CONNECTIONS = 256;
/** How long the rest of a refused body is read, so that the sender gets to see the answer. */
const DRAIN_MS = 2_000;

/** An OTLP/HTTP server that does not listen yet. Answers: opentelemetry-proto/docs/specification.md, "OTLP/HTTP". */
export function createHttpReceiver(parts: ReceiverParts): Server {
  const server = http.createServer(
    { connectionsCheckingInterval: CHECK_MS, headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      void serve(parts, request, response);
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A sender that goes away is no bad request.
    if (error.code !== 'ECONNRESET') parts.counters.rejected(`Not HTTP: ${error.message}.`);
    if (!socket.writable || socket.destroyed) return;
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  });
  return server;
}

async function serve(parts: ReceiverParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { counters, logger } = parts;
  counters.requests++;
  let encoding: OtlpEncoding | undefined;
  try {
    refuseForeign({ host: request.headers.host, origin: request.headers.origin }, parts.host);
    if (request.url === '/' && request.method === 'GET') return send(response, 200, GREETING, 'text/plain');
    const signal = signalOf(request, response);
    encoding = encodingOf(request);
    const body = await readBody(request, parts.budget);
    const result = ingestAndRelease(parts, signal, body, encoding);
    send(response, 200, exportResponse(signal, result, encoding), TYPES[encoding]);
  } catch (error) {
    if (error instanceof SenderGone) return;
    const refusal = asRequestError(error);
    if (refusal.status === 500) logger.error(`OTLP/HTTP: ${describeError(error)}`);
    counters.rejected(refusal.message);
    refuse(request, response, refusal, encoding);
  }
}

function ingestAndRelease(
  parts: ReceiverParts,
  signal: Signal,
  body: RequestBody,
  encoding: OtlpEncoding,
): IngestResult {
  try {
    return ingest(parts, signal, body.bytes, encoding);
  } finally {
    body.release();
  }
}

/** Hands a body to the sink. Metrics are not looked at. */
export function ingest(parts: ReceiverParts, signal: Signal, body: Uint8Array, encoding: OtlpEncoding): IngestResult {
  if (signal === 'metrics') return { accepted: 0, rejected: 0 };
  const result = signal === 'traces' ? parts.sink.traces(body, encoding) : parts.sink.logs(body, encoding);
  if (signal === 'traces') parts.counters.traces(result);
  return result;
}

/** A malformed body is the sender's fault, everything else ours. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof SpanlightError) return new RequestError(400, CODE.invalidArgument, error.describe());
  return new RequestError(500, CODE.internal, 'The receiver failed; its log says more.');
}

function signalOf(request: IncomingMessage, response: ServerResponse): Signal {
  const path = (request.url ?? '').replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '');
  const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
  if (signal === undefined) {
    const known = Object.keys(SIGNALS).join(', ');
    throw new RequestError(404, CODE.unimplemented, `Nothing is served at this path; OTLP goes to ${known}.`);
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new RequestError(405, CODE.unimplemented, `${request.method} is not allowed; OTLP is sent with POST.`);
  }
  return signal;
}

function encodingOf(request: IncomingMessage): OtlpEncoding {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === TYPES.protobuf) return 'protobuf';
  if (type === TYPES.json) return 'json';
  const known = Object.values(TYPES).join(' or ');
  throw new RequestError(415, CODE.invalidArgument, `Content-Type "${type}" is not supported; use ${known}.`);
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: RequestError,
  encoding?: OtlpEncoding,
): void {
  const { status, code, message } = refusal;
  if (status === 415) response.setHeader('Accept-Encoding', ENCODINGS.join(', '));
  if (status === 503) response.setHeader('Retry-After', '1');
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    drain(request);
  }
  if (encoding === undefined) send(response, status, Buffer.from(`${message}\n`), 'text/plain; charset=utf-8');
  else send(response, status, statusBody(code, message, encoding), TYPES[encoding]);
}

/** Reads on without keeping anything; a socket that is closed with bytes unread loses the answer on its way. */
function drain(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

function send(response: ServerResponse, status: number, body: Buffer, type: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, Server: SERVER_NAME });
  // An empty chunk would be a second buffer to write.
  if (body.length === 0) response.end();
  else response.end(body);
}
