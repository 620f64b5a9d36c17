/** What a value may be; instants are in ISO 8601 to 100 ns, so that they compare as texts. */
export type KqlValue = unknown;
export type KqlRow = Readonly<Record<string, KqlValue>>;
/** An expression of a row. */
export type KqlExpression = (row: KqlRow) => KqlValue;

/** Neither there nor not: what KQL calls null, and for texts empty. */
export function isNull(value: KqlValue): boolean {
  return value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value));
}

export function isEmpty(value: KqlValue): boolean {
  return isNull(value) || value === '';
}

export function toText(value: KqlValue): string {
  if (isNull(value)) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function toNumber(value: KqlValue): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isNaN(number) ? null : number;
}

export function toBool(value: KqlValue): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const text = toText(value).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** Less than 0, 0, or more; undefined where there is nothing to compare. */
export function compared(a: KqlValue, b: KqlValue): number | undefined {
  if (isNull(a) || isNull(b)) return undefined;
  if (typeof a !== typeof b)
    throw new SyntaxError(`SEM0064: Cannot compare values of types ${typeof a} and ${typeof b}`);
  const [left, right] = [a as number, b as number];
  return left < right ? -1 : left > right ? 1 : 0;
}
