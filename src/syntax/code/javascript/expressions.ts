import { unescapeText } from '../../extract/textBuilder';
import { MAX_DEPTH, type Argument, type Call, type Entry, type Expression, type Text } from '../expression';
import { other, pieceOf } from '../drafts';
import { inFunction, moduleOf, type Lowered } from './context';
import { keyOf } from './keys';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { typeArguments } from '../typeArguments';

const NAMES = new Set([
  'identifier',
  'this',
  'super',
  'undefined',
  'import',
  'shorthand_property_identifier',
  'shorthand_property_identifier_pattern',
  'property_identifier',
  'private_property_identifier',
  'meta_property',
]);

const LITERALS = new Set(['number', 'true', 'false', 'null', 'regex']);

/** Reads an expression. */
export function lowerExpression(file: Lowered, node: PlainNode, depth: number): Expression {
  const { type } = node;
  if (NAMES.has(type)) {
    return type === 'undefined'
      ? { kind: 'literal', text: 'undefined', ...pieceOf(node) }
      : { kind: 'name', name: file.textOf(node), ...pieceOf(node) };
  }
  if (depth > MAX_DEPTH) return other(node, []);
  const inner = depth + 1;
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, inner) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  if (LITERALS.has(type)) return { kind: 'literal', text: file.textOf(node), ...pieceOf(node) };
  switch (type) {
    case 'parenthesized_expression':
      return read(node.kids.find((kid) => kid.type !== 'type_annotation'));
    case 'member_expression': {
      const property = fieldOf(node, 'property') ?? node;
      const name = file.textOf(property);
      return { kind: 'member', object: field('object'), name, nameAt: pieceOf(property), ...pieceOf(node) };
    }
    case 'subscript_expression':
      return { kind: 'index', object: field('object'), indexes: [field('index')], ...pieceOf(node) };
    case 'call_expression':
      return lowerCall(file, node, inner);
    case 'new_expression':
      return lowerNew(file, node, inner);
    case 'string':
    case 'template_string':
      return lowerText(file, node, inner);
    case 'array':
      return { kind: 'list', items: argumentsOf(file, node, inner), ...pieceOf(node) };
    case 'object':
      return lowerObject(file, node, inner);
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function': {
      const nameNode = fieldOf(node, 'name');
      const named = nameNode ? { name: file.textOf(nameNode), nameAt: pieceOf(nameNode) } : { name: '' };
      return { kind: 'function', function: file.function(node, named, inner), ...pieceOf(node) };
    }
    case 'class':
      file.class(node, [], inner);
      return other(node, []);
    case 'await_expression':
      return awaited(node, read(node.kids[0]));
    case 'unary_expression':
    case 'update_expression': {
      const operator = file.textOf(fieldOf(node, 'operator') ?? { start: 0, end: 0 });
      return { kind: 'unary', operator, value: field('argument'), ...pieceOf(node) };
    }
    case 'yield_expression':
      return node.kids[0] === undefined
        ? other(node, [])
        : { kind: 'unary', operator: 'yield', value: read(node.kids[0]), ...pieceOf(node) };
    default:
      return lowerCompound(file, node, inner);
  }
}

function lowerCompound(file: Lowered, node: PlainNode, depth: number): Expression {
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  switch (node.type) {
    case 'binary_expression': {
      const operator = file.textOf(fieldOf(node, 'operator') ?? { start: 0, end: 0 });
      return { kind: 'binary', operator, left: field('left'), right: field('right'), ...pieceOf(node) };
    }
    case 'ternary_expression': {
      const values = [field('consequence'), field('alternative')];
      return { kind: 'conditional', condition: field('condition'), values, ...pieceOf(node) };
    }
    case 'assignment_expression':
    case 'augmented_assignment_expression': {
      const left = fieldOf(node, 'left');
      const operatorNode = fieldOf(node, 'operator');
      return {
        kind: 'assignment',
        target: left ? file.pattern(left, depth) : other(node, []),
        operator: operatorNode ? file.textOf(operatorNode) : '=',
        value: field('right'),
        ...pieceOf(node),
      };
    }
    case 'as_expression':
    case 'satisfies_expression': {
      const [value, type] = node.kids;
      return { kind: 'cast', type: type ? file.textOf(type) : 'const', value: read(value), ...pieceOf(node) };
    }
    case 'type_assertion': {
      const type = kidOf(node, 'type_arguments');
      const value = node.kids.find((kid) => kid !== type);
      return { kind: 'cast', type: type ? file.textOf(type).slice(1, -1) : '', value: read(value), ...pieceOf(node) };
    }
    case 'non_null_expression':
      return { kind: 'cast', type: '', value: read(node.kids[0]), ...pieceOf(node) };
    case 'instantiation_expression':
      return read(node.kids[0]);
    case 'type_annotation':
    case 'type_arguments':
      return other(node, []);
    default:
      return other(
        node,
        partsOf(node).map((kid) => file.expression(kid, depth)),
      );
  }
}

/** JSX names no values of its own but its components, and texts between tags are none. */
function partsOf(node: PlainNode): readonly PlainNode[] {
  switch (node.type) {
    case 'jsx_element':
      return node.kids.filter((kid) => kid.type !== 'jsx_text' && kid.type !== 'jsx_closing_element');
    case 'jsx_attribute':
      return node.kids.slice(1);
    case 'jsx_opening_element':
    case 'jsx_self_closing_element':
      return node.kids.filter((kid) => kid.field !== 'name' || /member_expression|identifier/.test(kid.type));
    default:
      return node.kids;
  }
}

function awaited(node: PlainNode, value: Expression): Expression {
  if (value.kind === 'call') return { ...value, awaited: true };
  return { kind: 'unary', operator: 'await', value, ...pieceOf(node) };
}

function lowerCall(file: Lowered, node: PlainNode, depth: number): Call {
  const written = fieldOf(node, 'function');
  // The grammar takes `await f<T>()` for a call of what `await f` gives.
  const isAwaited = written?.type === 'await_expression' && kidOf(node, 'type_arguments') !== undefined;
  const calleeNode = isAwaited ? written.kids[0] : written;
  const callee = calleeNode ? file.expression(calleeNode, depth) : other(node, []);
  const call = callOf(file, node, callee, depth);
  const from = moduleOf(call);
  // Those with a name are added where the name is given.
  if (from !== undefined) file.imports.push({ from, names: {}, ...inFunction(file), ...pieceOf(node) });
  return isAwaited ? { ...call, start: callee.start, awaited: true } : call;
}

function lowerNew(file: Lowered, node: PlainNode, depth: number): Call {
  const constructor = fieldOf(node, 'constructor');
  const callee = constructor ? file.expression(constructor, depth) : other(node, []);
  return { ...callOf(file, node, callee, depth), isNew: true };
}

function callOf(file: Lowered, node: PlainNode, callee: Expression, depth: number): Call {
  const list = fieldOf(node, 'arguments');
  const types = kidOf(node, 'type_arguments');
  const isTemplate = list?.type === 'template_string';
  const args = list === undefined ? [] : isTemplate ? [templateOf(file, list, depth)] : argumentsOf(file, list, depth);
  const hasParentheses = list !== undefined && !isTemplate;
  return {
    kind: 'call',
    callee,
    args,
    argsAt: hasParentheses ? { start: list.start + 1, end: list.end - 1 } : { start: node.end, end: node.end },
    ...(types ? { typeArguments: typeArguments(file.textOf(types)) } : {}),
    ...pieceOf(node),
  };
}

/** What a tag is called with: gql`query { … }`. */
function templateOf(file: Lowered, node: PlainNode, depth: number): Argument {
  return { value: file.expression(node, depth), ...pieceOf(node) };
}

function argumentsOf(file: Lowered, list: PlainNode, depth: number): Argument[] {
  return list.kids.map((kid) => {
    if (kid.type !== 'spread_element') return { value: file.expression(kid, depth), ...pieceOf(kid) };
    const value = kid.kids[0] ? file.expression(kid.kids[0], depth) : other(kid, []);
    return { value, spread: true, ...pieceOf(kid) };
  });
}

function lowerText(file: Lowered, node: PlainNode, depth: number): Text {
  if (node.type === 'string') {
    const value = unescapeText(file.textOf(node).slice(1, -1));
    return { kind: 'text', value, pieces: [value], holes: [], ...pieceOf(node) };
  }
  const pieces: string[] = [];
  const holes: Expression[] = [];
  let from = node.start + 1;
  for (const hole of node.kids) {
    if (hole.type !== 'template_substitution') continue;
    pieces.push(unescapeText(file.textOf({ start: from, end: hole.start })));
    holes.push(hole.kids[0] ? file.expression(hole.kids[0], depth) : other(hole, []));
    from = hole.end;
  }
  pieces.push(unescapeText(file.textOf({ start: from, end: Math.max(from, node.end - 1) })));
  const value = holes.length === 0 ? pieces[0]! : undefined;
  return { kind: 'text', value, pieces, holes, ...pieceOf(node) };
}

function lowerObject(file: Lowered, node: PlainNode, depth: number): Expression {
  const insideAt = { start: node.start + 1, end: Math.max(node.start + 1, node.end - 1) };
  const entries = node.kids.map((kid) => entryOf(file, kid, depth));
  return { kind: 'object', entries, insideAt, ...pieceOf(node) };
}

function entryOf(file: Lowered, node: PlainNode, depth: number): Entry {
  const piece = pieceOf(node);
  switch (node.type) {
    case 'pair': {
      const given = fieldOf(node, 'value');
      const value = given ? named(file, node, given, depth) : other(node, []);
      return { ...keyOf(file, fieldOf(node, 'key'), depth), value, ...piece };
    }
    case 'method_definition': {
      const key = keyOf(file, fieldOf(node, 'name'), depth);
      const nameAt = pieceOf(fieldOf(node, 'name') ?? node);
      const id = file.function(node, { name: key.key ?? '', nameAt, owner: '' }, depth);
      return { ...key, value: { kind: 'function', function: id, ...piece }, ...piece };
    }
    case 'spread_element': {
      const value = node.kids[0] ? file.expression(node.kids[0], depth) : other(node, []);
      return { key: undefined, value, spread: true, ...piece };
    }
    default:
      return { key: file.textOf(node), value: file.expression(node, depth), ...piece };
  }
}

/** A function that is a property's value has the property's name, and an owner, as no variable is called so. */
function named(file: Lowered, pair: PlainNode, value: PlainNode, depth: number): Expression {
  const isFunction = value.type === 'arrow_function' || value.type === 'function_expression';
  const key = fieldOf(pair, 'key');
  if (!isFunction || key === undefined || fieldOf(value, 'name') !== undefined) return file.expression(value, depth);
  const placement = { name: keyOf(file, key, depth).key ?? '', nameAt: pieceOf(key), owner: '' };
  return { kind: 'function', function: file.function(value, placement, depth), ...pieceOf(value) };
}
