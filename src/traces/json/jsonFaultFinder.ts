/** A place in a text, both counted from 1; columns in characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const BRACKETS: ReadonlyMap<number, number> = new Map([
  [0x7b, 0x7d],
  [0x5b, 0x5d],
]);
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;
const WORDS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word]));

/** What may come next, outside of texts, numbers and words. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'separator' | 'anything';

/** A number from its first byte on: which byte leads where. States of {@link NUMBER_ENDS} may be the last. */
const NUMBERS: Readonly<Record<string, readonly (readonly [bytes: RegExp, next: string])[]>> = {
  minus: [
    [/0/, 'zero'],
    [/[1-9]/, 'digits'],
  ],
  zero: [
    [/\./, 'point'],
    [/[eE]/, 'exponent'],
  ],
  digits: [
    [/\d/, 'digits'],
    [/\./, 'point'],
    [/[eE]/, 'exponent'],
  ],
  point: [[/\d/, 'fraction']],
  fraction: [
    [/\d/, 'fraction'],
    [/[eE]/, 'exponent'],
  ],
  exponent: [
    [/[+-]/, 'sign'],
    [/\d/, 'power'],
  ],
  sign: [[/\d/, 'power']],
  power: [[/\d/, 'power']],
};
const NUMBER_ENDS: ReadonlySet<string> = new Set(['zero', 'digits', 'fraction', 'power']);

/**
 * Finds where a stream of bytes stops being JSON: one value, or several after one another. It holds nothing but the
 * brackets that are open, so that the place is known in files of any size, of which parsers see parts only.
 *
 * Source: RFC 8259.
 */
export class JsonFaultFinder {
  private line = 1;
  private column = 0;
  private expected: Expected = 'anything';
  /** What closes the brackets that are open. */
  private readonly open: number[] = [];
  private text: 'none' | 'key' | 'value' = 'none';
  /** Within a text: a backslash was the last byte, or so many hex digits are to come. */
  private escape: 'none' | 'next' | number = 'none';
  private number: string | undefined;
  private word = '';

  /** @param byLine a value ends with its line at the latest. */
  constructor(private readonly byLine: boolean) {}

  /** The place of the first byte that cannot stand where it does; undefined if there is none in this chunk. */
  push(chunk: Uint8Array): TextPlace | undefined {
    for (const byte of chunk) {
      // The other bytes of a character are no column of their own.
      if ((byte & 0xc0) !== 0x80) this.column++;
      if (!this.take(byte) || (byte === NEWLINE && this.byLine && this.isWithin)) return this.place;
      if (byte === NEWLINE) {
        this.line++;
        this.column = 0;
      }
    }
    return undefined;
  }

  /** The end of the stream, where something is missing there; undefined if nothing is. */
  end(): TextPlace | undefined {
    const isNumberOpen = this.number !== undefined && !NUMBER_ENDS.has(this.number);
    if (!this.isWithin && !isNumberOpen) return undefined;
    return { line: this.line, column: this.column + 1 };
  }

  private get place(): TextPlace {
    return { line: this.line, column: Math.max(1, this.column) };
  }

  private get isWithin(): boolean {
    return this.open.length > 0 || this.text !== 'none' || this.word !== '';
  }

  private take(byte: number): boolean {
    if (this.text !== 'none') return this.takeInText(byte);
    if (this.word !== '') {
      if (byte !== this.word.charCodeAt(0)) return false;
      this.word = this.word.slice(1);
      return true;
    }
    if (this.number !== undefined) {
      const next = NUMBERS[this.number]!.find(([bytes]) => bytes.test(String.fromCharCode(byte)))?.[1];
      if (next !== undefined) {
        this.number = next;
        return true;
      }
      if (!NUMBER_ENDS.has(this.number)) return false;
      this.number = undefined;
    }
    return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || this.takeOutside(byte);
  }

  private takeInText(byte: number): boolean {
    if (this.escape === 'next') {
      this.escape = byte === 0x75 ? 4 : 'none';
      return byte === 0x75 || /["\\/bfnrt]/.test(String.fromCharCode(byte));
    }
    if (typeof this.escape === 'number') {
      this.escape = this.escape === 1 ? 'none' : this.escape - 1;
      return /[0-9a-fA-F]/.test(String.fromCharCode(byte));
    }
    if (byte === BACKSLASH) this.escape = 'next';
    else if (byte === QUOTE) {
      this.expected = this.text === 'key' ? 'colon' : this.afterValue;
      this.text = 'none';
    }
    return byte >= 0x20;
  }

  private takeOutside(byte: number): boolean {
    switch (this.expected) {
      case 'colon':
        this.expected = 'value';
        return byte === COLON;
      case 'separator':
        if (byte === COMMA) this.expected = this.open.at(-1) === CLOSE_OBJECT ? 'key' : 'value';
        return byte === COMMA || this.close(byte);
      case 'keyOrEnd':
        if (byte === CLOSE_OBJECT) return this.close(byte);
        this.text = 'key';
        return byte === QUOTE;
      case 'key':
        this.text = 'key';
        return byte === QUOTE;
      case 'valueOrEnd':
        return byte === CLOSE_LIST ? this.close(byte) : this.begin(byte);
      case 'value':
      case 'anything':
        return this.begin(byte);
    }
  }

  private get afterValue(): Expected {
    return this.open.length === 0 ? 'anything' : 'separator';
  }

  private begin(byte: number): boolean {
    const closing = BRACKETS.get(byte);
    if (closing !== undefined) {
      this.open.push(closing);
      this.expected = closing === CLOSE_OBJECT ? 'keyOrEnd' : 'valueOrEnd';
      return true;
    }
    this.expected = this.afterValue;
    const word = WORDS.get(byte);
    if (byte === QUOTE) this.text = 'value';
    else if (word !== undefined) this.word = word.slice(1);
    else if (byte === 0x2d) this.number = 'minus';
    else if (byte === 0x30) this.number = 'zero';
    else if (byte > 0x30 && byte <= 0x39) this.number = 'digits';
    else return false;
    return true;
  }

  private close(byte: number): boolean {
    const isRight = this.open.pop() === byte;
    this.expected = this.afterValue;
    return isRight;
  }
}
