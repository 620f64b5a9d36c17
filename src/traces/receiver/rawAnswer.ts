import { statusBody } from './answers';
import { CODE } from './requestError';

/** Says to another window that this port is a Spanlight's. */
export const SERVER_NAME = 'Spanlight';
/** The first byte of a TLS record that opens a connection. */
const TLS_HANDSHAKE = 0x16;

/** What is said to a sender that begins with TLS. */
export const NO_TLS =
  'A sender tried TLS, which is not spoken here: its endpoint must begin with http:// (for gRPC, OTEL_EXPORTER_OTLP_INSECURE=true).';

/** Whether the first bytes of a connection open TLS. */
export function isTls(head: Uint8Array): boolean {
  return head[0] === TLS_HANDSHAKE && (head.length < 2 || head[1] === 3);
}

/**
 * A whole HTTP/1.1 answer for a request that never became one: in the type that its head names if that can be seen, else
 * plain text.
 *
 * @param status with its phrase: `400 Bad Request`.
 * @param head what came of the request.
 */
export function rawAnswer(status: string, message: string, head: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const type = /\r\ncontent-type:\s*(application\/(?:json|x-protobuf))/i.exec(text)?.[1]?.toLowerCase();
  const code = status.startsWith('200') ? 0 : CODE.invalidArgument;
  const body =
    type === undefined
      ? Buffer.from(`${message}\n`)
      : statusBody(code, message, type.endsWith('json') ? 'json' : 'protobuf');
  const fields = [
    `HTTP/1.1 ${status}`,
    `Content-Type: ${type ?? 'text/plain; charset=utf-8'}`,
    `Content-Length: ${body.length}`,
    `Server: ${SERVER_NAME}`,
    'Connection: close',
  ];
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), body]);
}
