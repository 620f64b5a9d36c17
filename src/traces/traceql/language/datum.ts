/** A value of the enumerations that TraceQL has words for; each exists once, so they are compared by identity. */
export class Keyword {
  constructor(
    readonly type: 'status' | 'kind',
    readonly name: string,
  ) {}
}

/** By OTLP's StatusCode. */
export const STATUSES: readonly Keyword[] = ['unset', 'ok', 'error'].map((name) => new Keyword('status', name));

/** By OTLP's SpanKind. */
export const KINDS: readonly Keyword[] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'].map(
  (name) => new Keyword('kind', name),
);

/** One value of a span. Integers beyond 2^53 are `bigint`; durations are nanoseconds. */
export type Scalar = string | number | bigint | boolean | Keyword;

/** What a field of a span is: undefined where the span does not have it, or has something that cannot be compared. */
export type Datum = Scalar | readonly Scalar[] | undefined;

/** Whether a value is several values. */
export function isList(value: Datum): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** Whether a value is a number of any size. */
export function isNumber(value: Datum): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** The value as text: of labels and of group names. */
export function datumText(value: Datum): string {
  if (value === undefined) return 'nil';
  if (value instanceof Keyword) return value.name;
  return isList(value) ? `[${value.map(datumText).join(', ')}]` : String(value);
}

/** A text that is equal for equal values and differs for values of different types. */
export function datumKey(value: Datum): string {
  if (isList(value)) return `[${value.map((item) => datumKey(item)).join(',')}]`;
  return `${value instanceof Keyword ? value.type : typeof value}:${datumText(value)}`;
}

/** A text as the number or condition that it says, where it is to be compared with one; anything else as it is. */
export function likened(value: Datum, other: Datum): Datum {
  if (typeof value !== 'string') return value;
  if (typeof other === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (!isNumber(other) || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(value) ? number : BigInt(value);
}
