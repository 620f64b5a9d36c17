import { constants } from 'node:buffer';
import { SpanlightError } from '../../base/errors';

/** How values follow each other: each on a line of its own, or anywhere. */
export type JsonLayout = 'lines' | 'document';

/** A value that is passed on while it is read. */
export interface LargeValue {
  push(chunk: Buffer): void;
  end(): void;
  /** Bytes that must be held until its end. */
  retainedBytes(): number;
}

/** Values larger than this are passed on in pieces. */
const LARGE_BYTES = 8 << 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
/** The bytes of a byte order mark: files that were put together have one in the middle. */
const MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * Cuts a stream of bytes into JSON values without parsing them: several one after another, one per line, or the items of
 * one list at the top. Small ones are given whole; a large one goes in pieces to whoever takes it. So a file may be larger
 * than any string, and so may its values.
 *
 * What is no JSON is cut out as well, up to the end of its line (within a list: of its item), and fails when it is parsed.
 * In `lines` a value ends with its line at the latest, so a broken line costs only itself.
 */
export class JsonSplitter {
  private level = 0;
  /** 1 within a list at the top, whose items are the values. */
  private base = 0;
  private inText = false;
  private escaped = false;
  /** Within something that is no bracketed value; ends with the line, within a list with the item. */
  private stray = false;
  private parts: Buffer[] = [];
  private partsLength = 0;
  private collecting = false;
  private cut = 0;
  private large: LargeValue | undefined;

  /**
   * @param layout where known; otherwise told by whether the first value ends on the line on which it begins.
   * @param beginLarge takes a large value, which is then not among those of {@link push}.
   * @param maxBytes held of one value; by default what JavaScript can hold as a text.
   */
  constructor(
    public layout?: JsonLayout,
    private readonly beginLarge?: () => LargeValue,
    private readonly maxBytes = constants.MAX_STRING_LENGTH,
    private readonly largeBytes = LARGE_BYTES,
  ) {}

  /**
   * The values that end within this chunk, but for large ones.
   * @throws SpanlightError if one becomes larger than `maxBytes`.
   */
  *push(chunk: Buffer): Generator<Buffer> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) {
        const value = this.endLine(chunk, from, at);
        if (value !== undefined) yield value;
        continue;
      }
      if (this.inText) {
        at = this.skipText(chunk, at);
        continue;
      }
      if (this.stray) {
        if (this.base === 0 || (byte !== COMMA && byte !== CLOSE_LIST && byte !== QUOTE)) continue;
        if (byte === QUOTE) {
          this.inText = true;
          continue;
        }
        const value = this.take(chunk, from, at);
        if (value !== undefined) yield value;
      }
      if (byte === QUOTE && this.collecting) this.inText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (this.open(byte)) from = at;
      } else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && this.level > 0) {
        const value = this.close() ? this.take(chunk, from, at + 1) : undefined;
        if (value !== undefined) yield value;
      } else if (this.beginsStray(byte)) {
        this.stray = this.collecting = true;
        this.inText = byte === QUOTE && this.base === 1;
        from = at;
      }
    }
    if (this.collecting) this.keep(chunk.subarray(from));
  }

  /** What is left when the stream has ended: an unfinished value, or nothing. */
  end(): Buffer | undefined {
    return this.collecting ? this.take(Buffer.alloc(0), 0, 0) : undefined;
  }

  /** Whether the stream may end here: no list at the top is open. */
  get isComplete(): boolean {
    return this.base === 0;
  }

  private beginsStray(byte: number): boolean {
    return !this.collecting && byte > 0x20 && !(byte === COMMA && this.base === 1) && !MARK.includes(byte);
  }

  /** Counts a bracket; true if a value begins with it. */
  private open(byte: number): boolean {
    if (this.level === 0 && byte === OPEN_LIST) {
      this.base = this.level = 1;
      return false;
    }
    const begins = !this.collecting;
    this.collecting = true;
    this.level++;
    return begins;
  }

  /** Counts a bracket; true if a value ends with it. */
  private close(): boolean {
    this.level--;
    if (this.level < this.base) this.base = 0;
    return this.collecting && this.level === this.base;
  }

  private endLine(chunk: Buffer, from: number, at: number): Buffer | undefined {
    this.layout ??= this.level > 0 ? 'document' : this.cut > 0 || this.stray ? 'lines' : undefined;
    const broken = this.layout === 'lines' && (this.level > 0 || this.inText);
    if (!(this.stray && this.base === 0) && !broken) return undefined;
    const value = this.collecting ? this.take(chunk, from, at) : undefined;
    if (!broken) return value;
    this.level = this.base = 0;
    this.inText = this.escaped = false;
    return value;
  }

  /** The position of the last byte of the text, or of the chunk. */
  private skipText(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inText = false;
        return at;
      } else if (byte === NEWLINE && this.layout !== 'document') return at - 1;
    }
    return chunk.length;
  }

  /** The value that ends here; undefined for one that was passed on. */
  private take(chunk: Buffer, from: number, to: number): Buffer | undefined {
    const last = chunk.subarray(from, to);
    if (this.parts.length > 0 || this.large) this.keep(last);
    const value = this.parts.length === 0 ? last : Buffer.concat(this.parts, this.partsLength);
    const { large } = this;
    this.large = undefined;
    this.parts = [];
    this.partsLength = 0;
    this.collecting = this.stray = this.inText = false;
    this.cut++;
    if (!large) return value;
    large.end();
    return undefined;
  }

  private keep(part: Buffer): void {
    if (this.large) this.large.push(part);
    else {
      this.partsLength += part.length;
      this.parts.push(part);
      if (this.partsLength > this.largeBytes && !this.stray && this.beginLarge) {
        this.large = this.beginLarge();
        for (const known of this.parts) this.large.push(known);
        this.parts = [];
      }
    }
    if ((this.large?.retainedBytes() ?? this.partsLength) > this.maxBytes) {
      throw new SpanlightError(
        `One JSON value of more than ${Math.floor(this.maxBytes / 2 ** 20)} MB is more than JavaScript can hold as a text.`,
        undefined,
        'Export it as JSON lines or as protobuf.',
      );
    }
  }
}
