import { hashText } from '../base/hash';
import { mixHash } from '../base/byteInterner';
import { attributeText, NO_ATTRIBUTES, type Attributes } from './attributes';
import { OPERATION_ATTRIBUTES, SPAN_KINDS, type OperationId, type OperationKey } from './operation';
import { decodeOperationKey, encodedValue, OperationKeyEncoder } from './operationKeyEncoder';

/** Beyond this many operations (names with ids in them, most often) further ones share one overflow row per table. */
const MAX_OPERATIONS = 50_000;
/** The same by size, in 4-byte words: 32 MiB. */
const MAX_WORDS = 8 * 1024 * 1024;

const OVERFLOW_KEY: OperationKey = {
  service: '',
  resource: NO_ATTRIBUTES,
  scope: '',
  kind: 'UNSPECIFIED',
  name: '(other operations)',
  attributes: NO_ATTRIBUTES,
};

/**
 * Gives every distinct {@link OperationKey} a small number that stays for the life of the table. Keys are found by their
 * encoded bytes in a hash table with open addressing; `OperationKey` objects are made when somebody asks for them.
 */
export class OperationTable {
  /** For {@link internEncoded}: write a key here, then intern it. */
  readonly encoder = new OperationKeyEncoder();
  /** Interning calls that ended in the overflow row. */
  overflowed = 0;

  private readonly contexts = new Map<string, number>();
  private readonly contextNames: { readonly service: string; readonly scope: string }[] = [];
  private readonly keys: (OperationKey | undefined)[] = [];
  private readonly ids: (OperationId | undefined)[] = [];
  private readonly resources: (() => Attributes)[] = [];
  /** Per key its place in {@link arena}. */
  private readonly places: number[] = [];
  /** Per key, in words: its index, its length, the key, the types of its attributes. */
  private arena = new Uint32Array(4096);
  private arenaLength = 1;
  /** Pairs of a key's hash and its place in the arena; place 0 is empty. Side by side: one cache line each. */
  private slots = new Uint32Array(2048);
  private overflowIndex = -1;
  /** Against keys that were made to collide. */
  private readonly seed = Math.floor(Math.random() * 0xffff_ffff);

  constructor(private readonly limit: number = MAX_OPERATIONS) {}

  get size(): number {
    return this.keys.length;
  }

  /** The number of `key`; equal identities give equal numbers. */
  intern(key: OperationKey): number {
    const encoder = this.encoder;
    encoder.key(this.context(key.service, key.scope), key);
    if (encoder.tooLong) return this.overflow();
    const hash = this.hash(encoder.words, 0, encoder.length / 4);
    const known = this.find(hash, encoder.length / 4);
    if (known >= 0) return known;
    if (this.isFull()) return this.overflow();
    const index = this.append(hash, () => key.resource);
    this.keys[index] = key;
    return index;
  }

  /**
   * The number of the key in {@link encoder}.
   * @param resource attributes of the span's resource, asked for at most once and only if the operation is new.
   */
  internEncoded(resource: () => Attributes): number {
    const encoder = this.encoder;
    if (encoder.tooLong) return this.overflow();
    const words = encoder.length / 4;
    const hash = this.hash(encoder.words, 0, words);
    const known = this.find(hash, words);
    if (known >= 0) return known;
    if (hasHighBit(encoder.words, words)) return this.internText(resource);
    return this.isFull() ? this.overflow() : this.append(hash, resource);
  }

  /** The number of a pair of service and scope, for {@link OperationKeyEncoder.start}; -1 if there are too many. */
  context(service: string, scope: string): number {
    const name = `${service}\u0000${scope}`;
    const known = this.contexts.get(name);
    if (known !== undefined) return known;
    if (this.contextNames.length >= this.limit) return -1;
    this.contexts.set(name, this.contextNames.length);
    return this.contextNames.push({ service, scope }) - 1;
  }

  key(index: number): OperationKey {
    return (this.keys[index] ??= this.decode(index));
  }

  id(index: number): OperationId {
    return (this.ids[index] ??= index === this.overflowIndex ? overflowId() : operationId(this.key(index)));
  }

  /** Whether the rows of this operation carry their own name and kind in the cold bytes. */
  isOverflow(index: number): boolean {
    return index === this.overflowIndex;
  }

  /** The number of the overflow row, counted as used. */
  overflow(): number {
    this.overflowed++;
    if (this.overflowIndex < 0) this.overflowIndex = this.add(0, OVERFLOW_KEY, () => NO_ATTRIBUTES);
    return this.overflowIndex;
  }

  /** Bytes that are not UTF-8 become text first: what reads the same is the same operation. */
  private internText(resource: () => Attributes): number {
    const encoder = this.encoder;
    const bytes = encoder.bytes.slice(0, encoder.length);
    const key = this.decodeFrom(bytes, 0, bytes.length, encoder.types, resource);
    return this.intern(key);
  }

  private isFull(): boolean {
    return this.keys.length >= this.limit || this.arenaLength >= MAX_WORDS;
  }

  /** Two lanes, so that one multiplication need not wait for the other. */
  private hash(words: Uint32Array, from: number, count: number): number {
    let a = this.seed;
    let b = count;
    const end = from + count;
    let at = from;
    for (; at + 1 < end; at += 2) {
      a = Math.imul(a ^ words[at]!, 0x9e3779b1);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b ^ words[at + 1]!, 0x85ebca77);
      b = (b << 15) | (b >>> 17);
    }
    if (at < end) a = Math.imul(a ^ words[at]!, 0x9e3779b1);
    return mixHash(a ^ Math.imul(b, 0xc2b2ae3d));
  }

  /** The index of the key in the encoder, or -1. */
  private find(hash: number, count: number): number {
    const { slots, arena } = this;
    const words = this.encoder.words;
    const mask = slots.length - 1;
    for (let slot = (hash * 2) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] !== hash) continue;
      const place = slots[slot + 1]!;
      if (arena[place + 1] !== count) continue;
      const start = place + 2;
      let same = 0;
      while (same < count && arena[start + same] === words[same]) same++;
      if (same === count) return arena[place]!;
    }
    return -1;
  }

  private append(hash: number, resource: () => Attributes): number {
    const { encoder } = this;
    const words = encoder.length / 4;
    const typeWords = Math.ceil(encoder.typeCount / 4);
    this.growArena(2 + words + typeWords);
    const { arena, arenaLength: place } = this;
    const index = this.add(place, undefined, resource);
    arena[place] = index;
    arena[place + 1] = words;
    arena.set(encoder.words.subarray(0, words), place + 2);
    new Uint8Array(arena.buffer).set(encoder.types.subarray(0, encoder.typeCount), (place + 2 + words) * 4);
    this.arenaLength += 2 + words + typeWords;
    if (this.keys.length * 4 > this.slots.length) this.rehash();
    else put(this.slots, hash, place);
    return index;
  }

  private add(place: number, key: OperationKey | undefined, resource: () => Attributes): number {
    this.places.push(place);
    this.ids.push(undefined);
    this.resources.push(resource);
    return this.keys.push(key) - 1;
  }

  private growArena(words: number): void {
    if (this.arenaLength + words <= this.arena.length) return;
    const larger = new Uint32Array(Math.max(this.arena.length * 2, this.arenaLength + words));
    larger.set(this.arena);
    this.arena = larger;
  }

  private rehash(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (const [index, place] of this.places.entries()) {
      if (index === this.overflowIndex) continue;
      put(this.slots, this.hash(this.arena, place + 2, this.arena[place + 1]!), place);
    }
  }

  private decode(index: number): OperationKey {
    const bytes = new Uint8Array(this.arena.buffer);
    const place = this.places[index]!;
    const start = (place + 2) * 4;
    const end = start + this.arena[place + 1]! * 4;
    return this.decodeFrom(bytes, start, end, bytes.subarray(end), this.resources[index]!);
  }

  private decodeFrom(
    bytes: Uint8Array,
    start: number,
    end: number,
    types: Uint8Array,
    resource: () => Attributes,
  ): OperationKey {
    const head = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0, true);
    const parts = decodeOperationKey(bytes, start, end, types);
    const attributes = parts
      .slice(0, -1)
      .map((part) => [OPERATION_ATTRIBUTES[part.slot]!, encodedValue(part)] as const);
    return {
      ...this.contextNames[head >>> 3]!,
      resource: resource(),
      kind: SPAN_KINDS[head & 7]!,
      name: parts.at(-1)!.text,
      attributes: attributes.length === 0 ? NO_ATTRIBUTES : new Map(attributes),
    };
  }
}

/** The id an operation has in every table. */
export function operationId(key: OperationKey): OperationId {
  return hashText(operationIdentity(key)) as OperationId;
}

function overflowId(): OperationId {
  return hashText('overflow') as OperationId;
}

function operationIdentity(key: OperationKey): string {
  const attributes: string[] = [];
  for (const name of key.attributes.keys()) {
    const text = attributeText(key.attributes, name);
    if (text !== undefined) attributes.push(`${name}=${text}`);
  }
  return [key.service, key.scope, key.kind, key.name, ...attributes.sort()].join('\u0000');
}

function put(slots: Uint32Array, hash: number, place: number): void {
  const mask = slots.length - 1;
  let slot = (hash * 2) & mask;
  while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
  slots[slot] = hash;
  slots[slot + 1] = place;
}

function hasHighBit(words: Uint32Array, count: number): boolean {
  let all = 0;
  for (let i = 1; i < count; i++) all |= words[i]!;
  return (all & 0x80808080) !== 0;
}
