import { TEXT_TYPE } from '../../model/operationKeyEncoder';
import { WIRE, wrongType, type WireReader } from './wire';

/** Tags of KeyValue and of AnyValue's scalar cases. */
const TAG = { key: 0x0a, value: 0x12, string: 0x0a, bool: 0x10, int: 0x18, double: 0x21 } as const;
/** 1: key and value of KeyValue; 1 to 7: the cases of AnyValue, with their wire types. */
const CASE_TYPES = [-1, WIRE.bytes, WIRE.varint, WIRE.varint, WIRE.fixed64, WIRE.bytes, WIRE.bytes, WIRE.bytes];
/** Room for the text of one number; 24 characters are the longest double. */
const NUMBER_BYTES = 32;

/**
 * Reads `KeyValue` messages without making objects: where the key lies, and the value as text if it is a scalar.
 * Fields may come in any order and repeatedly; the last one wins, as protobuf wants.
 */
export class KeyValueReader {
  keyFrom = 0;
  keyTo = 0;
  /** One of TEXT_TYPE, or -1 for a value that is no scalar (or none). */
  type = -1;
  /** Where the texts of numbers lie; texts of strings lie in the reader's bytes. See {@link text}. */
  readonly numbersView: DataView;
  textFrom = 0;
  textTo = 0;

  private readonly numbers: Uint8Array;
  private readonly words = new DataView(new ArrayBuffer(8));
  private numberAt = 0;
  private valueFrom = 0;
  private valueTo = 0;

  /**
   * @param reader moved over the message by {@link key} and {@link value}.
   * @param slots how many values may be kept at the same time, see {@link value}.
   */
  constructor(
    private readonly reader: WireReader,
    slots: number,
  ) {
    this.numbers = new Uint8Array(slots * NUMBER_BYTES);
    this.numbersView = new DataView(this.numbers.buffer);
  }

  /** What {@link textFrom} and {@link textTo} point into for a value of `type`. */
  text(type: number): DataView {
    return type === TEXT_TYPE.string ? this.reader.view : this.numbersView;
  }

  /** Finds key and value if `from .. to` is a key of up to 127 bytes, a value, and nothing else. */
  common(from: number, to: number): boolean {
    const { bytes } = this.reader;
    const keyFrom = from + 2;
    const keyTo = keyFrom + bytes[from + 1]!;
    if (bytes[from] !== TAG.key || bytes[from + 1]! >= 0x80 || keyTo + 2 > to || bytes[keyTo] !== TAG.value)
      return false;
    let valueFrom = keyTo + 2;
    let length = bytes[keyTo + 1]!;
    if (length >= 0x80) length = (length & 0x7f) | (bytes[valueFrom++]! << 7);
    // A third byte of the length would make the sum wrong, too.
    if (valueFrom + length !== to) return false;
    this.keyFrom = keyFrom;
    this.keyTo = keyTo;
    this.valueFrom = valueFrom;
    this.valueTo = to;
    return true;
  }

  /** Finds key and value within `reader.at .. end`. */
  key(end: number): void {
    const { reader } = this;
    const outer = reader.end;
    reader.end = end;
    this.keyFrom = this.keyTo = this.valueFrom = this.valueTo = reader.at;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag();
      if (tag === TAG.key) {
        this.keyTo = reader.contentEnd();
        this.keyFrom = reader.at;
        reader.at = this.keyTo;
      } else if (tag === TAG.value) {
        this.valueTo = reader.contentEnd();
        this.valueFrom = reader.at;
        reader.at = this.valueTo;
      } else if (tag >>> 3 <= 2) throw wrongType(tag, from);
      else reader.skip(tag);
    }
    reader.end = outer;
  }

  /** Reads the value that {@link key} or {@link common} found. The text of a number lasts until the next number in the same `slot`. */
  value(slot: number): void {
    const { reader } = this;
    this.numberAt = slot * NUMBER_BYTES;
    const from = this.valueFrom;
    const { bytes } = reader;
    if (bytes[from] === TAG.string && bytes[from + 1]! < 0x80 && from + 2 + bytes[from + 1]! === this.valueTo) {
      this.type = TEXT_TYPE.string;
      this.textFrom = from + 2;
      this.textTo = this.valueTo;
      return;
    }
    reader.at = from;
    const outer = reader.end;
    reader.end = this.valueTo;
    this.type = -1;
    while (reader.at < this.valueTo) this.valueCase();
    reader.end = outer;
  }

  private valueCase(): void {
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
      if (reader.high === 0) this.smallInt(reader.low);
      else this.number(String(reader.signed()));
    } else if (tag === TAG.bool) {
      reader.varint64();
      this.type = TEXT_TYPE.bool;
      this.number(String(reader.low !== 0 || reader.high !== 0));
    } else if (tag === TAG.double) {
      reader.fixed64();
      this.type = TEXT_TYPE.double;
      this.words.setUint32(0, reader.high);
      this.words.setUint32(4, reader.low);
      this.number(String(this.words.getFloat64(0)));
    } else {
      if (field <= 7) this.type = -1;
      reader.skip(tag);
    }
  }

  private smallInt(value: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    const to = this.numberAt + digits;
    for (let at = to - 1, rest = value; at >= to - digits; at--) {
      this.numbers[at] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.textFrom = to - digits;
    this.textTo = to;
  }

  private number(text: string): void {
    this.textFrom = this.numberAt;
    this.textTo = this.textFrom + text.length;
    for (let i = 0; i < text.length; i++) this.numbers[this.textFrom + i] = text.charCodeAt(i);
  }
}
