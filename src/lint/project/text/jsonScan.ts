/** A value of JSON in its text, or a property of an object: its children are the key and the value. */
export interface JsonValue {
  readonly type: 'object' | 'array' | 'property' | 'string' | 'number' | 'boolean' | 'null';
  /** Of what has no children. */
  readonly value?: unknown;
  readonly offset: number;
  readonly length: number;
  readonly children?: readonly JsonValue[] | undefined;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
const SPACE = /[\s,:]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[^\s,\]}]+/y;

/**
 * The value that a text is, which is known to be strict JSON. What is in it is looked for when it is asked for: of a
 * manifest that is a few sections, and a parser that keeps each place is most of the time to read hundreds.
 */
export function scanJson(text: string): JsonValue {
  return new ScannedValue(text, after(SPACE, text, 0));
}

/** A value in a text that is known to be JSON. */
class ScannedValue implements JsonValue {
  readonly length: number;
  private known: readonly JsonValue[] | undefined;

  constructor(
    private readonly text: string,
    readonly offset: number,
  ) {
    this.length = endOf(text, offset) - offset;
  }

  get type(): JsonValue['type'] {
    switch (this.text[this.offset]) {
      case '{':
        return 'object';
      case '[':
        return 'array';
      case '"':
        return 'string';
      case 't':
      case 'f':
        return 'boolean';
      case 'n':
        return 'null';
      default:
        return 'number';
    }
  }

  get value(): unknown {
    if (this.children !== undefined) return undefined;
    return JSON.parse(this.text.slice(this.offset, this.offset + this.length)) as unknown;
  }

  get children(): readonly JsonValue[] | undefined {
    const { type } = this;
    if (type !== 'object' && type !== 'array') return undefined;
    return (this.known ??= type === 'array' ? this.values() : this.properties());
  }

  private values(): ScannedValue[] {
    const { text } = this;
    const found: ScannedValue[] = [];
    const end = this.offset + this.length - 1;
    for (let at = after(SPACE, text, this.offset + 1); at < end;) {
      const value = new ScannedValue(text, at);
      found.push(value);
      at = after(SPACE, text, at + value.length);
    }
    return found;
  }

  private properties(): JsonValue[] {
    const values = this.values();
    return values.flatMap((key, i): JsonValue[] => {
      const value = values[i + 1];
      if (i % 2 !== 0 || value === undefined) return [];
      const length = value.offset + value.length - key.offset;
      return [{ type: 'property', offset: key.offset, length, children: [key, value] }];
    });
  }
}

function endOf(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return after(STRING, text, start);
  if (first !== '{' && first !== '[') return after(WORD, text, start);
  let depth = 0;
  TOKEN.lastIndex = start;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth === 0) return TOKEN.lastIndex;
  }
  return text.length;
}

/** Where something ends that begins at an offset. */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
