import type { Comparison, Field, FieldExpression, Literal } from '../language/ast';
import { isList, type Datum } from '../language/datum';
import { typeOf } from '../parse/fieldBuilder';
import { calculate, compares } from '../language/operations';
import { compileRegex } from '../language/regex';

/** Stands for a value that is not known yet. */
export const UNKNOWN = Symbol('unknown');
export type Known = Datum | typeof UNKNOWN;

/** Reads what is known of a span, or of all spans of an operation. */
export interface PartialSpan {
  field(field: Field): Known;
}

/** Whether a condition holds; undefined where that depends on what is not known. */
export type Ternary<S extends PartialSpan> = (span: S) => boolean | undefined;

/**
 * Makes a test of a condition that can be asked before a span is decoded: it says no or yes only if that is so whatever
 * the rest of the span is (Kleene's three-valued logic). Recurses over the condition, whose depth the parser bounds.
 */
export function compileTernary<S extends PartialSpan>(condition: FieldExpression): Ternary<S> {
  switch (condition.node) {
    case 'logic': {
      const operands = condition.operands.map((operand) => compileTernary<S>(operand));
      return junction(operands, condition.operator === '||');
    }
    case 'unary': {
      if (condition.operator !== '!') return () => false;
      return negation(condition.operand);
    }
    case 'comparison':
      return comparison(condition);
    case 'presence': {
      const value = compileKnown<S>(condition.operand);
      const { present } = condition;
      return (span) => {
        const known = value(span);
        // What is there without a value that can be compared is neither present nor missing: that is for the evaluator.
        return known === UNKNOWN || (known === undefined && !present) ? undefined : (known !== undefined) === present;
      };
    }
    default: {
      const value = compileKnown<S>(condition);
      return (span) => {
        const known = value(span);
        return known === UNKNOWN ? undefined : known === true;
      };
    }
  }
}

/** The first operand that settles it does; else one that is not known leaves it open. */
function junction<S extends PartialSpan>(operands: readonly Ternary<S>[], settles: boolean): Ternary<S> {
  return (span) => {
    let result: boolean | undefined = !settles;
    for (const operand of operands) {
      const value = operand(span);
      if (value === settles) return settles;
      if (value === undefined) result = undefined;
    }
    return result;
  };
}

/** What is no condition has no opposite either: that of an attribute is left to the evaluator. */
function negation<S extends PartialSpan>(operand: FieldExpression): Ternary<S> {
  if (typeOf(operand) !== 'boolean') return () => undefined;
  const value = compileTernary<S>(operand);
  return (span) => {
    const known = value(span);
    return known === undefined ? undefined : !known;
  };
}

function comparison<S extends PartialSpan>({ operator, left, right }: Comparison): Ternary<S> {
  const regex = operator.endsWith('~') ? compileRegex((right as Literal).value as string) : undefined;
  const sides = [compileKnown<S>(left), compileKnown<S>(right)] as const;
  return (span) => {
    const a = sides[0](span);
    if (a === undefined) return false;
    const b = sides[1](span);
    if (a === UNKNOWN || b === UNKNOWN || isList(a) || isList(b)) return b === undefined ? false : undefined;
    return compares(operator, a, b, regex);
  };
}

function compileKnown<S extends PartialSpan>(expression: FieldExpression): (span: S) => Known {
  switch (expression.node) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'attribute':
    case 'intrinsic':
      return (span) => span.field(expression);
    case 'arithmetic': {
      const [left, right] = [compileKnown<S>(expression.left), compileKnown<S>(expression.right)];
      const { operator } = expression;
      const types = [typeOf(expression.left), typeOf(expression.right)] as const;
      return (span) => {
        const a = left(span);
        const b = right(span);
        return a === UNKNOWN || b === UNKNOWN ? UNKNOWN : calculate(operator, a, b, types);
      };
    }
    case 'unary':
      return () => UNKNOWN;
    default: {
      const holds = compileTernary<S>(expression);
      return (span) => holds(span) ?? UNKNOWN;
    }
  }
}
