import type { CodeFunction, Modifier, Parameter } from '../code';
import type { Expression } from '../expression';
import type { Statement } from '../statement';
import { pieceOf, type FunctionDraft } from '../drafts';
import type { FunctionPlacement, Lowered } from './context';
import { decoratorsOf, hasWord, typeText } from './declarations';
import { fieldOf, type PlainNode } from '../plainTree';

/** Reads a function; those inside it come after it. */
export function lowerFunction(file: Lowered, node: PlainNode, placement: FunctionPlacement, depth: number): number {
  const id = file.functions.length;
  const { name, type, owner, annotations = [] } = placement;
  const draft: FunctionDraft = {
    id,
    name,
    parent: file.current,
    ...(type === undefined ? {} : { type }),
    ...(owner === undefined ? {} : { owner }),
    parameters: [],
    annotations,
    modifiers: modifiersOf(file, node, placement.modifiers ?? []),
    body: [],
    nameAt: placement.nameAt ?? { start: node.start, end: node.start },
    ...pieceOf(node),
  };
  const returns = fieldOf(node, 'return_type');
  if (returns) draft.returns = typeText(file, returns);
  file.functions.push(draft);
  const before = file.current;
  file.current = id;
  draft.parameters = parametersOf(file, node, depth);
  draft.body = bodyOf(file, node, depth);
  file.current = before;
  return id;
}

function modifiersOf(file: Lowered, node: PlainNode, given: readonly Modifier[]): CodeFunction['modifiers'] {
  const found = [...given];
  if (hasWord(file, node, 'async')) found.push('async');
  if (hasWord(file, node, 'static')) found.push('static');
  if (node.type.startsWith('generator')) found.push('generator');
  if (node.type === 'arrow_function') found.push('lambda');
  return found;
}

function bodyOf(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  const body = fieldOf(node, 'body');
  if (body === undefined) return [];
  if (body.type === 'statement_block') return file.statements(body.kids, depth);
  return [{ kind: 'return', values: [file.expression(body, depth)], ...pieceOf(body) }];
}

function parametersOf(file: Lowered, node: PlainNode, depth: number): readonly Parameter[] {
  const single = fieldOf(node, 'parameter');
  const list = single ? [single] : (fieldOf(node, 'parameters')?.kids ?? []);
  return list.map((kid) => parameter(file, kid, depth));
}

function parameter(file: Lowered, node: PlainNode, depth: number): Parameter {
  const isWrapped = node.type === 'required_parameter' || node.type === 'optional_parameter';
  const isDefaulted = node.type === 'assignment_pattern';
  const target =
    (isWrapped ? (fieldOf(node, 'pattern') ?? fieldOf(node, 'name')) : isDefaulted ? fieldOf(node, 'left') : node) ??
    node;
  const isRest = target.type === 'rest_pattern';
  const pattern = file.pattern(isRest && target.kids[0] ? target.kids[0] : target, depth);
  const type = isWrapped ? fieldOf(node, 'type') : undefined;
  const value = fieldOf(node, isDefaulted ? 'right' : 'value');
  return {
    name: pattern.kind === 'name' ? pattern.name : '',
    ...(pattern.kind === 'name' ? {} : { bound: Object.fromEntries(boundIn(pattern, '')) }),
    ...(type ? { type: typeText(file, type) } : {}),
    ...(value ? { default: file.expression(value, depth) } : {}),
    annotations: decoratorsOf(file, node.kids, depth),
    ...(isRest ? { rest: true as const } : {}),
    ...pieceOf(node),
  };
}

/** Local names of a pattern, each with the path of properties it takes: `{a: {b: c}}` is `c` → `a.b`. */
function* boundIn(pattern: Expression, path: string): Generator<[string, string]> {
  if (pattern.kind === 'name') yield [pattern.name, path];
  else if (pattern.kind === 'assignment') yield* boundIn(pattern.target, path);
  else if (pattern.kind === 'list') {
    for (const { value } of pattern.items) yield* boundIn(value, path === '' ? '*' : `${path}.*`);
  } else if (pattern.kind === 'object') {
    for (const { key = '*', value } of pattern.entries) yield* boundIn(value, path === '' ? key : `${path}.${key}`);
  }
}
