import type { Comparison, Field, FieldExpression, Literal, Presence } from '../language/ast';
import { isList, isNumber, likened, type Datum, type Scalar } from '../language/datum';
import { typeOf } from '../parse/fieldBuilder';
import { simpleComparison, type FieldUses, type SimpleComparison } from '../language/fieldUses';
import { calculate, compares, flipped, negated } from '../language/operations';
import { compileRegex } from '../language/regex';
import { withoutZeros, type SpanReader } from './spanReader';
import type { ComparisonOperator } from '../language/staticTypes';

/** Reads a value of the span that the reader stands on. */
export type Getter = (span: SpanReader) => Datum;

/** Makes a function of an expression. It recurses over the expression, whose depth the parser bounds; never over spans. */
export function compileField(expression: FieldExpression, uses?: FieldUses): Getter {
  switch (expression.node) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'attribute': {
      const { scope, name } = expression;
      return (span) => span.attribute(scope, name);
    }
    case 'intrinsic': {
      const { name } = expression;
      return (span) => span.intrinsic(name);
    }
    case 'presence':
      return compilePresence(expression, uses);
    case 'logic': {
      const operands = expression.operands.map((operand) => compileField(operand, uses));
      if (expression.operator === '&&') return (span) => operands.every((operand) => operand(span) === true);
      return (span) => operands.some((operand) => operand(span) === true);
    }
    case 'unary': {
      const operand = compileField(expression.operand, uses);
      if (expression.operator === '!') return (span) => not(operand(span));
      return (span) => minus(span.number(operand(span)));
    }
    case 'arithmetic': {
      const { operator } = expression;
      const [left, right] = [compileField(expression.left, uses), compileField(expression.right, uses)];
      const types = [typeOf(expression.left), typeOf(expression.right)] as const;
      return (span) => calculate(operator, span.number(left(span)), span.number(right(span)), types);
    }
    case 'comparison':
      return compileComparison(expression, uses);
  }
}

/** Whether an expression asks for events, and whether for links. */
export function asksFor(expression: FieldExpression): { readonly events: boolean; readonly links: boolean } {
  const found = { events: false, links: false };
  const open: FieldExpression[] = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'logic') open.push(...node.operands);
    else if (node.node === 'unary' || node.node === 'presence') open.push(node.operand);
    else if (node.node === 'comparison' || node.node === 'arithmetic') open.push(node.left, node.right);
    else if (isField(node)) {
      const scope = node.node === 'attribute' ? node.scope : node.name.slice(0, node.name.indexOf(':'));
      found.events ||= scope === 'event';
      found.links ||= scope === 'link';
    }
  }
  return found;
}

function isField(node: FieldExpression): node is Field {
  return node.node === 'attribute' || node.node === 'intrinsic';
}

function not(value: Datum): Datum {
  return typeof value === 'boolean' ? !value : undefined;
}

function minus(value: Datum): Datum {
  return isNumber(value) ? negated(value) : undefined;
}

/** A map or a list of different things is there, but has no value: it is neither `= nil` nor `!= nil`. */
function compilePresence({ operand, present }: Presence, uses: FieldUses | undefined): Getter {
  const value = compileField(operand, uses);
  if (present) return (span) => value(span) !== undefined;
  if (operand.node !== 'attribute') return (span) => value(span) === undefined;
  const { scope, name } = operand;
  return (span) => !span.has(scope, name);
}

function compileComparison(expression: Comparison, uses: FieldUses | undefined): Getter {
  const { operator, left, right } = expression;
  const regex = operator.endsWith('~') ? compileRegex((right as Literal).value as string) : undefined;
  const simple = simpleComparison(expression);
  const kept = simple === undefined ? undefined : uses?.of(simple.field);
  const keeps = kept?.map(compileSimple);
  const getters = [compileField(unprefixed(left, right), uses), compileField(unprefixed(right, left), uses)] as const;
  return (span) => {
    let [a, b] = [getters[0](span), getters[1](span)];
    if (span.hasTextValues) [a, b] = [likened(a, b), likened(b, a)];
    if (isList(a)) return !isList(b) && comparesList(operator, a, b, keeps, regex);
    if (isList(b)) return regex === undefined && comparesList(flipped(operator), b, a, keeps, regex);
    return compares(operator, a, b, regex);
  };
}

/** `=` and the like need one element that meets them; `!=` and `!~` that all of them do. */
function comparesList(
  operator: ComparisonOperator,
  list: readonly Scalar[],
  value: Datum,
  keeps: readonly ((element: Scalar) => boolean)[] | undefined,
  regex: RegExp | undefined,
): boolean {
  const elements = keeps === undefined ? list : list.filter((element) => keeps.some((keep) => keep(element)));
  if (elements.length === 0) return false;
  const holds = (element: Scalar) => compares(operator, element, value, regex);
  return operator === '!=' || operator === '!~' ? elements.every(holds) : elements.some(holds);
}

function compileSimple({ operator, value }: SimpleComparison): (element: Scalar) => boolean {
  const regex = operator.endsWith('~') ? compileRegex(value.value as string) : undefined;
  return (element) => compares(operator, element, value.value, regex);
}

/** Trace ids are compared without leading zeros, so those of the constant go too. */
function unprefixed(node: FieldExpression, other: FieldExpression): FieldExpression {
  const isId = other.node === 'intrinsic' && (other.name === 'trace:id' || other.name === 'link:traceID');
  return isId && node.node === 'literal' && typeof node.value === 'string'
    ? { ...node, value: withoutZeros(node.value) }
    : node;
}
