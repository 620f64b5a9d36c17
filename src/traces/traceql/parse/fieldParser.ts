import type { Field, FieldExpression, Literal } from '../language/ast';
import { KINDS, STATUSES } from '../language/datum';
import { binary, presence, unary } from './fieldBuilder';
import { scopedIntrinsic, SCOPED_INTRINSICS, unscopedIntrinsic } from '../language/intrinsics';
import type { FieldOperator } from '../language/staticTypes';
import type { TokenReader } from './tokenReader';
import type { Token } from './tokens';
import { TraceQlError } from '../language/traceQlError';

/** From loose to tight. `&&` and `||` bind alike, as in Tempo. */
const LEVELS: readonly (readonly string[])[] = [
  ['&&', '||'],
  ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];
const COMPARISON_LEVEL = 1;
const SUM_LEVEL = 2;
const PRODUCT_LEVEL = 3;
const POWER_LEVEL = 4;
const CURE = 'Write a condition, such as resource.service.name = "orders" or duration > 1s.';

/** Reads what stands between braces, and what `by` and the aggregates take: operator precedence with Tempo's levels. */
export class FieldParser {
  constructor(private readonly tokens: TokenReader) {}

  /** @throws TraceQlError */
  expression(level = 0): FieldExpression {
    return this.tokens.nested(() => this.chain(level));
  }

  /** An attribute or a built-in field. @throws TraceQlError */
  field(): Field {
    const { tokens } = this;
    const token = tokens.next;
    if (token.type === 'scope') return this.scoped();
    const intrinsic = token.type === 'word' ? unscopedIntrinsic(token.text) : undefined;
    if (intrinsic === undefined) {
      throw tokens.unexpected('Write an attribute, such as span.http.route, or a built-in field, such as name.');
    }
    tokens.take();
    if (intrinsic === 'parent') throw unsupportedParent(token);
    return { node: 'intrinsic', name: intrinsic, from: token.from, to: token.to };
  }

  /** Fields with commas between them, up to the closing parenthesis. @throws TraceQlError */
  fields(): Field[] {
    const fields = [this.field()];
    while (this.tokens.skip(',')) fields.push(this.field());
    return fields;
  }

  /** A text, a number, a duration, true, false, a status or a kind; undefined if none is next. */
  literal(): Literal | undefined {
    const { tokens } = this;
    const { type, text, number, from, to } = tokens.next;
    const range = { from, to };
    if (type === 'string' || number !== undefined) {
      tokens.take();
      if (number === undefined) return { node: 'literal', type: 'string', value: text, ...range };
      return { node: 'literal', type: number.type, value: number.value as number, ...range };
    }
    const word = type === 'word' ? wordLiteral(text) : undefined;
    if (word === undefined) return undefined;
    tokens.take();
    return { node: 'literal', ...word, ...range };
  }

  private chain(level: number): FieldExpression {
    const { tokens } = this;
    let left = this.operand();
    let last: string | undefined;
    for (;;) {
      const operator = tokens.next.type === 'operator' ? tokens.next.text : '';
      const own = LEVELS.findIndex((operators) => operators.includes(operator));
      if (own < level) return left;
      tokens.countOperator(operator, last);
      last = operator;
      tokens.take();
      if (own === COMPARISON_LEVEL && tokens.isWord('nil')) left = this.nilComparison(left, operator);
      else left = binary(operator as FieldOperator, left, this.expression(own === POWER_LEVEL ? own : own + 1));
    }
  }

  private nilComparison(left: FieldExpression, operator: string): FieldExpression {
    if (operator !== '=' && operator !== '!=') throw this.tokens.unexpected('Compare with nil by = or !=.');
    const { to } = this.tokens.take();
    return presence(left, operator === '!=', { from: left.from, to });
  }

  private operand(): FieldExpression {
    const { tokens } = this;
    const { next } = tokens;
    if (tokens.skip('(')) {
      const inner = this.expression();
      tokens.expect(')', 'Close the parenthesis.');
      return inner;
    }
    if (tokens.skip('-')) return unary('-', this.expression(SUM_LEVEL + 1), next.from);
    if (tokens.skip('!')) return unary('!', this.expression(PRODUCT_LEVEL), next.from);
    if (tokens.isWord('nil')) return this.nilFirst();
    const literal = this.literal();
    if (literal !== undefined) return literal;
    if (next.type === 'scope') return this.scoped();
    if (next.type !== 'word') throw tokens.unexpected(CURE);
    if (unscopedIntrinsic(next.text) === undefined) throw unknownWord(next);
    return this.field();
  }

  /** `nil = x`, which means the same as `x = nil`. */
  private nilFirst(): FieldExpression {
    const { tokens } = this;
    const { from, to } = tokens.take();
    const present = tokens.isOperator('!=');
    if (!present && !tokens.isOperator('=')) throw tokens.unexpected('Compare with nil by = or !=.');
    tokens.take();
    if (tokens.isWord('nil')) {
      return { node: 'literal', type: 'boolean', value: false, from, to: tokens.take().to };
    }
    const operand = this.expression(COMPARISON_LEVEL + 1);
    return presence(operand, present, { from: Math.min(from, to), to: operand.to });
  }

  private scoped(): Field {
    const { tokens } = this;
    const scope = tokens.take();
    if (scope.text.endsWith(':')) return this.scopedIntrinsic(scope);
    if (tokens.next.type !== 'attribute') {
      if (tokens.next.type === 'end') throw tokens.unexpected('Name the attribute after the dot.');
      throw new TraceQlError(`${scope.text} is not followed by a name.`, scope, 'Name the attribute after the dot.');
    }
    const { text, to } = tokens.take();
    const range = { from: scope.from, to };
    if (scope.text === 'parent.') throw unsupportedParent(range);
    const name = scope.text === '.' ? 'any' : scope.text.slice(0, -1);
    return { node: 'attribute', scope: name as 'any' | 'span', name: text, ...range };
  }

  private scopedIntrinsic(scope: Token): Field {
    const { tokens } = this;
    const name = scope.text.slice(0, -1);
    const known = Object.keys(SCOPED_INTRINSICS[name]!).join(', ');
    if (tokens.next.type !== 'word') throw tokens.unexpected(`After ${scope.text} comes one of ${known}.`);
    const word = tokens.take();
    const intrinsic = scopedIntrinsic(name, word.text);
    const range = { from: scope.from, to: word.to };
    if (intrinsic === undefined) {
      const cure = `After ${scope.text} comes one of ${known}; attributes are written ${name}.${word.text}.`;
      throw new TraceQlError(`${scope.text}${word.text} is no built-in field.`, range, cure);
    }
    return { node: 'intrinsic', name: intrinsic, ...range };
  }
}

function wordLiteral(word: string): Pick<Literal, 'type' | 'value'> | undefined {
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true' };
  if (word === 'minInt') return { type: 'int', value: -(2n ** 63n) };
  if (word === 'maxInt') return { type: 'int', value: 2n ** 63n - 1n };
  const keyword = [...STATUSES, ...KINDS].find((value) => value.name === word);
  return keyword === undefined ? undefined : { type: keyword.type, value: keyword };
}

function unknownWord(token: Token): TraceQlError {
  const { text } = token;
  const cure = `For an attribute write .${text}, span.${text} or resource.${text}; for a text "${text}".`;
  return new TraceQlError(`TraceQL does not know ${text}.`, token, cure);
}

function unsupportedParent(range: { from: number; to: number }): TraceQlError {
  const cure = 'Use a structural operator instead: { the parent } > { the span }.';
  return new TraceQlError('The parent span cannot be asked for within a condition.', range, cure);
}
