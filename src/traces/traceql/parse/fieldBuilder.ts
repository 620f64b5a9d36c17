import type { Arithmetic, Comparison, FieldExpression, Literal } from '../language/ast';
import { intrinsicType } from '../language/intrinsics';
import { calculate, compares, negated } from '../language/operations';
import { compileRegex, RegexRefusal } from '../language/regex';
import {
  areComparable,
  isNumeric,
  takes,
  typeWords,
  type ArithmeticOperator,
  type ComparisonOperator,
  type FieldOperator,
  type LogicOperator,
  type StaticType,
} from '../language/staticTypes';
import { TraceQlError, type TextRange } from '../language/traceQlError';

/** The type that an expression has whatever the span. */
export function typeOf(expression: FieldExpression): StaticType {
  switch (expression.node) {
    case 'attribute':
      return 'attribute';
    case 'intrinsic':
      return intrinsicType(expression.name);
    case 'literal':
      return expression.type;
    case 'comparison':
    case 'logic':
    case 'presence':
      return 'boolean';
    case 'unary':
      return expression.operator === '!' ? 'boolean' : typeOf(expression.operand);
    case 'arithmetic': {
      const left = typeOf(expression.left);
      return left === 'attribute' ? typeOf(expression.right) : left;
    }
  }
}

/** `left operator right`, with constants folded. @throws TraceQlError if the types do not go together. */
export function binary(operator: FieldOperator, left: FieldExpression, right: FieldExpression): FieldExpression {
  const types = [typeOf(left), typeOf(right)] as const;
  const range = { from: left.from, to: right.to };
  if (!areComparable(...types)) {
    throw new TraceQlError(
      `${capital(typeWords(types[0]))} and ${typeWords(types[1])} cannot stand on the two sides of ${operator}.`,
      range,
      cureFor(types),
    );
  }
  const wrong = types.find((type) => !takes(operator, type));
  if (wrong !== undefined) {
    throw new TraceQlError(`${operator} cannot be used on ${typeWords(wrong)}.`, range, 'Use = or != with it.');
  }
  if (operator === '&&' || operator === '||') return logic(operator, left, right, range);
  if (operator === '=~' || operator === '!~') checkRegex(right);
  const isArithmetic = '+-*/%^'.includes(operator);
  const node = isArithmetic
    ? { node: 'arithmetic' as const, operator: operator as ArithmeticOperator, left, right, ...range }
    : { node: 'comparison' as const, operator: operator as ComparisonOperator, left, right, ...range };
  return fold(node, types);
}

/** `!x` or `-x`. @throws TraceQlError if it is no condition or no number. */
export function unary(operator: '-' | '!', operand: FieldExpression, from: number): FieldExpression {
  const type = typeOf(operand);
  const range = { from, to: operand.to };
  if (type !== 'attribute' && !(operator === '!' ? type === 'boolean' : isNumeric(type))) {
    const cure = operator === '!' ? 'Put the whole comparison in parentheses.' : 'Leave the minus out.';
    throw new TraceQlError(`${operator} cannot be used on ${typeWords(type)}.`, range, cure);
  }
  if (operand.node !== 'literal') return { node: 'unary', operator, operand, ...range };
  const value = operator === '!' ? operand.value !== true : negated(operand.value as number);
  return { ...operand, ...range, value };
}

/** `x = nil` and `x != nil`. @throws TraceQlError for `= nil` of what every span has. */
export function presence(operand: FieldExpression, present: boolean, range: TextRange): FieldExpression {
  const { node } = operand;
  const always =
    node === 'intrinsic' || (node === 'attribute' && operand.scope === 'resource' && operand.name === 'service.name');
  if (!present && always) {
    throw new TraceQlError(`Every span has a ${operand.name}: it cannot be nil.`, range, 'Compare it with "" instead.');
  }
  if (node === 'literal') return { node: 'literal', type: 'boolean', value: present, ...range };
  return { node: 'presence', present, operand, ...range };
}

/** The condition of a filter. @throws TraceQlError if the expression is none. */
export function condition(expression: FieldExpression): FieldExpression {
  const type = typeOf(expression);
  if (type === 'boolean' || type === 'attribute') return expression;
  const what = `${capital(typeWords(type))} is no condition.`;
  throw new TraceQlError(what, expression, 'Compare it with something, as in { duration > 1s }.');
}

/** Whether the expression depends on the span. */
export function readsSpan(expression: FieldExpression): boolean {
  switch (expression.node) {
    case 'literal':
      return false;
    case 'attribute':
    case 'intrinsic':
      return true;
    case 'logic':
      return expression.operands.some(readsSpan);
    case 'unary':
    case 'presence':
      return readsSpan(expression.operand);
    default:
      return readsSpan(expression.left) || readsSpan(expression.right);
  }
}

/** Chains of one operator are one node, so that the tree is not as deep as the chain is long. */
function logic(operator: LogicOperator, left: FieldExpression, right: FieldExpression, range: TextRange) {
  const before = left.node === 'logic' && left.operator === operator ? left.operands : [left];
  if ([left, right].every((side) => side.node === 'literal')) {
    const values = [left, right].map((side) => (side as Literal).value === true);
    const value = operator === '&&' ? values.every(Boolean) : values.some(Boolean);
    return { node: 'literal', type: 'boolean', value, ...range } as const;
  }
  return { node: 'logic', operator, operands: [...before, right], ...range } as const;
}

function fold(node: Comparison | Arithmetic, types: readonly [StaticType, StaticType]): FieldExpression {
  const { left, right, from, to } = node;
  if (left.node !== 'literal' || right.node !== 'literal') return node;
  if (node.node === 'comparison') {
    const regex = node.operator.endsWith('~') ? compileRegex(right.value as string) : undefined;
    const value = compares(node.operator, left.value, right.value, regex);
    return { node: 'literal', type: 'boolean', value, from, to };
  }
  const value = calculate(node.operator, left.value, right.value, types);
  if (typeof value !== 'number' && typeof value !== 'bigint') return node;
  const type = types.every((each) => each === 'int') ? 'int' : 'float';
  return { node: 'literal', type, value, from, to };
}

function checkRegex(right: FieldExpression): void {
  if (right.node !== 'literal' || typeof right.value !== 'string') {
    throw new TraceQlError('A regular expression must be given as a text.', right, 'Write it in double quotes.');
  }
  try {
    compileRegex(right.value);
  } catch (error) {
    if (!(error instanceof RegexRefusal)) throw error;
    const message = `This is no regular expression of RE2's kind: ${error.message}.`;
    throw new TraceQlError(
      message,
      right,
      'See github.com/google/re2/wiki/Syntax; it has no look-around or back references.',
    );
  }
}

function cureFor(types: readonly StaticType[]): string {
  if (types.includes('status')) return 'A status is ok, error or unset, without quotes.';
  if (types.includes('kind')) {
    return 'A span kind is server, client, producer, consumer, internal or unspecified, without quotes.';
  }
  return types.includes('string') ? 'Put texts in double quotes, and numbers not.' : 'Compare things of one type.';
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
