import { NO_ATTRIBUTES, type Attributes, type AttributeValue } from '../../model/attributes';
import { KNOWN_KEY, KNOWN_KEYS } from './knownKeys';
import type { WireReader } from './wire';
import { malformed } from './wire';

/** Deeper nesting is shown as a text that says so. */
const MAX_DEPTH = 32;
const TOO_DEEP = `(nested more than ${MAX_DEPTH} deep)`;

/** Tags of KeyValue, and of ArrayValue and KeyValueList, which both have their values in field 1. */
const KEY = 0x0a;
const VALUE = 0x12;
const VALUES = 0x0a;

/** Decodes OTLP's attributes into values; for what is shown, not for the hot path. Bytes that are no UTF-8 become U+FFFD. */
export class AttributeReader {
  private readonly view: DataView;
  private readonly buffer: Buffer;

  constructor(readonly reader: WireReader) {
    const { bytes } = reader;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A string field's content; the reader is behind it afterwards. */
  text(): string {
    const end = this.reader.contentEnd();
    const text = this.buffer.toString('utf8', this.reader.at, end);
    this.reader.at = end;
    return text;
  }

  /** Reads the content of a length-delimited field with `read`, which is called before every tag in it. */
  message(read: (tag: number) => void): void {
    const { reader } = this;
    const end = reader.contentEnd();
    const outer = reader.end;
    reader.end = end;
    while (reader.at < end) read(reader.tag());
    if (reader.at !== end) throw malformed('a field that goes beyond its message', reader.at);
    reader.end = outer;
  }

  /** The content of a field that is a known key and a text, put into `into`. */
  knownText(into: Map<string, AttributeValue>): void {
    const { reader } = this;
    const end = reader.contentEnd();
    const key = KNOWN_KEYS[reader.int32()] ?? '';
    into.set(key, this.buffer.toString('utf8', reader.at, end));
    reader.at = end;
  }

  /** As {@link keyValue}, for an attribute in cold bytes, which may say its key by a number. */
  coldAttribute(into: Map<string, AttributeValue>): void {
    this.keyValue(into, 0, KNOWN_KEYS);
  }

  /**
   * A KeyValue field's content, put into `into`.
   * @param known keys that it may say by their number.
   */
  keyValue(into: Map<string, AttributeValue>, depth = 0, known: readonly string[] = []): void {
    let key = '';
    let value: AttributeValue = null;
    this.message((tag) => {
      if (tag === KEY) key = this.text();
      else if (tag === KNOWN_KEY && known.length > 0) key = known[this.reader.int32()] ?? '';
      else if (tag === VALUE) value = this.value(depth);
      else this.reader.skip(tag);
    });
    into.set(key, value);
  }

  /** An AnyValue field's content; null if no case is set. */
  value(depth = 0): AttributeValue {
    let value: AttributeValue = null;
    this.message((tag) => {
      value = this.valueCase(tag, depth) ?? value;
    });
    return value;
  }

  private valueCase(tag: number, depth: number): AttributeValue | undefined {
    const { reader } = this;
    switch (tag) {
      case 0x0a:
        return this.text();
      case 0x10:
        reader.varint64();
        return reader.low !== 0 || reader.high !== 0;
      case 0x18:
        reader.varint64();
        return integer(reader.signed());
      case 0x21: {
        const at = reader.at;
        reader.fixed64();
        return this.view.getFloat64(at, true);
      }
      case 0x2a:
        return this.nested(tag, depth, () => this.list(depth + 1));
      case 0x32:
        return this.nested(tag, depth, () => this.keyValueList(depth + 1));
      case 0x3a: {
        const end = reader.contentEnd();
        const bytes = reader.bytes.slice(reader.at, end);
        reader.at = end;
        return bytes;
      }
      default:
        reader.skip(tag);
        return undefined;
    }
  }

  private nested(tag: number, depth: number, read: () => AttributeValue): AttributeValue {
    if (depth < MAX_DEPTH) return read();
    this.reader.skip(tag);
    return TOO_DEEP;
  }

  private list(depth: number): AttributeValue {
    const values: AttributeValue[] = [];
    this.message((tag) => {
      if (tag === VALUES) values.push(this.value(depth));
      else this.reader.skip(tag);
    });
    return values;
  }

  private keyValueList(depth: number): AttributeValue {
    const values = new Map<string, AttributeValue>();
    this.message((tag) => {
      if (tag === VALUES) this.keyValue(values, depth);
      else this.reader.skip(tag);
    });
    return Object.fromEntries(values);
  }
}

/** Collects attributes; {@link NO_ATTRIBUTES} if there are none. */
export class AttributeCollector {
  private map: Map<string, AttributeValue> | undefined;

  get into(): Map<string, AttributeValue> {
    return (this.map ??= new Map());
  }

  get result(): Attributes {
    return this.map ?? NO_ATTRIBUTES;
  }
}

/** A number where it is exact. */
function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
