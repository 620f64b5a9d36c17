/** Types of ClickHouse that parameters here have. */
export type SqlType = 'String' | 'Int64' | 'Float64' | 'Array(String)';

type SqlValue = string | number | bigint | readonly string[];

/**
 * The parameters of one query. What comes from users and spans goes into SQL through these alone: the text of a query
 * holds `{p0:String}`, and the server puts in the value after it has parsed the text.
 */
export class SqlParameters {
  private readonly known = new Map<string, string>();
  private readonly values: string[] = [];

  /** Binds a value. @returns what stands for it in the text of the query; the same for the same value. */
  bind(type: SqlType, value: SqlValue): string {
    const text =
      typeof value === 'object' ? listText(value) : type === 'String' ? escaped(String(value)) : String(value);
    const key = `${type} ${text}`;
    let placeholder = this.known.get(key);
    if (placeholder === undefined) {
      placeholder = `{p${this.values.push(text) - 1}:${type}}`;
      this.known.set(key, placeholder);
    }
    return placeholder;
  }

  text(value: string): string {
    return this.bind('String', value);
  }

  texts(values: readonly string[]): string {
    return this.bind('Array(String)', values);
  }

  /** A 64-bit integer. */
  integer(value: number | bigint): string {
    return this.bind('Int64', value);
  }

  /** As the HTTP interface takes them: `param_p0` and so on. */
  get query(): Record<string, string> {
    return Object.fromEntries(this.values.map((value, index) => [`param_p${index}`, value]));
  }
}

/**
 * A list of ids as SQL writes it: in the text of the query, since parameters travel in the address, which is short.
 *
 * @throws RangeError for anything but hex digits, which could not be anything else in SQL.
 */
export function hexList(ids: readonly string[]): string {
  const odd = ids.find((id) => !/^[0-9a-f]+$/.test(id));
  if (odd !== undefined) throw new RangeError(`${odd} is no id`);
  return `(${ids.map((id) => `'${id}'`).join(',')})`;
}

/** A name of a database, table or column as SQL writes it. */
export function quotedName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

/** Parameters are read like a field of a tab-separated file. */
function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0\b\f]/g, (character) => ESCAPES[character]!);
}

function listText(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value.replace(/[\\'\t\n\r\0\b\f]/g, (one) => ESCAPES[one]!)}'`);
  return `[${quoted.join(',')}]`;
}
