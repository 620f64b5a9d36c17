import zlib from 'node:zlib';
import { promisify } from 'node:util';
import { CODE, RequestError } from './requestError';

type Decompress = (body: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Promise<Buffer>;

/** Large enough that a usual request is one step for the thread pool. */
const CHUNK = 256 * 1024;

/** Since Node 22.15; not in the typings of Node 20. */
const zstd = (zlib as { zstdDecompress?: typeof zlib.gunzip }).zstdDecompress;

/** What may stand in Content-Encoding. `deflate` is zlib's format, as HTTP defines it. */
const METHODS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  ...(zstd === undefined ? {} : { zstd: promisify(zstd) }),
};

/** For Accept-Encoding of an answer that refuses another encoding. */
export const ENCODINGS: readonly string[] = Object.keys(METHODS);
/** HTTP has an old name for gzip, which gRPC never had. */
export const GRPC_ENCODINGS: readonly string[] = ENCODINGS.filter((name) => !name.startsWith('x-'));

/** How a protocol names its encodings. */
export interface EncodingNames {
  readonly header: string;
  readonly known: readonly string[];
}
export const CONTENT_ENCODING: EncodingNames = { header: 'Content-Encoding', known: ENCODINGS };
export const GRPC_ENCODING: EncodingNames = { header: 'grpc-encoding', known: GRPC_ENCODINGS };

/**
 * Undoes a content encoding. Stops as soon as the result would be larger than `limit`, so a bomb never expands whole.
 *
 * @throws RequestError 415 for an unknown encoding, 413 for too much, 400 for bytes that are not in this encoding.
 */
export async function decompress(
  body: Uint8Array,
  encoding: string,
  limit: number,
  { header, known }: EncodingNames,
): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  const method = known.includes(name) ? METHODS[name] : undefined;
  if (method === undefined) {
    const use = known.join(', ');
    throw new RequestError(415, CODE.unimplemented, `${header} "${name}" is not supported; use ${use}.`);
  }
  try {
    return await method(body, { maxOutputLength: limit, chunkSize: CHUNK });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new RequestError(400, CODE.invalidArgument, `The body is not ${name}: ${(error as Error).message}.`);
  }
}

/** The answer to a body beyond the limit. */
export function tooLarge(limit: number): RequestError {
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${limit} bytes`;
  return new RequestError(413, CODE.resourceExhausted, `The body is larger than ${size}; send smaller batches.`);
}
