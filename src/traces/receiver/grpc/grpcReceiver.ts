import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { describeError } from '../../../base/errors';
import { exportResponse, type Signal } from '../answers';
import type { ProtocolServer } from '../connections';
import { GRPC_ENCODINGS } from '../decompress';
import { grpcFrame, GrpcMessage, grpcMessageText } from './grpcFrames';
import { createGrpcServer } from './grpcSessions';
import { asRequestError, ingestBody } from '../ingestBody';
import { refuseForeign } from '../loopbackGuard';
import type { ReceiverParts } from '../receiverParts';
import type { RequestBody } from '../requestBody';
import { CODE, RequestError } from '../requestError';

const METHODS: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

/** An OTLP/gRPC server that does not listen yet. @param httpUrl where OTLP/HTTP is served. */
export function createGrpcReceiver(parts: ReceiverParts, httpUrl: () => string | undefined): ProtocolServer {
  const { counters, logger, limits } = parts;
  return createGrpcServer({
    counters,
    logger,
    limits,
    httpUrl,
    serve: (stream, headers) => void serve(parts, stream, headers),
  });
}

/** The sender gave the call up. */
class Gone extends Error {}

async function serve(parts: ReceiverParts, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const { counters, logger, limits } = parts;
  counters.requests++;
  stream.on('error', (error) => logger.debug(`OTLP/gRPC: ${error.message}`));
  let decoding = false;
  const timer = setTimeout(() => {
    // That it takes long is not the sender's fault then.
    if (decoding) return void timer.refresh();
    counters.rejected(`A gRPC call was not complete after ${limits.requestMs / 1000} s.`);
    stream.close(http2.constants.NGHTTP2_CANCEL);
  }, limits.requestMs);
  stream.once('close', () => clearTimeout(timer));
  try {
    const signal = signalOf(parts, headers);
    const body = await readMessage(parts, stream, String(headers['grpc-encoding'] ?? ''));
    decoding = true;
    const result = await ingestBody(parts, signal, body.bytes, 'protobuf').finally(() => body.release());
    decoding = false;
    answer(stream, exportResponse(signal, result, 'protobuf'));
  } catch (error) {
    decoding = false;
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

/** @throws RequestError for what is no message, or too large; Gone. */
async function readMessage(parts: ReceiverParts, stream: ServerHttp2Stream, encoding: string): Promise<RequestBody> {
  const { budget } = parts;
  const message = new GrpcMessage(budget.perBody);
  let taken = 0;
  const received = new Promise<void>((resolve, reject) => {
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
    // A stream that was reset, here or there, ends before it closes.
    stream.once('end', () => (stream.rstCode ? reject(new Gone()) : resolve()));
    stream.once('close', () => reject(new Gone()));
  });
  try {
    await received;
    const bytes = await budget.expanding.run(() => message.body(encoding.toLowerCase()));
    // What it became may have to wait until it is decoded, and counts till then.
    const more = Math.max(0, bytes.length - taken);
    budget.take(more);
    taken += more;
    return { bytes, release: () => budget.give(taken) };
  } catch (error) {
    budget.give(taken);
    throw error;
  }
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
    'grpc-accept-encoding': ['identity', ...GRPC_ENCODINGS].join(','),
  };
}
