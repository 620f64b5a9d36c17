import { other, pieceOf } from '../drafts';
import { MAX_DEPTH, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { lowerCall } from './calls';
import { isType, type KotlinLowered } from './context';
import { lowerText } from './texts';

const LITERALS = /^(true|false|null)$/;
/** What only stands around an expression. */
const WRAPPERS = new Set([
  'parenthesized_expression',
  'annotated_expression',
  'labeled_expression',
  'annotated_lambda',
]);

/** Reads an expression. */
export function lowerExpression(file: KotlinLowered, node: PlainNode, depth: number): Expression {
  const { type } = node;
  if (type === 'identifier') {
    const name = file.textOf(node).replaceAll('`', '');
    return LITERALS.test(name)
      ? { kind: 'literal', text: name, ...pieceOf(node) }
      : { kind: 'name', name, ...pieceOf(node) };
  }
  if (type === 'this_expression' || type === 'super_expression')
    return { kind: 'name', name: type === 'this_expression' ? 'this' : 'super', ...pieceOf(node) };
  if (/^(number|float|character)_literal$/.test(type))
    return { kind: 'literal', text: file.textOf(node), ...pieceOf(node) };
  if (depth > MAX_DEPTH) return other(node, []);
  const inner = depth + 1;
  if (/string_literal$/.test(type)) return lowerText(file, node, inner);
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, inner) : other(node, []));
  if (WRAPPERS.has(type)) return read(node.kids.findLast((kid) => !/^(annotation|label)$/.test(kid.type)));
  switch (type) {
    case 'navigation_expression': {
      const [object, name = node] = node.kids;
      const member = { name: file.textOf(name).replaceAll('`', ''), nameAt: pieceOf(name) };
      return { kind: 'member', object: read(object), ...member, ...pieceOf(node) };
    }
    case 'call_expression':
      return lowerCall(file, node, inner);
    case 'callable_reference': {
      const name = node.kids.at(-1) ?? node;
      const nameAt = pieceOf(name);
      const [object] = node.kids;
      const read = object !== undefined && object !== name ? file.textOf(object) : 'this';
      const owner: Expression = { kind: 'name', name: read, ...pieceOf(object ?? node) };
      return { kind: 'member', object: owner, name: file.textOf(name), nameAt, ...pieceOf(node) };
    }
    case 'lambda_literal':
    case 'anonymous_function': {
      const placement = { name: '', modifiers: ['lambda'] as const };
      return { kind: 'function', function: file.function(node, placement, inner), ...pieceOf(node) };
    }
    case 'object_literal':
      return lowerObject(file, node, inner);
    case 'try_expression':
    case 'when_expression':
    case 'if_expression':
      return lowerChoice(file, node, inner);
    default:
      return lowerOperators(file, node, inner);
  }
}

function lowerOperators(file: KotlinLowered, node: PlainNode, depth: number): Expression {
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const [first, second, third] = node.kids;
  const [left, right] = [fieldOf(node, 'left') ?? first, fieldOf(node, 'right') ?? second];
  const between = (): string => file.textOf({ start: left?.end ?? node.start, end: right?.start ?? node.start }).trim();
  switch (node.type) {
    case 'binary_expression':
    case 'in_expression':
    case 'range_expression':
      return { kind: 'binary', operator: between(), left: read(left), right: read(right), ...pieceOf(node) };
    case 'infix_expression': {
      const operator = second ? file.textOf(second) : '';
      return { kind: 'binary', operator, left: read(first), right: read(third), ...pieceOf(node) };
    }
    case 'is_expression': {
      const tested: Expression = { kind: 'name', name: right ? file.textOf(right) : '', ...pieceOf(right ?? node) };
      return { kind: 'binary', operator: 'instanceof', left: read(left), right: tested, ...pieceOf(node) };
    }
    case 'as_expression':
      return { kind: 'cast', type: right ? file.textOf(right) : '', value: read(left), ...pieceOf(node) };
    case 'unary_expression': {
      const value = fieldOf(node, 'argument') ?? first;
      const operator = file.textOf(node).startsWith(value ? file.textOf(value) : '') ? '!!' : file.textOf(node)[0]!;
      return operator === '!!' ? read(value) : { kind: 'unary', operator, value: read(value), ...pieceOf(node) };
    }
    case 'index_expression':
      return { kind: 'index', object: read(first), indexes: node.kids.slice(1).map(read), ...pieceOf(node) };
    case 'collection_literal': {
      const items = node.kids.map((kid) => ({ value: read(kid), ...pieceOf(kid) }));
      return { kind: 'list', items, ...pieceOf(node) };
    }
    default:
      return other(node, node.kids.filter((kid) => !isType(kid)).map(read));
  }
}

/** `object : T(1) { … }` is `new T(1) { … }`. */
function lowerObject(file: KotlinLowered, node: PlainNode, depth: number): Expression {
  const bases = (kidOf(node, 'delegation_specifiers')?.kids ?? []).flatMap(({ kids }) => kids[0] ?? []);
  const written = bases.map((base) => file.textOf(base.kids.find(isType) ?? base));
  const [first] = bases;
  const body = kidOf(node, 'class_body');
  const at = first ?? { start: node.start, end: node.start };
  return {
    kind: 'call',
    callee: { kind: 'name', name: (written[0] ?? '').replace(/<.*/s, ''), ...pieceOf(at) },
    args: [],
    argsAt: { start: at.end, end: at.end },
    isNew: true,
    ...(body ? { body: file.type(node, depth, { body, bases: written }) } : {}),
    ...pieceOf(node),
  };
}

/** What chooses between values; blocks are functions called in their place, whose last expression is the value. */
function lowerChoice(file: KotlinLowered, node: PlainNode, depth: number): Expression {
  const value = (kid: PlainNode): Expression => {
    if (kid.type !== 'block') return file.expression(kid, depth);
    const [only] = kid.kids;
    if (kid.kids.length === 1 && only && !/_statement$|declaration$|^assignment$/.test(only.type))
      return file.expression(only, depth);
    const lambda = { ...kid, type: 'lambda_literal' };
    const called = file.function(lambda, { name: '', modifiers: ['lambda'], parameters: [] }, depth);
    const callee: Expression = { kind: 'function', function: called, ...pieceOf(kid) };
    return { kind: 'call', callee, args: [], argsAt: { start: kid.end, end: kid.end }, ...pieceOf(kid) };
  };
  const given = fieldOf(node, 'condition') ?? kidOf(node, 'when_subject')?.kids.at(-1);
  const condition: Expression = given ? file.expression(given, depth) : other(node, []);
  const branches = node.kids.flatMap((kid): PlainNode[] => {
    if (kid === given || kid.type === 'when_subject') return [];
    if (kid.type === 'when_entry') return kid.kids.slice(-1);
    return kid.type === 'catch_block' || kid.type === 'finally_block' ? kid.kids.slice(-1) : [kid];
  });
  return { kind: 'conditional', condition, values: branches.map(value), ...pieceOf(node) };
}
