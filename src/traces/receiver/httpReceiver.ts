import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { describeError } from '../../base/errors';
import type { OtlpEncoding } from '../ingest';
import { exportResponse, statusBody, type Signal } from './answers';
import { Connections, type ProtocolServer } from './connections';
import { ENCODINGS } from './decompress';
import { answerClientError } from './httpFaults';
import { checkedTarget, encodingOf, signalOf, TYPES } from './httpRequest';
import { asRequestError, ingestBody } from './ingestBody';
import { SERVER_NAME } from './rawAnswer';
import type { ReceiverParts } from './receiverParts';
import { readBody, SenderGone, type RequestBody } from './requestBody';
import { CODE, RequestError } from './requestError';

const GREETING = Buffer.from('This is Spanlight, which takes OpenTelemetry traces at /v1/traces.\n');
/** How often Node looks for connections that are out of time. */
const CHECK_MS = 2_000;
/** How long the rest of a refused body is read, so that the sender gets to see the answer. */
const DRAIN_MS = 2_000;

/** What a client waits for before it sends the body. */
type Expectation = 'continue' | 'unknown';

/**
 * An OTLP/HTTP server that does not listen yet. Answers: opentelemetry-proto/docs/specification.md, "OTLP/HTTP".
 *
 * @param grpcUrl where OTLP/gRPC is served, once it is.
 */
export function createHttpReceiver(parts: ReceiverParts, grpcUrl: () => string | undefined): ProtocolServer {
  const { counters, limits } = parts;
  const { headMs, requestMs, httpIdleMs, maxConnections } = limits;
  const connections = new Connections(maxConnections, () =>
    counters.rejected(`More than ${maxConnections} HTTP connections are busy; one more was turned away.`),
  );
  const take = (request: IncomingMessage, response: ServerResponse, expectation?: Expectation): void => {
    const { socket } = request;
    connections.begin(socket);
    response.once('close', () => connections.end(socket));
    void serve({ parts, request, response, expectation });
  };
  const server = http.createServer({
    connectionsCheckingInterval: Math.min(CHECK_MS, headMs),
    headersTimeout: Math.min(headMs, requestMs),
    // A request without one gets an answer with words.
    requireHostHeader: false,
    requestTimeout: requestMs,
    keepAliveTimeout: httpIdleMs,
  });
  server.on('connection', (socket) => connections.add(socket));
  server.on('request', take);
  server.on('checkContinue', (request, response) => take(request, response, 'continue'));
  server.on('checkExpectation', (request, response) => take(request, response, 'unknown'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerClientError(error, socket, counters, grpcUrl()),
  );
  return { server, connections, hangUp: () => server.closeIdleConnections() };
}

/** A request with what is known of it so far. */
interface Exchange {
  readonly parts: ReceiverParts;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly expectation: Expectation | undefined;
  /** In which it came, and is answered; once that is known. */
  encoding?: OtlpEncoding;
}

/** What a request brings. */
interface Wanted {
  readonly signal: Signal;
  readonly encoding: OtlpEncoding;
}

/** Small, as is what it calls: a large asynchronous function takes V8 longer to optimise than all else in the receiver. */
async function serve(exchange: Exchange): Promise<void> {
  try {
    const wanted = readHead(exchange);
    if (wanted === undefined) return;
    const body = await readBody(exchange.request, exchange.parts.budget, () => acceptBody(exchange));
    await ingest(exchange, wanted, body);
  } catch (error) {
    fail(exchange, error);
  }
}

/** What is brought; undefined if the request was answered. @throws RequestError */
function readHead(exchange: Exchange): Wanted | undefined {
  const { parts, request, response, expectation } = exchange;
  parts.counters.requests++;
  const target = checkedTarget(request, parts.host);
  if (target === '/' && request.method === 'GET') {
    send(response, 200, GREETING, 'text/plain');
    return undefined;
  }
  const signal = signalOf(request, target, response);
  const encoding = (exchange.encoding = encodingOf(request));
  if (expectation === 'unknown') {
    throw new RequestError(417, CODE.invalidArgument, 'Nothing but "Expect: 100-continue" can be expected here.');
  }
  return { signal, encoding };
}

function acceptBody({ response, expectation }: Exchange): void {
  if (expectation === 'continue') response.writeContinue();
}

async function ingest({ parts, response }: Exchange, { signal, encoding }: Wanted, body: RequestBody): Promise<void> {
  try {
    const result = await ingestBody(parts, signal, body.bytes, encoding);
    send(response, 200, exportResponse(signal, result, encoding), TYPES[encoding]);
  } finally {
    body.release();
  }
}

function fail({ parts, request, response, encoding }: Exchange, error: unknown): void {
  if (error instanceof SenderGone) return;
  const refusal = asRequestError(error);
  if (refusal.status === 500) parts.logger.error(`OTLP/HTTP: ${describeError(error)}`);
  parts.counters.rejected(refusal.message);
  refuse(request, response, refusal, encoding);
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
