import type { Duplex } from 'node:stream';
import type { ReceiverCounters } from './counters';
import { isTls, NO_TLS, rawAnswer } from './rawAnswer';

/** What Node's parser finds, as status and words. */
const FAULTS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The head of the request is too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'The chunk extensions of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request was not complete in time.'],
};
const HTTP2 = 'PRI * HTTP/2.0';

/** What Node adds to the errors of its parser. */
interface ParseError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** Counts and answers what never became a request. */
export function answerClientError(
  error: ParseError,
  socket: Duplex & { _httpMessage?: { readonly headersSent: boolean } | null },
  counters: ReceiverCounters,
  grpcUrl: string | undefined,
): void {
  const packet = error.rawPacket ?? Buffer.alloc(0);
  const [status, message] = faultOf(error, packet, grpcUrl);
  // A sender that goes away is no bad request.
  if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') counters.rejected(message);
  // In the middle of an answer another one would be read as its body.
  const answering = socket._httpMessage?.headersSent === true;
  if (!socket.writable || socket.destroyed || answering) socket.destroy();
  else socket.end(rawAnswer(status, message, packet));
}

function faultOf(error: ParseError, packet: Buffer, grpcUrl: string | undefined): readonly [string, string] {
  const known = FAULTS[error.code ?? ''];
  if (known !== undefined) return known;
  const bad = '400 Bad Request';
  if (isTls(packet)) return [bad, NO_TLS];
  if (packet.subarray(0, HTTP2.length).toString('latin1') === HTTP2) {
    return [bad, `HTTP/2 came to the port for OTLP/HTTP; OTLP/gRPC goes to ${grpcUrl ?? 'a port of its own'}.`];
  }
  return [bad, `What came is not HTTP: ${error.message}.`];
}
