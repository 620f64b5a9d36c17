import http2, {
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { describeError } from '../../base/errors';
import { exportResponse, type Signal } from './answers';
import { ENCODINGS } from './decompress';
import { grpcFrame, GrpcMessage, grpcMessageText } from './grpcFrames';
import { asRequestError, ingest, type ReceiverParts } from './httpReceiver';
import { refuseForeign } from './loopbackGuard';
import { CODE, RequestError } from './requestError';

const METHODS: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

/** A call must be complete after this time. */
const CALL_MS = 30_000;
const MAX_SESSIONS = 256;
const MAX_STREAMS = 64;
/** A whole batch usually fits, so that senders need not wait for the window to open. */
const WINDOW_BYTES = 1024 * 1024;

/** An OTLP/gRPC server (HTTP/2 without TLS, by prior knowledge) that does not listen yet. */
export function createGrpcReceiver(parts: ReceiverParts): GrpcReceiver {
  const sessions = new Set<ServerHttp2Session>();
  const server = http2.createServer({
    settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: MAX_STREAMS, enablePush: false },
  });
  server.maxConnections = MAX_SESSIONS;
  server.on('session', (session) => {
    sessions.add(session);
    // The stream's window is of no use while the connection's stays at HTTP/2's 64 KiB.
    session.setLocalWindowSize(WINDOW_BYTES * 4);
    session.once('close', () => sessions.delete(session));
  });
  const served = new WeakSet<Http2Session>();
  server.on('sessionError', (error: Error, session: ServerHttp2Session) => {
    // grpc-go says goodbye with a stream id that Node takes for a fault, when all calls have been answered.
    if (served.has(session)) parts.logger.debug(`OTLP/gRPC: a session ended with: ${error.message}.`);
    else parts.counters.rejected(`Not HTTP/2, or broken: ${error.message}.`);
  });
  server.on('stream', (stream, headers) => {
    if (stream.session !== undefined) served.add(stream.session);
    void serve(parts, stream, headers);
  });
  return { server, sessions };
}

/** The server with its open sessions, which a server does not close by itself. */
export interface GrpcReceiver {
  readonly server: Http2Server;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

/** The sender gave the call up. */
class Gone extends Error {}

async function serve(parts: ReceiverParts, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const { counters, logger } = parts;
  counters.requests++;
  stream.on('error', (error) => logger.debug(`OTLP/gRPC: ${error.message}`));
  stream.setTimeout(CALL_MS, () => stream.close(http2.constants.NGHTTP2_CANCEL));
  try {
    const signal = signalOf(parts, headers);
    const body = await readMessage(parts, stream, String(headers['grpc-encoding'] ?? ''));
    const result = ingest(parts, signal, body, 'protobuf');
    answer(stream, exportResponse(signal, result, 'protobuf'));
  } catch (error) {
    if (error instanceof Gone) return;
    const refusal = asRequestError(error);
    if (refusal.status === 500) logger.error(`OTLP/gRPC: ${describeError(error)}`);
    counters.rejected(refusal.message);
    refuse(stream, headers, refusal);
  }
}

function signalOf(parts: ReceiverParts, headers: IncomingHttpHeaders): Signal {
  const { origin } = headers;
  refuseForeign({ host: headers[':authority'] ?? headers.host, origin }, parts.host);
  if (!isGrpc(headers)) {
    throw new RequestError(415, CODE.unimplemented, 'This port speaks OTLP/gRPC; OTLP/HTTP has a port of its own.');
  }
  const path = headers[':path'] ?? '';
  const signal = Object.hasOwn(METHODS, path) ? METHODS[path] : undefined;
  if (signal !== undefined) return signal;
  throw new RequestError(404, CODE.unimplemented, `The method ${path} is unknown.`);
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'POST' && /^application\/grpc(\+proto)?(;|$)/i.test(headers['content-type'] ?? '');
}

function readMessage(parts: ReceiverParts, stream: ServerHttp2Stream, encoding: string): Promise<Uint8Array> {
  const { budget } = parts;
  const message = new GrpcMessage(budget.perBody);
  let taken = 0;
  return new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      try {
        message.add(chunk);
        budget.take(chunk.length);
        taken += chunk.length;
      } catch (error) {
        stream.off('data', take);
        reject(asRequestError(error));
      }
    };
    stream.on('data', take);
    stream.once('end', resolve);
    stream.once('close', () => reject(new Gone()));
  })
    .finally(() => budget.give(taken))
    .then(() => budget.expanding.run(() => message.body(encoding.toLowerCase())));
}

function answer(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed || stream.closed) return;
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.respond(responseHead(), { waitForTrailers: true });
  stream.end(grpcFrame(message));
}

/** "Trailers-only": the status stands in the head, and there is no body. HTTP's own status says nothing of the call. */
function refuse(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, { code, message }: RequestError): void {
  if (stream.destroyed || stream.closed) return;
  const httpStatus = isGrpc(headers) ? 200 : 415;
  const grpc = { 'grpc-status': String(code), 'grpc-message': grpcMessageText(message) };
  stream.respond({ ...responseHead(), ':status': httpStatus, ...grpc }, { endStream: true });
  // The rest of the body is not wanted; NO_ERROR says that the answer counts all the same.
  stream.resume();
  if (!stream.readableEnded) stream.close(http2.constants.NGHTTP2_NO_ERROR);
}

function responseHead(): http2.OutgoingHttpHeaders {
  return {
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-accept-encoding': ['identity', ...ENCODINGS.filter((name) => !name.startsWith('x-'))].join(','),
  };
}
