import { SpanlightError } from '../../base/errors';
import { withoutStack } from '../../base/withoutStack';

/** Protobuf wire types that proto3 uses. The groups (3, 4) are refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Reads protobuf's wire format from a range of bytes, with every bound checked. `at` is the position of the next byte;
 * lengths may not go beyond `end`. Format: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  at = 0;
  end = 0;
  /** Bits 0 to 31 of the last {@link varint64} or {@link fixed64}, signed: such numbers are kept without a box. */
  low = 0;
  /** Bits 32 to 63 of the last {@link varint64} or {@link fixed64}, signed. */
  high = 0;

  /** The same bytes: for reading several at once. */
  view: DataView;

  constructor(public bytes: Uint8Array = new Uint8Array(0)) {
    this.end = bytes.length;
    this.view = viewOf(bytes);
  }

  /** Goes to `at` and lets nothing be read from `end` on. */
  reset(bytes: Uint8Array, at: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = viewOf(bytes);
    }
    this.at = at;
    this.end = end;
  }

  /** The next tag: `field number * 8 + wire type`. Refuses field 0 and wire types that proto3 does not have. */
  tag(): number {
    const from = this.at;
    const first = this.bytes[from]!;
    let tag = first;
    if (first < 0x80 && from < this.end) this.at = from + 1;
    else if (from + 1 < this.end && this.bytes[from + 1]! < 0x80) {
      tag = (first & 0x7f) | (this.bytes[from + 1]! << 7);
      this.at = from + 2;
    } else {
      this.varint64();
      tag = this.low >>> 0;
      if (this.high !== 0) throw malformed(`a field number beyond 32 bits`, from);
    }
    const type = tag & 7;
    if (tag >>> 3 === 0) throw malformed('field number 0', from);
    if (type === 3 || type === 4) throw malformed('a group, which OTLP does not have,', from);
    if (type > 5) throw malformed(`wire type ${type}, which does not exist,`, from);
    return tag;
  }

  /** Reads a length and leaves `at` at the first byte of the content. Returns the content's end. */
  contentEnd(): number {
    const from = this.at;
    let length = this.bytes[from]!;
    if (length < 0x80 && from < this.end) this.at = from + 1;
    else {
      this.varint64();
      length = this.low >>> 0;
      if (this.high !== 0) throw malformed('a length beyond 4 GiB', from);
    }
    const end = this.at + length;
    if (end > this.end) throw malformed(`a length of ${length} with ${this.end - this.at} bytes left`, from);
    return end;
  }

  /** The low 32 bits of a varint as a signed number: enums, int32, bool. */
  int32(): number {
    const first = this.bytes[this.at]!;
    if (first < 0x80 && this.at < this.end) {
      this.at++;
      return first;
    }
    this.varint64();
    return this.low;
  }

  /** A varint of up to 10 bytes into {@link low} and {@link high}. */
  varint64(): void {
    const from = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw malformed('a number without an end', from);
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    throw malformed('a number of more than 10 bytes', from);
  }

  /** 8 little-endian bytes into {@link low} and {@link high}. */
  fixed64(): void {
    const { at, view } = this;
    if (at + 8 > this.end) throw malformed(`a number of fixed size with ${this.end - at} bytes left`, at);
    this.at = at + 8;
    this.low = view.getInt32(at, true);
    this.high = view.getInt32(at + 4, true);
  }

  /** 4 little-endian bytes. */
  fixed32(): number {
    const { at } = this;
    if (at + 4 > this.end) throw malformed(`a number of fixed size with ${this.end - at} bytes left`, at);
    this.at = at + 4;
    return this.view.getUint32(at, true);
  }

  /** A 64-bit number as it was last read, unsigned. */
  unsigned(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  /** A 64-bit number as it was last read, in two's complement. */
  signed(): bigint {
    return BigInt.asIntN(64, this.unsigned());
  }

  /** Steps over the field whose tag was just read. */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === WIRE.varint) this.varint64();
    else if (type === WIRE.bytes) this.at = this.contentEnd();
    else {
      const from = this.at;
      this.at += type === WIRE.fixed64 ? 8 : 4;
      if (this.at > this.end) throw malformed(`a number of fixed size with ${this.end - from} bytes left`, from);
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An error for bytes that are no protobuf, or not the message that was asked for. */
export function malformed(what: string, at: number): SpanlightError {
  return withoutStack(() => new SpanlightError(`The bytes are not OTLP protobuf: ${what} at byte ${at}.`));
}

/** The error for a field of the schema that came with another wire type. */
export function wrongType(tag: number, at: number): SpanlightError {
  return malformed(`field ${tag >>> 3} with wire type ${tag & 7}`, at);
}
