import { dottedName } from '../dottedName';
import { other, pieceOf } from '../drafts';
import { MAX_DEPTH, type Call, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { typeArguments } from '../typeArguments';
import { argumentsIn } from './arguments';
import { typeText, type LoweredFile } from '../loweredFile';
import { modifiersOf } from './declarationWords';
import { lowerAnonymous, lowerArray, lowerCollection, lowerInitializer, lowerNew } from './creations';
import { lowerInterpolated, textOfLiteral } from './texts';

const NAMES = new Set(['identifier', 'this', 'base', 'predefined_type', 'discard', 'implicit_parameter']);
const TYPES = new Set(['generic_name', 'qualified_name', 'alias_qualified_name', 'nullable_type', 'array_type']);
const TEXTS = new Set(['string_literal', 'verbatim_string_literal', 'raw_string_literal']);
/** Nodes that are the one expression in them. */
const TRANSPARENT = new Set([
  'argument',
  'parenthesized_expression',
  'checked_expression',
  'arrow_expression_clause',
  'constant_pattern',
  'ref_expression',
]);

/** Reads an expression. */
export function lowerExpression(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const { type } = node;
  if (NAMES.has(type)) return { kind: 'name', name: file.textOf(node).replace(/^@/, ''), ...pieceOf(node) };
  if (TYPES.has(type)) return dottedName(file.textOf(node).replace(/^global::/, ''), node);
  if (TEXTS.has(type)) {
    const value = textOfLiteral(file.textOf(node));
    return { kind: 'text', value, pieces: [value], holes: [], ...pieceOf(node) };
  }
  if (type.endsWith('_literal')) return { kind: 'literal', text: file.textOf(node), ...pieceOf(node) };
  if (depth > MAX_DEPTH) return other(node, []);
  const inner = depth + 1;
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, inner) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  if (TRANSPARENT.has(type)) return read(node.kids.findLast(({ field: of }) => of !== 'name'));
  switch (type) {
    case 'member_access_expression':
      return memberOf(file, node, field('expression'), fieldOf(node, 'name'));
    case 'conditional_access_expression':
      return lowerConditionalAccess(file, node, inner);
    case 'element_access_expression': {
      const list = fieldOf(node, 'subscript') ?? node.kids.at(-1);
      const indexes = (list?.kids ?? []).map(read);
      return { kind: 'index', object: field('expression'), indexes, ...pieceOf(node) };
    }
    case 'invocation_expression':
      return lowerInvocation(file, node, inner);
    case 'object_creation_expression':
    case 'implicit_object_creation_expression':
      return lowerNew(file, node, inner);
    case 'initializer_expression':
      return lowerInitializer(file, node, inner);
    case 'anonymous_object_creation_expression':
      return lowerAnonymous(file, node, inner);
    case 'array_creation_expression':
    case 'implicit_array_creation_expression':
    case 'stackalloc_expression':
      return lowerArray(file, node, inner);
    case 'collection_expression':
      return lowerCollection(file, node, inner);
    case 'interpolated_string_expression':
      return lowerInterpolated(file, node, inner);
    case 'lambda_expression':
    case 'anonymous_method_expression': {
      const modifiers = [...modifiersOf(file, node), 'lambda' as const];
      return { kind: 'function', function: file.function(node, { name: '', modifiers }, inner), ...pieceOf(node) };
    }
    case 'await_expression':
      return awaited(read(node.kids[0]), node);
    default:
      return lowerCompound(file, node, inner);
  }
}

function lowerCompound(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  const operator = (): string => file.textOf(fieldOf(node, 'operator') ?? { start: 0, end: 0 });
  const typeIn = (name: string): string => {
    const type = fieldOf(node, name);
    return type ? typeText(file, type) : '';
  };
  switch (node.type) {
    case 'binary_expression':
      return { kind: 'binary', operator: operator(), left: field('left'), right: field('right'), ...pieceOf(node) };
    case 'is_expression':
      return { kind: 'binary', operator: 'is', left: field('left'), right: field('right'), ...pieceOf(node) };
    case 'is_pattern_expression':
      return {
        kind: 'binary',
        operator: 'is',
        left: field('expression'),
        right: field('pattern'),
        ...pieceOf(node),
      };
    case 'as_expression':
      return { kind: 'cast', type: typeIn('right'), value: field('left'), ...pieceOf(node) };
    case 'cast_expression':
      return { kind: 'cast', type: typeIn('type'), value: field('value'), ...pieceOf(node) };
    case 'prefix_unary_expression': {
      const sign = /^[^\w\s("'[@$.]+/.exec(file.textOf(node))?.[0] ?? '';
      return { kind: 'unary', operator: sign, value: read(node.kids.at(-1)), ...pieceOf(node) };
    }
    case 'postfix_unary_expression': {
      const value = read(node.kids[0]);
      const sign = file.textOf({ start: value.end, end: node.end }).trim();
      if (sign.endsWith('!')) return { kind: 'cast', type: '', value, ...pieceOf(node) };
      return { kind: 'unary', operator: sign, value, ...pieceOf(node) };
    }
    case 'conditional_expression': {
      const values = [field('consequence'), field('alternative')];
      return { kind: 'conditional', condition: field('condition'), values, ...pieceOf(node) };
    }
    case 'assignment_expression': {
      const [target, value] = [field('left'), field('right')];
      return { kind: 'assignment', target, operator: operator(), value, ...pieceOf(node) };
    }
    case 'tuple_expression':
      return { kind: 'list', items: argumentsIn(file, node, depth), tuple: true, ...pieceOf(node) };
    case 'tuple_pattern': {
      const items = node.kids.map((kid) => ({ value: file.expression(kid, depth), ...pieceOf(kid) }));
      return { kind: 'list', items, tuple: true, ...pieceOf(node) };
    }
    // `out var x` and `var (a, b)` bring names into being.
    case 'declaration_expression':
      return fieldOf(node, 'name') ? field('name') : read(node.kids.at(-1));
    case 'typeof_expression':
      return other(node, [field('type')]);
    case 'switch_expression':
      return lowerSwitchValue(file, node, depth);
    default:
      return other(node, node.kids.filter(({ type }) => type !== 'implicit_type').map(read));
  }
}

/** `object.name`, whose type arguments belong to the call around it. */
function memberOf(file: LoweredFile, node: PlainNode, object: Expression, name: PlainNode | undefined): Expression {
  if (name === undefined) return other(node, [object]);
  const written = file.textOf(name);
  const from = written.indexOf('<');
  const plain = from < 0 ? written : written.slice(0, from).trimEnd();
  const nameAt = { start: name.start, end: name.start + plain.length };
  return { kind: 'member', object, name: plain, nameAt, start: node.start, end: node.end };
}

/** `a?.B` is the member as without the question; `a?[0]` the index. */
function lowerConditionalAccess(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const condition = fieldOf(node, 'condition');
  const object = condition ? file.expression(condition, depth) : other(node, []);
  const binding = node.kids.find((kid) => kid !== condition);
  if (binding === undefined) return object;
  if (binding.type === 'member_binding_expression') return memberOf(file, node, object, fieldOf(binding, 'name'));
  if (binding.type === 'element_binding_expression') {
    const indexes = binding.kids.map((kid) => file.expression(kid, depth));
    return { kind: 'index', object, indexes, ...pieceOf(node) };
  }
  return other(node, [object, file.expression(binding, depth)]);
}

function lowerInvocation(file: LoweredFile, node: PlainNode, depth: number): Call {
  const fn = fieldOf(node, 'function');
  const list = fieldOf(node, 'arguments') ?? kidOf(node, 'argument_list');
  const callee = fn ? file.expression(fn, depth) : other(node, []);
  const types = fn ? typesOfCall(file, fn) : undefined;
  return {
    kind: 'call',
    callee,
    args: list ? argumentsIn(file, list, depth) : [],
    argsAt: list ? { start: list.start + 1, end: list.end - 1 } : { start: node.end, end: node.end },
    ...(types ? { typeArguments: types } : {}),
    ...pieceOf(node),
  };
}

/** The `<A, B>` behind the name that is called. */
function typesOfCall(file: LoweredFile, fn: PlainNode): string[] | undefined {
  const binding = kidOf(fn, 'member_binding_expression');
  const name = fn.type === 'generic_name' ? fn : fieldOf(binding ?? fn, 'name');
  if (name?.type !== 'generic_name') return undefined;
  const written = file.textOf(name);
  return typeArguments(written.slice(written.indexOf('<')));
}

function awaited(value: Expression, node: PlainNode): Expression {
  if (value.kind === 'call') return { ...value, awaited: true, ...pieceOf(node) };
  return { kind: 'unary', operator: 'await', value, ...pieceOf(node) };
}

/** `x switch { A a when a.B => …, _ => … }`. */
function lowerSwitchValue(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const [first] = node.kids;
  const arms = node.kids.filter(({ type }) => type === 'switch_expression_arm');
  const guards = arms.flatMap(({ kids }) => kids.filter(({ type }) => type === 'when_clause'));
  const asked = first ? file.expression(first, depth) : other(node, []);
  const condition =
    guards.length === 0 ? asked : other(node, [asked, ...guards.map((guard) => file.expression(guard, depth))]);
  const values = arms.flatMap(({ kids }) => {
    const value = kids.at(-1);
    return value ? [file.expression(value, depth)] : [];
  });
  return { kind: 'conditional', condition, values, ...pieceOf(node) };
}
