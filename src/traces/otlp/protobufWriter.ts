const FIRST_BYTES = 4096;
const KEPT_BYTES = 4 << 20;
/** Up to this many characters, writing them one by one is faster than a call of the runtime (measured). */
const SHORT = 64;

/** Writes protobuf's wire format into a growing array. Field numbers stay below 2^28. */
export class ProtobufWriter {
  private bytes = Buffer.alloc(FIRST_BYTES);
  private view = viewOf(this.bytes);
  /** Bytes written so far; may be set back to forget what came after. */
  length = 0;

  /** What was written; valid until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Forgets what was written, and lets go of the memory if it is more than a usual message needs. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length <= KEPT_BYTES) return;
    this.bytes = Buffer.alloc(FIRST_BYTES);
    this.view = viewOf(this.bytes);
  }

  /** A message field; `write` writes its content. */
  message(field: number, write: () => void): void {
    const start = this.begin(field);
    write();
    this.end(start);
  }

  /** Begins a message field. @returns what {@link end} wants: where its content begins. */
  begin(field: number): number {
    this.varint(field * 8 + 2);
    this.room(1);
    // One byte is kept for the length, which is enough most often; longer ones move the content.
    return ++this.length;
  }

  /** Ends the message field that was begun last. */
  end(start: number): void {
    const size = this.length - start;
    const extra = varintSize(size) - 1;
    if (extra > 0) {
      this.room(extra);
      this.bytes.copyWithin(start + extra, start, this.length);
    }
    this.length = start - 1;
    this.varint(size);
    this.length += size;
  }

  text(field: number, text: string): void {
    this.varint(field * 8 + 2);
    if (text.length <= SHORT && this.ascii(text)) return;
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.room(size);
    this.bytes.write(text, this.length);
    this.length += size;
  }

  raw(field: number, content: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(content.length);
    this.room(content.length);
    this.bytes.set(content, this.length);
    this.length += content.length;
  }

  /** Bytes that are given as hex digits; an odd one at the end is left out. */
  hex(field: number, digits: string): void {
    const size = digits.length >>> 1;
    this.varint(field * 8 + 2);
    this.varint(size);
    this.room(size);
    for (let i = 0; i < 2 * size; i += 2) {
      this.bytes[this.length++] = (nibble(digits.charCodeAt(i)) << 4) | nibble(digits.charCodeAt(i + 1));
    }
  }

  /** Fields that are encoded already. */
  append(fields: Uint8Array): void {
    this.room(fields.length);
    this.bytes.set(fields, this.length);
    this.length += fields.length;
  }

  /** An unsigned number of up to 53 bits. */
  number(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  /** A signed number of up to 53 bits as a varint of 64 bits. */
  integer(field: number, value: number): void {
    if (value < 0) this.int64(field, BigInt(value));
    else this.number(field, value);
  }

  /** A signed 64-bit number as a varint. */
  int64(field: number, value: bigint): void {
    this.varint(field * 8);
    this.room(10);
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.length++] = Number(rest);
  }

  fixed64(field: number, value: bigint): void {
    this.varint(field * 8 + 1);
    this.room(8);
    this.view.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  fixed32(field: number, value: number): void {
    this.varint(field * 8 + 5);
    this.room(4);
    this.length = this.bytes.writeUInt32LE(value >>> 0, this.length);
  }

  double(field: number, value: number): void {
    this.varint(field * 8 + 1);
    this.room(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** Writes a text with its length; false, and nothing written, if it is not all ASCII. */
  private ascii(text: string): boolean {
    const { length } = text;
    this.room(length + 1);
    const start = this.length + 1;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      this.bytes[start + i] = code;
    }
    this.bytes[start - 1] = length;
    this.length = start + length;
    return true;
  }

  private varint(value: number): void {
    this.room(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.bytes[this.length++] = (rest % 128) | 0x80;
    this.bytes[this.length++] = rest;
  }

  private room(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The value of a hex digit of either case. */
function nibble(code: number): number {
  return code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}
