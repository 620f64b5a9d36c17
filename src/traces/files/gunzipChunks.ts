import { once } from 'node:events';
import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { ByteSource } from './byteSource';

/** What is unpacked at once: at most 64 MB come out of it. */
const SLICE_BYTES = 1 << 16;
const FIXED_HEADER = 10;
const TRAILER = 8;
/** Flags of the header (RFC 1952, section 2.3.1). */
const FLAG = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;

/** Why unpacking stopped. */
export class GunzipError extends Error {}

/**
 * Unpacks a gzip stream of one or several members (RFC 1952). Node's own stream loses up to a chunk of output when
 * something else follows the last member, or the stream is cut; this one gives everything and only then throws. What
 * deflate cannot notice is left to the reader of the content: checksums are not compared.
 *
 * @throws GunzipError after the last byte that could be unpacked.
 */
export async function* gunzipChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = new ByteSource(chunks);
  let members = 0;
  while (await beginsMember(source, members)) {
    await skipHeader(source);
    yield* inflated(source);
    const trailer = await source.exactly(TRAILER);
    if (trailer.length < TRAILER) throw new GunzipError('unexpected end of file');
    members++;
  }
}

/** False at the end, which may be padded with zeros. @throws GunzipError for anything else. */
async function beginsMember(source: ByteSource, members: number): Promise<boolean> {
  const magic = await source.exactly(3);
  if (magic[0] === 0x1f && magic[1] === 0x8b && magic[2] === 8) {
    source.unread(magic);
    return true;
  }
  if (magic.length === 0 || (members > 0 && magic.every((byte) => byte === 0))) return false;
  throw new GunzipError(members > 0 ? 'something else follows the packed content' : 'incorrect header');
}

async function skipHeader(source: ByteSource): Promise<void> {
  const flags = (await source.exactly(FIXED_HEADER))[3] ?? 0;
  if ((flags & FLAG.extra) !== 0) {
    const length = await source.exactly(2);
    if (length.length === 2) await source.exactly(length.readUInt16LE());
  }
  if ((flags & FLAG.name) !== 0) await source.throughZero();
  if ((flags & FLAG.comment) !== 0) await source.throughZero();
  if ((flags & FLAG.headerChecksum) !== 0) await source.exactly(2);
}

/** Unpacks to the end of the deflate stream and puts back what was read beyond it. */
async function* inflated(source: ByteSource): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 1 << 18 });
  const unpacked: Buffer[] = [];
  const state = watch(inflate, unpacked);
  let fed = 0;
  try {
    for (;;) {
      const slice = await source.next(SLICE_BYTES);
      if (slice.length === 0) inflate.end();
      else fed += slice.length;
      await Promise.race(slice.length === 0 ? [state.over] : [state.over, written(inflate, slice)]);
      yield* unpacked.splice(0);
      if (state.fault !== undefined) throw new GunzipError(state.fault.message, { cause: state.fault });
      const unused = fed - inflate.bytesWritten;
      if (unused > 0) source.unread(slice.subarray(slice.length - unused));
      if (unused > 0 || state.ended) return;
    }
  } finally {
    inflate.destroy();
  }
}

function watch(inflate: InflateRaw, unpacked: Buffer[]) {
  const state: { fault: Error | undefined; ended: boolean; over: Promise<unknown> } = {
    fault: undefined,
    ended: false,
    over: Promise.race([once(inflate, 'end'), once(inflate, 'close')]).catch(() => undefined),
  };
  inflate.on('data', (chunk: Buffer) => unpacked.push(chunk));
  inflate.on('error', (error) => (state.fault ??= error));
  inflate.on('end', () => (state.ended = true));
  return state;
}

/** A write that fails does not call back: its error comes as an event. */
function written(inflate: InflateRaw, slice: Buffer): Promise<void> {
  return new Promise((resolve) => {
    inflate.write(slice, () => resolve());
  });
}
