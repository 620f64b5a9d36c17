import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { itemsOf } from '../../formats/recordValues';

/** How the values of an attribute are kept; one that some write as text and others as number has several. */
export type KeyType = 'string' | 'number' | 'bool';

/** Where an attribute was found. */
export type KeyScope = 'attribute' | 'resource';

/** What SigNoz knows of the attributes that spans have had. */
export class FieldKeys {
  private readonly types = new Map<string, Set<KeyType>>();

  /**
   * @param keys of `/api/v1/fields/keys`: lists of `{name, fieldContext, fieldDataType}` by name.
   * @param isComplete whether these are all that there are.
   */
  constructor(
    keys: unknown,
    readonly isComplete: boolean,
  ) {
    if (!isObject(keys)) return;
    for (const [name, entries] of Object.entries(keys)) for (const entry of itemsOf(entries)) this.add(name, entry);
  }

  /** The types of an attribute; none where it is not known. */
  typesOf(scope: KeyScope, name: string): ReadonlySet<KeyType> {
    return this.types.get(`${scope}.${name}`) ?? new Set();
  }

  has(scope: KeyScope, name: string): boolean {
    return this.types.has(`${scope}.${name}`);
  }

  /** As TraceQL writes them. */
  names(): string[] {
    return [...this.types.keys()].map((key) => key.replace(/^attribute\./, 'span.')).sort();
  }

  private add(name: string, entry: unknown): void {
    if (!isObject(entry)) return;
    const scope = scopeOf(entry);
    if (scope === undefined) return;
    const key = `${scope}.${name}`;
    const types = this.types.get(key) ?? new Set<KeyType>();
    types.add(typeOf(entry.fieldDataType));
    this.types.set(key, types);
  }
}

function scopeOf({ fieldContext }: JsonObject): KeyScope | undefined {
  if (fieldContext === 'resource') return 'resource';
  return fieldContext === 'attribute' || fieldContext === 'tag' ? 'attribute' : undefined;
}

function typeOf(dataType: unknown): KeyType {
  if (dataType === 'bool') return 'bool';
  return typeof dataType === 'string' && /^(number|u?int|float)/.test(dataType) ? 'number' : 'string';
}
