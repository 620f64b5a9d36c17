import { MAX_DEPTH, type Argument, type Call, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { typeArguments } from '../typeArguments';
import { lowerAnnotation } from './annotations';
import { other, pieceOf } from '../drafts';
import { typeText } from '../loweredFile';
import type { JavaLowered } from './context';
import { dottedName } from '../dottedName';
import { textOfLiteral } from './texts';

const NAMES = new Set(['identifier', 'this', 'super', 'type_identifier', 'underscore_pattern']);
const TYPES = new Set(['scoped_type_identifier', 'generic_type', 'scoped_identifier']);

/** Reads an expression. */
export function lowerExpression(file: JavaLowered, node: PlainNode, depth: number): Expression {
  const { type } = node;
  if (NAMES.has(type)) return { kind: 'name', name: file.textOf(node), ...pieceOf(node) };
  if (TYPES.has(type)) return dottedName(file.textOf(node), node);
  if (type === 'string_literal') {
    const value = textOfLiteral(file.textOf(node));
    return { kind: 'text', value, pieces: [value], holes: [], ...pieceOf(node) };
  }
  if (type.endsWith('_literal') && type !== 'class_literal')
    return { kind: 'literal', text: file.textOf(node), ...pieceOf(node) };
  if (depth > MAX_DEPTH) return other(node, []);
  const inner = depth + 1;
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, inner) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  switch (type) {
    case 'true':
    case 'false':
      return { kind: 'literal', text: type, ...pieceOf(node) };
    case 'parenthesized_expression':
      return read(node.kids[0]);
    case 'field_access': {
      const name = node.kids.findLast((kid) => kid.field === 'field') ?? node;
      return {
        kind: 'member',
        object: field('object'),
        name: file.textOf(name),
        nameAt: pieceOf(name),
        ...pieceOf(node),
      };
    }
    case 'class_literal': {
      const nameAt = { start: node.end - 'class'.length, end: node.end };
      return { kind: 'member', object: read(node.kids[0]), name: 'class', nameAt, ...pieceOf(node) };
    }
    case 'method_reference':
      return lowerReference(file, node, inner);
    case 'array_access':
      return { kind: 'index', object: field('array'), indexes: [field('index')], ...pieceOf(node) };
    case 'method_invocation':
      return lowerInvocation(file, node, inner);
    case 'explicit_constructor_invocation':
      return callOf(file, node, field('constructor'), inner);
    case 'object_creation_expression':
      return lowerNew(file, node, inner);
    case 'lambda_expression':
      return {
        kind: 'function',
        function: file.function(node, { name: '', modifiers: ['lambda'] }, inner),
        ...pieceOf(node),
      };
    case 'annotation':
    case 'marker_annotation':
      return lowerAnnotation(file, node, inner);
    default:
      return lowerCompound(file, node, inner);
  }
}

function lowerCompound(file: JavaLowered, node: PlainNode, depth: number): Expression {
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  const operator = (): string => file.textOf(fieldOf(node, 'operator') ?? { start: 0, end: 0 });
  switch (node.type) {
    case 'array_initializer':
    case 'element_value_array_initializer':
      return { kind: 'list', items: argumentsOf(file, node, depth), ...pieceOf(node) };
    case 'array_creation_expression': {
      const value = fieldOf(node, 'value');
      const type = fieldOf(node, 'type');
      if (value === undefined) return other(node, node.kids.filter((kid) => kid !== type).map(read));
      const items = argumentsOf(file, value, depth);
      return { kind: 'list', items, ...(type ? { type: `${typeText(file, type)}[]` } : {}), ...pieceOf(node) };
    }
    case 'binary_expression':
      return { kind: 'binary', operator: operator(), left: field('left'), right: field('right'), ...pieceOf(node) };
    case 'instanceof_expression': {
      const named = fieldOf(node, 'name');
      const right = fieldOf(node, 'right') ?? fieldOf(node, 'pattern');
      const tested = named ? other(node, [read(right), read(named)]) : read(right);
      return { kind: 'binary', operator: 'instanceof', left: field('left'), right: tested, ...pieceOf(node) };
    }
    case 'unary_expression':
      return { kind: 'unary', operator: operator(), value: field('operand'), ...pieceOf(node) };
    case 'update_expression': {
      const sign = file.textOf(node).includes('--') ? '--' : '++';
      return { kind: 'unary', operator: sign, value: read(node.kids[0]), ...pieceOf(node) };
    }
    case 'ternary_expression': {
      const values = [field('consequence'), field('alternative')];
      return { kind: 'conditional', condition: field('condition'), values, ...pieceOf(node) };
    }
    case 'assignment_expression': {
      const [target, value] = [field('left'), field('right')];
      return { kind: 'assignment', target, operator: operator(), value, ...pieceOf(node) };
    }
    case 'cast_expression': {
      const type = fieldOf(node, 'type');
      return { kind: 'cast', type: type ? typeText(file, type) : '', value: field('value'), ...pieceOf(node) };
    }
    case 'switch_expression':
      return lowerSwitchValue(file, node, depth);
    default:
      return other(node, node.kids.map(read));
  }
}

/** `Type::method`, `this::method`, `Type::new`. */
function lowerReference(file: JavaLowered, node: PlainNode, depth: number): Expression {
  const [object, method] = node.kids;
  const nameAt = method ? pieceOf(method) : { start: node.end - 'new'.length, end: node.end };
  const read = object ? file.expression(object, depth) : other(node, []);
  return { kind: 'member', object: read, name: file.textOf(nameAt), nameAt, ...pieceOf(node) };
}

function lowerInvocation(file: JavaLowered, node: PlainNode, depth: number): Call {
  const object = fieldOf(node, 'object');
  const name = fieldOf(node, 'name') ?? node;
  const nameAt = pieceOf(name);
  const callee: Expression =
    object === undefined
      ? { kind: 'name', name: file.textOf(name), ...nameAt }
      : {
          kind: 'member',
          object: file.expression(object, depth),
          name: file.textOf(name),
          nameAt,
          start: object.start,
          end: name.end,
        };
  return callOf(file, node, callee, depth);
}

function lowerNew(file: JavaLowered, node: PlainNode, depth: number): Call {
  const type = fieldOf(node, 'type') ?? node;
  const written = file.textOf(type);
  const call = callOf(file, node, dottedName(written, type), depth);
  const from = written.indexOf('<');
  const body = kidOf(node, 'class_body');
  return {
    ...call,
    isNew: true,
    ...(from < 0 ? {} : { typeArguments: typeArguments(written.slice(from)) }),
    ...(body ? { body: file.type(node, depth, { body, base: typeText(file, type) }) } : {}),
  };
}

function callOf(file: JavaLowered, node: PlainNode, callee: Expression, depth: number): Call {
  const list = fieldOf(node, 'arguments');
  const types = fieldOf(node, 'type_arguments');
  return {
    kind: 'call',
    callee,
    args: list ? argumentsOf(file, list, depth) : [],
    argsAt: list ? { start: list.start + 1, end: list.end - 1 } : { start: node.end, end: node.end },
    ...(types ? { typeArguments: typeArguments(file.textOf(types)) } : {}),
    ...pieceOf(node),
  };
}

function argumentsOf(file: JavaLowered, list: PlainNode, depth: number): Argument[] {
  return list.kids.map((kid) => ({ value: file.expression(kid, depth), ...pieceOf(kid) }));
}

/** A switch that has a value; a block that yields it is a function called in its place. */
function lowerSwitchValue(file: JavaLowered, node: PlainNode, depth: number): Expression {
  const condition = fieldOf(node, 'condition');
  const values = (fieldOf(node, 'body')?.kids ?? []).flatMap((branch): Expression[] => {
    const body = branch.kids.filter((kid) => kid.type !== 'switch_label');
    const [first] = body;
    if (first === undefined) return [];
    if (body.length === 1 && first.type === 'expression_statement' && first.kids[0])
      return [file.expression(first.kids[0], depth)];
    const block = first.type === 'block' && body.length === 1 ? first : { ...branch, type: 'block', kids: body };
    const called = file.function(block, { name: '', modifiers: ['lambda'] }, depth);
    const callee: Expression = { kind: 'function', function: called, ...pieceOf(block) };
    return [{ kind: 'call', callee, args: [], argsAt: { start: block.end, end: block.end }, ...pieceOf(block) }];
  });
  const read = condition ? file.expression(condition, depth) : other(node, []);
  return { kind: 'conditional', condition: read, values, ...pieceOf(node) };
}
