const DECIMAL = /^\s*([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/;
/** Longer numbers are none that anybody measured. */
const MAX_DIGITS = 80;

/** A decimal number as an integer of some unit. */
export interface ScaledDecimal {
  /** Cut off towards zero. */
  readonly value: bigint;
  /** Nothing was cut off. */
  readonly exact: boolean;
}

/** The decimal number in `text` (with a sign, decimals or an exponent) times 10^power; undefined if it is none. */
export function scaledDecimal(text: string, power: number): ScaledDecimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null || text.length > MAX_DIGITS) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { value: 0n, exact: true };
  const shift = power + Number(exponent) - fraction.length;
  if (shift > MAX_DIGITS) return undefined;
  const divisor = shift < 0 ? 10n ** BigInt(Math.min(-shift, 2 * MAX_DIGITS)) : 1n;
  const value = shift < 0 ? digits / divisor : digits * 10n ** BigInt(shift);
  return { value: sign === '-' ? -value : value, exact: value * divisor === digits || shift >= 0 };
}
