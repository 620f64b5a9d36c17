import { wrongType, type WireReader } from './wire';

/** Tags of KeyValue. */
const TAG = { key: 0x0a, value: 0x12 } as const;

/**
 * Finds key and value in `KeyValue` messages without making objects. Fields may come in any order and repeatedly; the
 * last one wins, as protobuf wants.
 */
export class KeyValueReader {
  keyFrom = 0;
  keyTo = 0;
  /** Where the content of the value (AnyValue) lies; empty if there is none. */
  valueFrom = 0;
  valueTo = 0;

  /** @param reader whose bytes are looked at. */
  constructor(private readonly reader: WireReader) {}

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
}
