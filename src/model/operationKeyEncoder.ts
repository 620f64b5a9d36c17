import type { WordArena } from '../base/tables/wordArena';
import { attributeText, type AttributeValue } from './attributes';
import { OPERATION_ATTRIBUTES, SPAN_KINDS, type OperationKey } from './operation';

/** What an attribute's text was before it became text. */
export const TEXT_TYPE = { string: 0, bool: 1, int: 2, double: 3 } as const;

/** Longer keys are no operations: names with whole statements or documents in them. */
const CAPACITY = 16 * 1024;
const MAX_ATTRIBUTES = 256;
/** Words for a key, its types and its length. */
const ROOM = (CAPACITY + MAX_ATTRIBUTES) / 4 + 1;
const NAME_MARK = 0;
/** Ends the name, so that it may end in zeros of its own. */
const END_MARK = 1;
/** Attributes that are not of OPERATION_ATTRIBUTES carry their own name. */
const NAMED_MARK = 255;

const SLOTS: ReadonlyMap<string, number> = new Map(OPERATION_ATTRIBUTES.map((name, slot) => [name, slot]));

/** A key in ASCII that was encoded elsewhere, as {@link OperationKeyEncoder} would have done it. */
export interface EncodedKey {
  readonly bytes: Uint8Array;
  /** How many of the bytes are the key's. */
  readonly length: number;
  readonly types: Uint8Array;
  readonly typeCount: number;
  /** Both halves of its fingerprint, by the seeds of the table it is meant for. */
  readonly first: number;
  readonly second: number;
}

/** Parts of a key as they were encoded. */
export interface EncodedPart {
  /** Index in OPERATION_ATTRIBUTES; -1 for the span's name. */
  readonly slot: number;
  /** One of {@link TEXT_TYPE}. */
  readonly type: number;
  readonly text: string;
}

/**
 * Writes the identity of an operation as bytes, so that a span of a known operation costs a hash and a comparison and no
 * string is made. Layout: `u32 context * 8 + kind`, then per attribute, ascending by slot: `slot + 1`, `u16 length`,
 * text; then `0`, the name and `1`; padded with zeros to whole words. Equal identities give equal bytes: numbers are written
 * as text. The types of the attributes stand apart, because they are not part of the identity.
 */
export class OperationKeyEncoder {
  /** Where the key begins in the arena's bytes. */
  base = 0;
  /** Bytes written; whole words after {@link name}. */
  length = 0;
  /** The key does not fit, or has no context. */
  tooLong = false;
  /** All bits that are set in some word of texts. */
  private bits = 0;
  private readonly types = new Uint8Array(MAX_ATTRIBUTES);
  private typeCount = 0;

  /** @param arena at whose free place keys are written. */
  constructor(private readonly arena: WordArena) {}

  /** Whether there is a character beyond ASCII in the key. */
  get hasHighBit(): boolean {
    return (this.bits & 0x80808080) !== 0;
  }

  /**
   * @param context number of service and scope, -1 if they have none.
   * @param kind OTLP's SpanKind, 0 to 5.
   */
  start(context: number, kind: number): void {
    const { arena } = this;
    arena.room(ROOM);
    this.base = arena.offset;
    arena.view.setUint32(this.base, context * 8 + kind, true);
    this.length = 4;
    this.bits = 0;
    this.typeCount = 0;
    this.tooLong = context < 0;
  }

  /** Appends an attribute's text, which lies at `start .. end` of `from`. Slots must ascend. */
  attribute(slot: number, type: number, from: DataView, start: number, end: number): void {
    const size = end - start;
    const at = this.length;
    if (at + 8 + size > CAPACITY || this.typeCount === MAX_ATTRIBUTES) {
      this.tooLong = true;
      return;
    }
    this.arena.view.setUint32(this.base + at, (slot + 1) | (size << 8), true);
    this.copy(at + 3, from, start, end);
    this.length = at + 3 + size;
    this.types[this.typeCount++] = type;
  }

  /** Appends the name and ends the key. */
  name(from: DataView, start: number, end: number): void {
    const at = this.length;
    if (at + 8 + (end - start) > CAPACITY) {
      this.tooLong = true;
      return;
    }
    this.arena.view.setUint8(this.base + at, NAME_MARK);
    this.copy(at + 1, from, start, end);
    const nameEnd = at + 1 + end - start;
    this.arena.view.setUint32(this.base + nameEnd, END_MARK, true);
    this.length = (nameEnd + 4) & ~3;
  }

  /**
   * Puts the types behind the key, and its own length behind them, and keeps it all in the arena.
   * @returns the place, for {@link openKey}.
   */
  keep(): number {
    const { arena, types, length, typeCount, base } = this;
    for (let i = 0; i < typeCount; i++) arena.bytes[base + length + i] = types[i]!;
    const last = (length + typeCount + 3) & ~3;
    arena.view.setUint32(base + last, length, true);
    return arena.keep(last / 4 + 1);
  }

  /** Takes a key that was encoded elsewhere in the same way. */
  take({ bytes, length, types, typeCount }: EncodedKey): void {
    const { arena } = this;
    arena.room(ROOM);
    this.base = arena.offset;
    arena.bytes.set(bytes.subarray(0, length), this.base);
    this.length = length;
    for (let i = 0; i < typeCount; i++) this.types[i] = types[i]!;
    this.typeCount = typeCount;
  }

  /** A copy of the key as it would be kept. */
  open(): OpenKey {
    const bytes = this.arena.bytes.slice(this.base, this.base + this.length);
    return { bytes, types: this.types.slice(0, this.typeCount) };
  }

  private copy(at: number, from: DataView, start: number, end: number): void {
    const { view } = this.arena;
    let { bits } = this;
    let to = this.base + at;
    let next = start;
    for (; next + 4 <= end; next += 4, to += 4) {
      const word = from.getInt32(next, true);
      view.setInt32(to, word, true);
      bits |= word;
    }
    for (; next < end; next++) {
      const byte = from.getUint8(next);
      view.setUint8(to++, byte);
      bits |= byte;
    }
    this.bits = bits;
  }

  /** Writes a whole key that was made elsewhere. */
  key(context: number, key: OperationKey): void {
    this.start(context, SPAN_KINDS.indexOf(key.kind));
    const named: string[] = [];
    const slots: { slot: number; text: string; type: number }[] = [];
    for (const [name, value] of key.attributes) {
      const text = attributeText(key.attributes, name);
      const slot = SLOTS.get(name);
      if (text === undefined) continue;
      if (slot === undefined) named.push(`${name}=${text}`);
      else slots.push({ slot, text, type: textType(value) });
    }
    slots.sort((a, b) => a.slot - b.slot);
    for (const { slot, text, type } of slots) this.text(slot, type, text);
    for (const text of named.sort()) this.text(NAMED_MARK - 1, TEXT_TYPE.string, text);
    const name = new TextEncoder().encode(key.name);
    this.name(new DataView(name.buffer), 0, name.length);
  }

  private text(slot: number, type: number, text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.attribute(slot, type, new DataView(encoded.buffer), 0, encoded.length);
  }
}

/** A key as it is kept. */
export interface OpenKey {
  readonly bytes: Uint8Array;
  /** Of its attributes, one of {@link TEXT_TYPE} each. */
  readonly types: Uint8Array;
}

/** Key and types as {@link OperationKeyEncoder.keep} left them in `words`. */
export function openKey(words: Uint32Array): OpenKey {
  const all = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const length = words.at(-1)!;
  return { bytes: all.subarray(0, length), types: all.subarray(length) };
}

/** Reads a key back; `bytes` and `types` as {@link OperationKeyEncoder} wrote them. */
export function decodeOperationKey(bytes: Uint8Array, types: Uint8Array): EncodedPart[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: EncodedPart[] = [];
  let at = 4;
  while (bytes[at] !== NAME_MARK) {
    const size = bytes[at + 1]! + bytes[at + 2]! * 256;
    const slot = bytes[at]! - 1;
    parts.push({ slot, type: types[parts.length]!, text: text.toString('utf8', at + 3, at + 3 + size) });
    at += 3 + size;
  }
  let nameEnd = bytes.length;
  while (bytes[nameEnd - 1] === 0) nameEnd--;
  parts.push({ slot: -1, type: TEXT_TYPE.string, text: text.toString('utf8', at + 1, nameEnd - 1) });
  return parts;
}

/** The value that an attribute had before it became text. */
export function encodedValue(part: EncodedPart): AttributeValue {
  if (part.type === TEXT_TYPE.bool) return part.text === 'true';
  if (part.type === TEXT_TYPE.double) return Number(part.text);
  if (part.type !== TEXT_TYPE.int) return part.text;
  const value = Number(part.text);
  return Number.isSafeInteger(value) ? value : BigInt(part.text);
}

function textType(value: AttributeValue): number {
  if (typeof value === 'boolean') return TEXT_TYPE.bool;
  if (typeof value === 'bigint') return TEXT_TYPE.int;
  if (typeof value !== 'number') return TEXT_TYPE.string;
  return Number.isSafeInteger(value) ? TEXT_TYPE.int : TEXT_TYPE.double;
}
