import { TEXT_TYPE } from '../../model/operationKeyEncoder';
import { WIRE, wrongType, type WireReader } from './wire';

/** Tags of AnyValue's scalar cases. */
const TAG = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21 } as const;
/** Wire types of AnyValue's cases, 1 to 7. */
const CASE_TYPES = [-1, WIRE.bytes, WIRE.varint, WIRE.varint, WIRE.fixed64, WIRE.bytes, WIRE.bytes, WIRE.bytes];
/** Room for the text of one number; 24 characters are the longest double. */
const NUMBER_BYTES = 32;

/** Reads scalar `AnyValue` messages as text without making strings of them. */
export class ScalarReader {
  /** One of TEXT_TYPE, or -1 for a value that is no scalar (or none). */
  type = -1;
  /** Where the text lies in {@link text}. */
  textFrom = 0;
  textTo = 0;

  private readonly numbers = new Uint8Array(NUMBER_BYTES);
  private readonly numbersView = new DataView(this.numbers.buffer);
  private readonly words = new DataView(new ArrayBuffer(8));

  /** @param reader of the bytes in which the messages lie. */
  constructor(private readonly reader: WireReader) {}

  /** What {@link textFrom} and {@link textTo} point into for a value of `type`: numbers are written out elsewhere. */
  text(type: number): DataView {
    return type === TEXT_TYPE.string ? this.reader.view : this.numbersView;
  }

  /**
   * Reads the AnyValue at `from .. to` of the reader's bytes; the reader stays where it is. The text of a number lasts
   * until the next one. Of several cases the last one counts, as protobuf wants.
   */
  read(from: number, to: number): void {
    const { reader } = this;
    const { at, end, bytes } = reader;
    // A text of less than 128 bytes and nothing else: nearly all of them.
    if (to - from >= 2 && bytes[from] === TAG.string && bytes[from + 1] === to - from - 2 && to - from < 0x82) {
      this.type = TEXT_TYPE.string;
      this.textFrom = from + 2;
      this.textTo = to;
      return;
    }
    this.type = -1;
    reader.at = from;
    reader.end = to;
    while (reader.at < to) this.readCase();
    reader.at = at;
    reader.end = end;
  }

  private readCase(): void {
    const { reader } = this;
    const from = reader.at;
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field <= 7 && CASE_TYPES[field] !== (tag & 7)) throw wrongType(tag, from);
    if (tag === TAG.string) {
      this.type = TEXT_TYPE.string;
      this.textTo = reader.contentEnd();
      this.textFrom = reader.at;
      reader.at = this.textTo;
    } else if (tag === TAG.int) {
      reader.varint64();
      this.type = TEXT_TYPE.int;
      if (reader.high === 0 && reader.low >= 0) this.smallInt(reader.low);
      else this.number(String(reader.signed()));
    } else if (tag === TAG.bool) {
      reader.varint64();
      this.type = TEXT_TYPE.bool;
      this.number(String(reader.low !== 0 || reader.high !== 0));
    } else if (tag === TAG.double) {
      reader.fixed64();
      this.type = TEXT_TYPE.double;
      this.words.setInt32(0, reader.high);
      this.words.setInt32(4, reader.low);
      this.number(String(this.words.getFloat64(0)));
    } else {
      if (field <= 7) this.type = -1;
      reader.skip(tag);
    }
  }

  private smallInt(value: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
    for (let at = digits - 1, rest = value; at >= 0; at--) {
      this.numbers[at] = 0x30 + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.textFrom = 0;
    this.textTo = digits;
  }

  private number(text: string): void {
    this.textFrom = 0;
    this.textTo = text.length;
    for (let i = 0; i < text.length; i++) this.numbers[i] = text.charCodeAt(i);
  }
}
