import { SpanlightError } from '../../base/errors';
import { KNOWN_KEY, KNOWN_KEYS, KNOWN_TEXT } from './knownKeys';
import { WireReader } from './wire';

/** `Span.attributes`. */
const ATTRIBUTES = 0x4a;

/** Looks whether spans have an attribute of one of some names, without decoding them: far cheaper, and most have not. */
export class ColdKeySearch {
  private readonly texts: readonly Buffer[];
  private readonly numbers: ReadonlySet<number>;
  private readonly buffer: Buffer;
  private readonly reader: WireReader;

  /** @param cold the cold bytes of a batch. */
  constructor(
    private readonly cold: Uint8Array,
    names: readonly string[],
  ) {
    this.texts = names.map((name) => Buffer.from(name));
    this.numbers = new Set(names.map((name) => KNOWN_KEYS.indexOf(name)).filter((number) => number >= 0));
    this.buffer = Buffer.from(cold.buffer, cold.byteOffset, cold.byteLength);
    this.reader = new WireReader(cold);
  }

  /** False if the span whose bytes lie at `from .. to` has none of them; true may be wrong. */
  mayBeAt(from: number, to: number): boolean {
    const bytes = this.buffer.subarray(from, to);
    return (this.numbers.size > 0 && this.hasNumber(from, to)) || this.texts.some((text) => bytes.includes(text));
  }

  private hasNumber(from: number, to: number): boolean {
    const { reader, numbers, cold } = this;
    reader.reset(cold, from, to);
    try {
      while (reader.at < to) {
        const tag = reader.tag();
        if (tag !== KNOWN_TEXT && tag !== ATTRIBUTES) {
          reader.skip(tag);
          continue;
        }
        const end = reader.contentEnd();
        const isNumber = tag === KNOWN_TEXT || cold[reader.at++] === KNOWN_KEY;
        if (isNumber && numbers.has(reader.int32())) return true;
        reader.at = end;
      }
      return false;
    } catch (error) {
      if (error instanceof SpanlightError) return true;
      throw error;
    }
  }
}
