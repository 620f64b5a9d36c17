const FIRST_BYTES = 4096;

/** Writes protobuf's wire format into a growing array. Field numbers stay below 2^28. */
export class ProtobufWriter {
  private bytes = Buffer.alloc(FIRST_BYTES);
  /** Bytes written so far; may be set back to forget what came after. */
  length = 0;

  /** What was written; valid until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** A message field; `write` writes its content. */
  message(field: number, write: () => void): void {
    this.varint(field * 8 + 2);
    this.room(1);
    // One byte is kept for the length, which is enough most often; longer ones move the content.
    const start = ++this.length;
    write();
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
    const size = Buffer.byteLength(text);
    this.varint(field * 8 + 2);
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
    this.length = this.bytes.writeBigUInt64LE(value, this.length);
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
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}
