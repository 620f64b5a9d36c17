import { Fingerprint } from '../base/tables/fingerprint';
import { FingerprintTable } from '../base/tables/fingerprintTable';
import { hashText } from '../base/tables/hash';
import { WordArena } from '../base/tables/wordArena';
import { attributeText, NO_ATTRIBUTES, type Attributes } from './attributes';
import { OPERATION_ATTRIBUTES, SPAN_KINDS, type OperationId, type OperationKey } from './operation';
import {
  decodeOperationKey,
  encodedValue,
  openKey,
  OperationKeyEncoder,
  type EncodedKey,
  type OpenKey,
} from './operationKeyEncoder';

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
 * Gives every distinct {@link OperationKey} a small number that stays for the life of the table. Keys are kept as their
 * encoded bytes and found by the fingerprint of these; `OperationKey` objects are made when somebody asks for them.
 */
export class OperationTable {
  /** For {@link internEncoded}: write a key here, then intern it. */
  readonly encoder: OperationKeyEncoder;
  /** Interning calls that ended in the overflow row. */
  overflowed = 0;

  private readonly contexts = new Map<string, number>();
  private readonly contextNames: { readonly service: string; readonly scope: string }[] = [];
  private readonly keys: (OperationKey | undefined)[] = [];
  private readonly ids: (OperationId | undefined)[] = [];
  private readonly resources: (() => Attributes)[] = [];
  private readonly fingerprint = new Fingerprint();
  private readonly numbers = new FingerprintTable();
  private readonly encoded = new WordArena();
  /** Per key its place in {@link encoded}. */
  private readonly places: number[] = [];
  private overflowIndex = -1;

  constructor(private readonly limit: number = MAX_OPERATIONS) {
    this.encoder = new OperationKeyEncoder(this.encoded);
  }

  get size(): number {
    return this.keys.length;
  }

  /** The number of `key`; equal identities give equal numbers. */
  intern(key: OperationKey): number {
    const encoder = this.encoder;
    encoder.key(this.context(key.service, key.scope), key);
    if (encoder.tooLong) return this.overflow();
    const known = this.find();
    if (known >= 0) return known;
    if (this.isFull()) return this.overflow();
    const index = this.append(() => key.resource);
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
    const known = this.find();
    if (known >= 0) return known;
    if (encoder.hasHighBit) return this.internText(resource);
    return this.isFull() ? this.overflow() : this.append(resource);
  }

  /** As {@link internEncoded}, for a key that was encoded elsewhere. */
  internKey(key: EncodedKey, resource: () => Attributes): number {
    const { fingerprint } = this;
    fingerprint.first = key.first;
    fingerprint.second = key.second;
    const known = this.numbers.find(fingerprint);
    if (known >= 0) return known;
    if (this.isFull()) return this.overflow();
    this.encoder.take(key);
    return this.append(resource);
  }

  /** Both seeds of the fingerprints of keys. */
  get seeds(): readonly [number, number] {
    return [this.fingerprint.firstSeed, this.fingerprint.secondSeed];
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

  /** Counts rows of the overflow operation that were recognised without asking here. */
  countOverflow(rows: number): void {
    this.overflowed += rows;
  }

  /** Bytes that are not UTF-8 become text first: what reads the same is the same operation. */
  private internText(resource: () => Attributes): number {
    return this.intern(this.decodeFrom(this.encoder.open(), resource));
  }

  private isFull(): boolean {
    return this.keys.length >= this.limit || this.encoded.length >= MAX_WORDS;
  }

  /** The number of the key in {@link encoder}, or -1. */
  private find(): number {
    const { encoder, fingerprint } = this;
    fingerprint.start();
    fingerprint.bytes(this.encoded.view, encoder.base, encoder.base + encoder.length);
    fingerprint.finish();
    return this.numbers.find(fingerprint);
  }

  /** Adds the key in {@link encoder}, which {@link find} did not find. */
  private append(resource: () => Attributes): number {
    this.numbers.add(this.fingerprint, this.keys.length);
    return this.add(this.encoder.keep(), undefined, resource);
  }

  private add(place: number, key: OperationKey | undefined, resource: () => Attributes): number {
    this.places.push(place);
    this.ids.push(undefined);
    this.resources.push(resource);
    return this.keys.push(key) - 1;
  }

  private decode(index: number): OperationKey {
    return this.decodeFrom(openKey(this.encoded.at(this.places[index]!)), this.resources[index]!);
  }

  private decodeFrom({ bytes, types }: OpenKey, resource: () => Attributes): OperationKey {
    const head = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const parts = decodeOperationKey(bytes, types);
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
  if (attributes.length > 1) attributes.sort();
  return [key.service, key.scope, key.kind, key.name, ...attributes].join('\u0000');
}
