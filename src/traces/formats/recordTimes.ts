import { scaledDecimal } from '../../base/decimal';

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/** What units of time are in nanoseconds, as powers of ten. */
export const NANOS_POWER = 0;
export const MICROS_POWER = 3;
export const MILLIS_POWER = 6;
export const SECONDS_POWER = 9;
const POWERS = Array.from({ length: SECONDS_POWER + 1 }, (_, power) => 10n ** BigInt(power));

/**
 * A decimal number (as a number, a bigint or a text) times 10^power, exactly: `nanosOf("1478293361.271", SECONDS_POWER)`.
 * What is below a nanosecond is cut off. Undefined if it is no decimal number.
 */
export function nanosOf(value: unknown, power: number): bigint | undefined {
  if (typeof value === 'bigint') return value * POWERS[power]!;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value) * POWERS[power]!;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return scaledDecimal(String(value), power)?.value;
}

/** Microseconds since the epoch, or of a duration, in nanoseconds; undefined if it is no number. */
export function nanosOfMicros(value: unknown): bigint | undefined {
  return nanosOf(value, MICROS_POWER);
}

/** A time in ISO 8601 with any number of decimals, in UTC where it names no zone; undefined if it is none. */
export function nanosOfIso(value: unknown): bigint | undefined {
  if (typeof value !== 'string') return undefined;
  const match = ISO.exec(value.trim());
  if (match === null) return undefined;
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const offset = /^[+-]/.test(zone)
    ? zone.replace(/^([+-]\d\d):?(\d\d)?$/, (_, h: string, m?: string) => `${h}:${m ?? '00'}`)
    : 'Z';
  const milliseconds = Date.parse(`${date}T${time}${offset}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
