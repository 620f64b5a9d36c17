import { isNumber, Keyword, type Datum, type Scalar } from './datum';
import type { StaticType, ArithmeticOperator, ComparisonOperator } from './staticTypes';

/** How two values compare; undefined where they cannot be compared. */
export function order(left: Scalar, right: Scalar): number | undefined {
  if (isNumber(left) && isNumber(right))
    return left < right ? -1 : left > right ? 1 : isNaNs(left, right) ? undefined : 0;
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 0 : compareBytes(left, right);
  return undefined;
}

/**
 * Whether a comparison of two single values holds. It does not where one is missing or they are of different types,
 * whatever the operator: `!=` means "is there, and is something else".
 *
 * @param regex of the right side, for `=~` and `!~`.
 */
export function compares(operator: ComparisonOperator, left: Datum, right: Datum, regex?: RegExp): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === '=~') return typeof left === 'string' && regex!.test(left);
  if (operator === '!~') return typeof left === 'string' && !regex!.test(left);
  if (left instanceof Keyword || typeof left === 'boolean') return comparesWords(operator, left, right);
  const difference = order(left as Scalar, right as Scalar);
  if (difference === undefined) return false;
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}

function comparesWords(operator: ComparisonOperator, left: Keyword | boolean, right: Datum): boolean {
  const alike =
    left instanceof Keyword ? right instanceof Keyword && right.type === left.type : typeof right === 'boolean';
  return alike && (operator === '=' ? left === right : operator === '!=' && left !== right);
}

/** The operator with its sides exchanged: `a < b` is `b > a`. */
export function flipped(operator: ComparisonOperator): ComparisonOperator {
  if (operator.startsWith('<')) return operator.replace('<', '>') as ComparisonOperator;
  return operator.startsWith('>') ? (operator.replace('>', '<') as ComparisonOperator) : operator;
}

/**
 * The result of arithmetic; undefined where a side is no number or an integer is divided by zero. Two integers make a
 * 64-bit integer (5 / 2 is 2), everything else a floating-point number.
 */
export function calculate(
  operator: ArithmeticOperator,
  left: Datum,
  right: Datum,
  types: readonly [StaticType, StaticType],
): Datum {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  return isInteger(left, types[0]) && isInteger(right, types[1])
    ? integerResult(operator, left, right)
    : floatResult(operator, Number(left), Number(right));
}

/** `-x`. */
export function negated(value: number | bigint): number | bigint {
  return -value;
}

/** Attributes do not say whether they were sent as integers or as floating-point numbers: whole numbers count as such. */
function isInteger(value: number | bigint, type: StaticType): boolean {
  return type !== 'float' && type !== 'duration' && (typeof value === 'bigint' || Number.isInteger(value));
}

function integerResult(operator: ArithmeticOperator, left: number | bigint, right: number | bigint): Datum {
  if ((operator === '/' || operator === '%') && Number(right) === 0) return undefined;
  if (operator === '^') return floatResult('^', Number(left), Number(right));
  if (typeof left === 'number' && typeof right === 'number') {
    const result = operator === '/' ? Math.trunc(left / right) : floatResult(operator, left, right);
    if (Number.isSafeInteger(result)) return result;
  }
  const wide = BigInt.asIntN(64, wideResult(operator, BigInt(left), BigInt(right)));
  const narrow = Number(wide);
  return Number.isSafeInteger(narrow) ? narrow : wide;
}

function wideResult(operator: Exclude<ArithmeticOperator, '^'>, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function floatResult(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}

function isNaNs(left: number | bigint, right: number | bigint): boolean {
  return Number.isNaN(left) || Number.isNaN(right);
}

/** Texts are ordered by their UTF-8 bytes, which is not the order of UTF-16 beyond U+FFFF. */
function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
