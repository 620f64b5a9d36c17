import type { Parameter } from '../code';
import { pieceOf } from '../drafts';
import { MAX_DEPTH, type Call, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Statement } from '../statement';
import { attributesOf } from './attributes';
import { addFunction, typeText, type FunctionPlacement, type LoweredFile } from '../loweredFile';

/** Reads a function; those inside it come after it. */
export function lowerFunction(file: LoweredFile, node: PlainNode, placement: FunctionPlacement, depth: number): number {
  const list = fieldOf(node, 'parameters') ?? kidOf(node, 'parameter_list');
  return addFunction(file, node, placement, fieldOf(node, 'returns') ?? fieldOf(node, 'type'), {
    parameters: () => parametersOf(file, list, depth),
    body: () => [...initializerOf(file, node, depth), ...bodyOf(file, node, depth)],
  });
}

/** `: base(a)`, `: this(a)` as the first call. */
function initializerOf(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  const initializer = kidOf(node, 'constructor_initializer');
  const list = initializer && kidOf(initializer, 'argument_list');
  if (initializer === undefined || list === undefined) return [];
  const word = /^:\s*(base|this)/.exec(file.textOf(initializer))?.[1] ?? 'base';
  const start = file.textOf(initializer).indexOf(word) + initializer.start;
  const callee: Expression = { kind: 'name', name: word, start, end: start + word.length };
  const value: Call = {
    kind: 'call',
    callee,
    args: list.kids.map((kid) => ({ value: file.expression(kid, depth), ...pieceOf(kid) })),
    argsAt: { start: list.start + 1, end: list.end - 1 },
    start,
    end: list.end,
  };
  return [{ kind: 'expression', value, start, end: list.end }];
}

function bodyOf(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  const body = fieldOf(node, 'body') ?? kidOf(node, 'block') ?? kidOf(node, 'arrow_expression_clause');
  if (body === undefined || depth > MAX_DEPTH) return [];
  if (body.type === 'block') return file.statements(body.kids, depth + 1);
  const value = body.type === 'arrow_expression_clause' ? body.kids[0] : body;
  return value ? [{ kind: 'return', values: [file.expression(value, depth + 1)], ...pieceOf(value) }] : [];
}

/** The parameters of a list, or a lambda's single name. */
export function parametersOf(file: LoweredFile, list: PlainNode | undefined, depth: number): Parameter[] {
  if (list === undefined) return [];
  if (list.type === 'implicit_parameter') return [{ name: file.textOf(list), annotations: [], ...pieceOf(list) }];
  const found = list.kids.filter(({ type }) => type === 'parameter').map((kid) => parameterOf(file, kid, depth));
  // The grammar has `params T[] rest` in the list itself.
  const rest = fieldOf(list, 'name');
  const type = fieldOf(list, 'type');
  if (rest === undefined || type === undefined) return found;
  const more: Parameter = {
    name: file.textOf(rest),
    type: typeText(file, type),
    annotations: [],
    rest: true,
    start: type.start,
    end: rest.end,
  };
  return [...found, more];
}

function parameterOf(file: LoweredFile, node: PlainNode, depth: number): Parameter {
  const name = fieldOf(node, 'name');
  const type = fieldOf(node, 'type');
  const written = node.kids.find(
    (kid) => kid.field === '' && kid.type !== 'attribute_list' && kid.type !== 'modifier' && kid !== name,
  );
  return {
    name: name ? file.textOf(name) : '',
    ...(type ? { type: typeText(file, type) } : {}),
    ...(written ? { default: file.expression(written, depth + 1) } : {}),
    annotations: attributesOf(file, node, depth),
    ...pieceOf(node),
  };
}
