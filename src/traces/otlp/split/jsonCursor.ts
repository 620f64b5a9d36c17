import { SpanlightError } from '../../../base/errors';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Bytes that are skipped between two pauses: a millisecond, or two. */
const PAUSE_BYTES = 512 * 1024;
const MAX_KEY_BYTES = 64 * 1024;

/**
 * Walks over JSON without parsing it: brackets, strings and commas are seen, and values skipped. What stands in a value
 * is not checked.
 */
export class JsonCursor {
  at = 0;
  private depth = 0;
  private inString = false;

  constructor(readonly bytes: Uint8Array) {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
    this.space();
  }

  isObject(): boolean {
    return this.bytes[this.at] === OPEN_OBJECT;
  }

  isList(): boolean {
    return this.bytes[this.at] === OPEN_LIST;
  }

  isNull(): boolean {
    return this.bytes[this.at] === 0x6e;
  }

  /** Goes into the object or list that stands here. */
  enter(): void {
    this.at++;
  }

  /** The next key, and on to its value; undefined, and on behind the object, at its end. */
  nextKey(first: boolean): string | undefined {
    this.space();
    if (this.bytes[this.at] === CLOSE_OBJECT) {
      this.at++;
      return undefined;
    }
    if (!first) this.expect(COMMA);
    const key = this.key();
    this.expect(COLON);
    return key;
  }

  /** Goes to the next item; false, and on behind the list, at its end. */
  nextItem(first: boolean): boolean {
    this.space();
    if (this.bytes[this.at] === CLOSE_LIST) {
      this.at++;
      return false;
    }
    if (!first) this.expect(COMMA);
    return true;
  }

  /** Skips the value that stands here; false if it took a pause and wants to be called again. */
  skip(): boolean {
    const { bytes } = this;
    const stop = Math.min(this.at + PAUSE_BYTES, bytes.length);
    while (this.at < stop) {
      const byte = bytes[this.at]!;
      if (this.inString) {
        this.at += byte === BACKSLASH ? 2 : 1;
        if (byte !== QUOTE) continue;
        this.inString = false;
      } else if (byte === QUOTE) {
        this.inString = true;
        this.at++;
        continue;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        this.depth++;
        this.at++;
        continue;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        // The end of what a number or word stands in.
        if (this.depth === 0) return true;
        this.depth--;
        this.at++;
      } else if (this.depth > 0 || (byte !== COMMA && byte > 0x20)) {
        this.at++;
        continue;
      }
      if (this.depth === 0) return true;
    }
    if (this.at >= bytes.length) throw this.unexpected();
    return false;
  }

  /** @throws SpanlightError if anything but space follows. */
  expectEnd(): void {
    this.space();
    if (this.at < this.bytes.length) throw this.unexpected();
  }

  private key(): string {
    const { bytes } = this;
    const from = this.at;
    this.expect(QUOTE, false);
    const limit = Math.min(bytes.length, from + MAX_KEY_BYTES);
    while (this.at < limit && bytes[this.at] !== QUOTE) this.at += bytes[this.at] === BACKSLASH ? 2 : 1;
    if (this.at >= limit) throw this.unexpected();
    this.at++;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, this.at - from).toString('utf8');
    this.space();
    return text.includes('\\') ? this.unescape(text) : text.slice(1, -1);
  }

  private unescape(text: string): string {
    try {
      return String(JSON.parse(text));
    } catch {
      throw this.unexpected();
    }
  }

  private expect(byte: number, space = true): void {
    if (this.bytes[this.at] !== byte) throw this.unexpected();
    this.at++;
    if (space) this.space();
  }

  private space(): void {
    const { bytes } = this;
    while (bytes[this.at] === 0x20 || bytes[this.at] === 0x0a || bytes[this.at] === 0x0d || bytes[this.at] === 0x09) {
      this.at++;
    }
  }

  private unexpected(): SpanlightError {
    const what = this.at < this.bytes.length ? `it cannot be read at byte ${this.at}` : 'it ends too early';
    return new SpanlightError(`The body is not JSON: ${what}.`);
  }
}
