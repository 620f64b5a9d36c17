import { decompress, GRPC_ENCODING, tooLarge } from '../decompress';
import { CODE, RequestError } from '../requestError';

/** Compressed flag and big-endian length. */
const HEAD = 5;

/**
 * Collects the one message of a unary gRPC call out of HTTP/2's DATA frames. Format:
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message".
 */
export class GrpcMessage {
  private readonly chunks: Buffer[] = [];
  /** Bytes taken so far, with the head. */
  length = 0;

  constructor(private readonly limit: number) {}

  /** @throws RequestError as soon as more comes than one message of the allowed size. */
  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length > this.limit + HEAD) throw tooLarge(this.limit);
    if (this.length - chunk.length < HEAD && this.length >= HEAD && this.size() > this.limit)
      throw tooLarge(this.limit);
  }

  /**
   * The message, decompressed.
   * @param encoding the call's `grpc-encoding`.
   */
  async body(encoding: string): Promise<Uint8Array> {
    if (this.length < HEAD || this.length !== HEAD + this.size()) {
      throw new RequestError(400, CODE.invalidArgument, 'The request is not one whole gRPC message.');
    }
    const whole = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.length);
    const body = whole.subarray(HEAD);
    if (whole[0] === 0) return body;
    if (encoding !== '' && encoding !== 'identity') return decompress(body, encoding, this.limit, GRPC_ENCODING);
    throw new RequestError(400, CODE.invalidArgument, 'A compressed gRPC message came without grpc-encoding.');
  }

  /** The length that the head announces; only once the head is there. */
  private size(): number {
    let head = this.chunks[0]!;
    if (head.length < HEAD) head = Buffer.concat(this.chunks);
    return head.readUInt32BE(1);
  }
}

/** A message as it is sent: not compressed. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEAD + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, HEAD);
  return frame;
}

/** Percent-encodes what may not stand in `grpc-message`. */
export function grpcMessageText(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
      return plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
