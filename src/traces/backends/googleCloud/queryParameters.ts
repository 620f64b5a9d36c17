/** A value of a query, which never stands in its text. */
export type QueryValue = string | number | bigint | readonly string[];

/** The values of one query by the names that stand for them in its text: `@p0`. Equal values have one name. */
export class QueryParameters {
  private readonly known = new Map<string, { readonly name: string; readonly value: QueryValue }>();

  /** What stands in the text for a value. */
  add(value: QueryValue): string {
    const key = `${typeOf(value)} ${Array.isArray(value) ? JSON.stringify(value) : String(value)}`;
    const entry = this.known.get(key) ?? { name: `p${this.known.size}`, value };
    this.known.set(key, entry);
    return `@${entry.name}`;
  }

  /** As BigQuery's API takes them (`QueryParameter`). */
  list(): object[] {
    return [...this.known.values()].map(({ name, value }) => {
      const type = typeOf(value);
      if (type !== 'ARRAY') {
        return { name, parameterType: { type }, parameterValue: { value: String(value) } };
      }
      const arrayValues = (value as readonly string[]).map((one) => ({ value: one }));
      return { name, parameterType: { type, arrayType: { type: 'STRING' } }, parameterValue: { arrayValues } };
    });
  }
}

function typeOf(value: QueryValue): 'STRING' | 'INT64' | 'FLOAT64' | 'ARRAY' {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'bigint') return 'INT64';
  return typeof value === 'number' ? 'FLOAT64' : 'ARRAY';
}
