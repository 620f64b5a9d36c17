import { isObject } from '../../otlp/jsonFields';

/** How the values of a field can be asked for. */
export type FieldType = 'keyword' | 'number' | 'boolean' | 'date';

/** A field whose values are indexed as wholes: they can be compared, counted and grouped by. */
export interface IndexedField {
  readonly name: string;
  readonly type: FieldType;
  /** Texts that are too long may not be indexed: who asks whether the field is there does not find those. */
  readonly isCut: boolean;
}

const TYPES: Readonly<Record<string, FieldType>> = {
  keyword: 'keyword',
  constant_keyword: 'keyword',
  wildcard: 'keyword',
  long: 'number',
  integer: 'number',
  short: 'number',
  byte: 'number',
  unsigned_long: 'number',
  double: 'number',
  float: 'number',
  half_float: 'number',
  scaled_float: 'number',
  version: 'keyword',
  boolean: 'boolean',
  date: 'date',
  date_nanos: 'date',
};
/** Types of objects whose fields the mapping does not list. */
const FLATTENED: readonly string[] = ['flat_object', 'flattened'];
/** What the mappings of texts that nobody has mapped call the subfield that holds the whole text. */
const WHOLE = '.keyword';

/** The field of documents that an indexed field is made of: a subfield has the whole texts of the one it lies in. */
export function documentField(name: string): string {
  return name.endsWith(WHOLE) ? name.slice(0, -WHOLE.length) : name;
}

/** The fields that an index pattern has, as `_field_caps` tells of them: types are those of all indices together. */
export class FieldCatalog {
  private readonly types = new Map<string, readonly string[]>();

  /** @param answer of `_field_caps`; what is of another shape counts as no fields. */
  constructor(answer: unknown) {
    const fields = isObject(answer) && isObject(answer.fields) ? answer.fields : {};
    for (const [name, types] of Object.entries(fields)) {
      if (isObject(types)) this.types.set(name, Object.keys(types));
    }
  }

  /** Names below a prefix of the fields that can be asked for. */
  *below(prefix: string): Generator<string> {
    for (const name of this.types.keys()) {
      const isSubfield = name.endsWith(WHOLE) && this.types.has(name.slice(0, -WHOLE.length));
      if (name.startsWith(prefix) && !isSubfield && this.indexed(name, false) !== undefined) yield name;
    }
  }

  /**
   * The field by which to ask for values of `name`: itself, or the subfield that holds its texts as wholes. Undefined where
   * there is none, or where indices do not agree on its type.
   *
   * @param isCut whether templates commonly index only short texts of it.
   */
  indexed(name: string, isCut: boolean): IndexedField | undefined {
    const type = this.typeOf(name);
    if (type !== undefined) return { name, type, isCut: isCut && type === 'keyword' };
    const whole = this.typeOf(name + WHOLE);
    return whole === undefined ? undefined : { name: name + WHOLE, type: whole, isCut: true };
  }

  /**
   * Whether documents may have the field although it cannot be asked for: indices do not agree on its type, it is an
   * object, or it lies within one whose fields are not known by name.
   */
  isUnsure(name: string): boolean {
    if (this.types.has(name)) return this.indexed(name, false) === undefined;
    for (let at = name.indexOf('.'); at > 0; at = name.indexOf('.', at + 1)) {
      const types = this.types.get(name.slice(0, at)) ?? [];
      if (types.some((type) => FLATTENED.includes(type))) return true;
    }
    return false;
  }

  private typeOf(name: string): FieldType | undefined {
    // An index without the field may be listed as `unmapped`.
    const types = (this.types.get(name) ?? []).filter((type) => type !== 'unmapped');
    const found = new Set(types.map((type) => TYPES[type]));
    return found.size === 1 ? found.values().next().value : undefined;
  }
}
