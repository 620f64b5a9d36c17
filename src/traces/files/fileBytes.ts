import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { describeError, SpanlightError } from '../../base/errors';
import { GunzipError, gunzipChunks } from './gunzipChunks';

/** Enough to tell what a file is. */
const HEAD_BYTES = 4096;
/** Names of the standard input. */
const STANDARD_INPUT: readonly string[] = ['-', '/dev/stdin', '/dev/fd/0'];

/** A file's content, unpacked and, if it is text, in UTF-8. */
export interface FileBytes {
  /** The first bytes; fewer than 4,096 only if the file is shorter. */
  readonly head: Buffer;
  /** The whole content, `head` included; can be read once. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether the file can be opened once more; a pipe cannot. */
  readonly isRegular: boolean;
  /** What was found wrong with the packing while `chunks` was read; what could be unpacked before it was given. */
  readonly troubles: readonly string[];
}

/** Who follows the reading of a file. */
export interface FileWatch {
  /** Ends the reading: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told after every chunk: bytes on the disk, of all there are. Not for pipes. */
  readonly read?: (bytes: number, of: number) => void;
}

/** What passes through the steps from the disk to the reader. */
interface Reading {
  readonly path: string;
  readonly isRegular: boolean;
  readonly troubles: string[];
}

/**
 * Opens a file or pipe for reading from front to end; `-` is the standard input. What is packed with gzip is unpacked,
 * UTF-16 becomes UTF-8, and a byte order mark is left out.
 *
 * @throws SpanlightError if it cannot be read, is empty, or is packed in a way that cannot be unpacked here; also later,
 *   from `chunks`.
 */
export async function openFile(path: string, watch: FileWatch = {}): Promise<FileBytes> {
  const info = STANDARD_INPUT.includes(path) ? undefined : await statOf(path);
  const isRegular = info !== undefined && isRegularFile(info, path);
  const reading: Reading = { path, isRegular, troubles: [] };
  const raw = await peek(rawChunks(path, watch, isRegular ? info.size : 0), reading);
  const packed = packing(raw.head);
  if (packed !== undefined) throw new SpanlightError(`The file is packed with ${packed}.`, path, 'Unpack it first.');
  const unpacked = isGzip(raw.head) ? await peek(gunzip(raw.chunks, reading), reading) : raw;
  if (unpacked.head.length === 0) throw new SpanlightError('The file is empty.', path);
  const encoding = utf16(unpacked.head);
  if (encoding !== undefined) return peek(transcoded(unpacked.chunks, encoding), reading);
  return hasUtf8Mark(unpacked.head) ? peek(withoutMark(unpacked.chunks), reading) : unpacked;
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** False for what can be read only once. */
function isRegularFile(info: Stats, path: string): boolean {
  if (info.isFile()) return true;
  if (info.isFIFO() || info.isCharacterDevice()) return false;
  const what = info.isDirectory() ? 'This is a folder, not a file.' : 'This is not a file.';
  throw new SpanlightError(what, path, 'Name the trace file itself.');
}

async function* rawChunks(path: string, { signal, read }: FileWatch, size: number): AsyncGenerator<Buffer> {
  const stream = STANDARD_INPUT.includes(path) ? process.stdin : createReadStream(path, { highWaterMark: 1 << 20 });
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      bytes += (chunk as Buffer).length;
      if (size > 0) read?.(bytes, size);
      yield chunk as Buffer;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(path, error);
  }
}

/** What comes before the damage of a damaged file is given, and the damage noted. */
async function* gunzip(chunks: AsyncIterable<Buffer>, { path, troubles }: Reading): AsyncGenerator<Buffer> {
  let length = 0;
  try {
    for await (const chunk of gunzipChunks(chunks)) {
      length += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof GunzipError)) throw error;
    const fault = `gzip says ${error.message}`;
    if (length === 0) throw new SpanlightError(`The file is damaged: ${fault}.`, path, undefined, { cause: error });
    troubles.push(`the packing is damaged, what came before was read (${fault})`);
  }
}

async function* transcoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    yield first ? chunk.subarray(3) : chunk;
    first = false;
  }
}

/** Reads ahead until the head is there. */
async function peek(source: AsyncGenerator<Buffer>, { isRegular, troubles }: Reading): Promise<FileBytes> {
  const read: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    read.push(next.value);
    length += next.value.length;
  }
  const ahead = Buffer.concat(read);
  async function* all(): AsyncGenerator<Buffer> {
    if (ahead.length > 0) yield ahead;
    yield* source;
  }
  return { head: ahead.subarray(0, HEAD_BYTES), chunks: all(), isRegular, troubles };
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function packing(head: Buffer): string | undefined {
  if (head.length < 4) return undefined;
  const magic = head.readUInt32LE(0);
  if (magic === 0xfd2fb528) return 'zstd';
  if (magic === 0x04034b50) return 'zip';
  return (magic & 0xffffff) === 0x685a42 ? 'bzip2' : undefined;
}

/** By the byte order mark or, without one, by a JSON bracket that is two bytes wide. */
function utf16(head: Buffer): string | undefined {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if ((a === 0x7b || a === 0x5b) && b === 0 && d === 0) return 'utf-16le';
  return a === 0 && (b === 0x7b || b === 0x5b) && c === 0 ? 'utf-16be' : undefined;
}

function hasUtf8Mark(head: Buffer): boolean {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
}

function unreadable(path: string, error: unknown): SpanlightError {
  if (error instanceof SpanlightError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const what = code === 'ENOENT' ? 'There is no such file.' : `The file cannot be read: ${describeError(error)}.`;
  return new SpanlightError(what, path, undefined, { cause: error });
}
