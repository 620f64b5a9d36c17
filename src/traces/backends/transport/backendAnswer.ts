import { pipeline, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { JsonObject } from '../../otlp/jsonFields';
import { isObject } from '../../otlp/jsonFields';
import { parseJsonLossless } from '../../otlp/losslessJson';
import type { BackendError } from '../backendError';
import type { WireAnswer } from '../http';
import { JsonItems, type JsonItem } from '../../json/jsonItems';
import {
  incomplete,
  malformed,
  statusFault,
  tooLarge,
  transportFault,
  webPage,
  wrongType,
  type FaultPlace,
} from './httpFaults';
import type { TrafficMeter } from './traffic';

/** What may stand in Content-Encoding, and is asked for. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** Enough of a page to see what it is. */
const PAGE_HEAD_BYTES = 4096;
/** A text that is parsed whole. Larger answers must be read with {@link BackendAnswer.items}. */
const MAX_JSON_BYTES = 32 << 20;

/** What a request expects back; a file may be anything but a web page. */
export type BodyKind = 'json' | 'protobuf' | 'text' | 'file';

const TYPES: Readonly<Record<BodyKind, RegExp>> = {
  json: /^(application\/([\w.+-]+\+)?json|application\/x-ndjson|application\/jsonl?ines|text\/(json|plain)|application\/octet-stream|application\/x-amz-json-1\.[01])$/,
  protobuf: /^application\/(x-|vnd\.google\.)?(protobuf|octet-stream)$/,
  text: /^text\/plain$|json|octet-stream/,
  file: /./,
};

/** How much is read. */
export interface BodyLimits {
  /** After unpacking. */
  readonly maxBytes: number;
  /** As they arrive; Infinity where only the unpacked size matters. */
  readonly maxWireBytes: number;
}

/** The body of an answer with a good status; read it once, or {@link discard} it. */
export class BackendAnswer {
  /** Bytes of the body that have arrived so far. */
  wireBytes = 0;
  private bytesRead = 0;

  constructor(
    private readonly wire: WireAnswer,
    private readonly wanted: readonly BodyKind[],
    private readonly limits: BodyLimits,
    private readonly place: FaultPlace,
    private readonly meter: TrafficMeter,
    private readonly signal: AbortSignal,
  ) {}

  get status(): number {
    return this.wire.status;
  }

  /** By its name in lower case. */
  header(name: string): string | undefined {
    return this.wire.headers.get(name);
  }

  /** Without parameters, in lower case; empty where none was sent. */
  get contentType(): string {
    return (this.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  }

  /**
   * The body as it comes, unpacked.
   * @throws BackendError if it is a web page, of another type than asked for, too large, or breaks off.
   */
  async *chunks(): AsyncGenerator<Buffer> {
    const { body } = this.wire;
    try {
      this.checkType();
      for await (const chunk of this.unpacked()) {
        if (this.bytesRead === 0) this.checkFirst(chunk);
        this.bytesRead += chunk.length;
        if (this.bytesRead > this.limits.maxBytes) throw tooLarge(this.place, this.limits.maxBytes);
        yield chunk;
      }
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason;
      throw transportFault(error, this.place, true);
    } finally {
      body.destroy();
    }
  }

  /** The whole body. @throws BackendError as {@link chunks}. */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The whole body as text. @throws BackendError as {@link chunks}. */
  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  /**
   * A small body as JSON; integers from 9·10^15 on are strings. Empty bodies are `undefined`.
   * @throws BackendError as {@link chunks}, for what is no JSON, and beyond 32 MB.
   */
  async json(): Promise<unknown> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_JSON_BYTES) throw tooLarge(this.place, MAX_JSON_BYTES);
    }
    const text = Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    return text.trim() === '' ? undefined : this.parse(text);
  }

  /** A small body as a JSON object. @throws BackendError as {@link json}, and for what is no object. */
  async object(): Promise<JsonObject> {
    const value = await this.json();
    if (isObject(value)) return value;
    throw malformed(this.place, value === undefined ? 'it is empty' : 'it is not an object');
  }

  /** A small body as a JSON list. @throws BackendError as {@link json}, and for what is no list. */
  async list(): Promise<readonly unknown[]> {
    const value = await this.json();
    if (Array.isArray(value)) return value as unknown[];
    throw malformed(this.place, value === undefined ? 'it is empty' : 'it is not a list');
  }

  /**
   * A JSON body of any size, item by item (see {@link JsonItems}).
   * @throws BackendError as {@link chunks}, and for what is no JSON.
   */
  async *items<Label extends string>(lists: Readonly<Record<string, Label>>): AsyncGenerator<AnswerItem<Label>> {
    const splitter = new JsonItems(lists);
    for await (const chunk of this.chunks()) {
      for (const item of this.guarded(() => [...splitter.push(chunk)])) yield this.itemOf(item);
    }
    if (!splitter.isComplete) throw incomplete(this.place);
  }

  /** What a status means that was accepted, but turned out to be an error. @param body its body, already read. */
  fault(body: string): BackendError {
    return statusFault(this.place, this.status, body);
  }

  /** Lets the rest go. */
  discard(): void {
    this.wire.body.destroy();
  }

  private itemOf<Label>({ label, bytes }: JsonItem<Label>): AnswerItem<Label> {
    return {
      label,
      bytes,
      read: () => {
        const value = this.parse(bytes.toString('utf8'));
        if (isObject(value)) return value;
        // Of a list at the top nothing is left but its brackets.
        if (label === '') return {};
        throw malformed(this.place, 'an item is not an object');
      },
    };
  }

  private parse(text: string): unknown {
    try {
      return parseJsonLossless(text);
    } catch (error) {
      const why = (error as Error).message;
      if (/Unexpected end|Unterminated|Expected .* (after|at end)/i.test(why) && !/[}\]]\s*$/.test(text)) {
        throw incomplete(this.place, error);
      }
      throw malformed(this.place, why);
    }
  }

  private guarded<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw malformed(this.place, error.message);
    }
  }

  private checkType(): void {
    const type = this.contentType;
    // Errors come as whatever they like: they are only looked into.
    if (this.status >= 300) return;
    if (type === '' || type === 'text/html' || this.wanted.some((kind) => TYPES[kind].test(type))) return;
    throw wrongType(this.place, type, this.wanted.join(' or '));
  }

  /** A page that says it is JSON is a page nevertheless. */
  private checkFirst(chunk: Buffer): void {
    const head = chunk.subarray(0, PAGE_HEAD_BYTES).toString('latin1');
    // And JSON that says it is a page, as stand-ins for AWS send it, is no page.
    const isHtml = this.contentType === 'text/html' && !(this.wanted.includes('json') && /^\s*[{[]/.test(head));
    const isPage = isHtml || (!this.wanted.includes('text') && /^\s*<(!|html|\?xml)/i.test(head));
    if (isPage) throw webPage(this.place, head, this.status);
  }

  private async *counted(): AsyncGenerator<Buffer> {
    for await (const chunk of this.wire.body as AsyncIterable<Buffer>) {
      this.wireBytes += chunk.length;
      this.meter.bytesReceived += chunk.length;
      if (this.wireBytes > this.limits.maxWireBytes) throw tooLarge(this.place, this.limits.maxWireBytes);
      yield chunk;
    }
  }

  private unpacked(): AsyncIterable<Buffer> {
    const encoding = (this.header('content-encoding') ?? '').trim().toLowerCase();
    if (encoding === '' || encoding === 'identity') return this.counted();
    const unpack = unpacker(encoding);
    if (unpack === undefined) throw wrongType(this.place, `the encoding ${encoding}`, ACCEPT_ENCODING);
    // Errors come out of the iteration; the callback is only asked for.
    return pipeline(this.counted(), unpack, () => undefined) as AsyncIterable<Buffer>;
  }
}

/** One object of an answer; parsed when it is read, so that many can wait as bytes. */
export interface AnswerItem<Label> {
  readonly label: Label | '';
  /** Its JSON. */
  readonly bytes: Buffer;
  /** @throws BackendError if it is no JSON object. */
  read(): JsonObject;
}

function unpacker(encoding: string): (Readable & NodeJS.WritableStream) | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return zlib.createGunzip();
  if (encoding === 'deflate') return zlib.createInflate();
  return encoding === 'br' ? zlib.createBrotliDecompress() : undefined;
}
