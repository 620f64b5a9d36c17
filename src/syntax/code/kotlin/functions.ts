import type { Modifier, Parameter } from '../code';
import { pieceOf } from '../drafts';
import { MAX_DEPTH, type Expression } from '../expression';
import { addFunction, typeText, type FunctionPlacement, type LoweredFile } from '../loweredFile';
import { kidOf, type PlainNode } from '../plainTree';
import type { Statement } from '../statement';
import { annotationsOf } from './annotations';
import { isType } from './context';
import { typeOfNew } from './inferredTypes';

/** Reads a function; those inside it come after it. */
export function lowerFunction(file: LoweredFile, node: PlainNode, placement: FunctionPlacement, depth: number): number {
  const returns = /^(function_declaration|anonymous_function|getter)$/.test(node.type)
    ? node.kids.findLast((kid) => isType(kid) && kid.start >= (kidOf(node, 'function_value_parameters')?.end ?? 0))
    : undefined;
  const id = addFunction(file, node, placement, returns, {
    parameters: () => parametersOf(file, node, depth),
    body: () => bodyOf(file, node, depth),
  });
  const draft = file.functions[id]!;
  const [only, more] = draft.body;
  const isExpression = node.type === 'function_declaration' && only?.kind === 'return' && more === undefined;
  const made = draft.returns === undefined && isExpression ? typeOfNew(file, only.values[0]) : undefined;
  if (made !== undefined) draft.returns = made;
  return id;
}

function bodyOf(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  if (depth > MAX_DEPTH) return [];
  if (node.type === 'lambda_literal') return lambdaBody(file, node, depth);
  if (node.type === 'block') return file.statements(node.kids, depth + 1);
  const body = kidOf(node, 'function_body') ?? kidOf(node, 'block');
  if (body === undefined) return [];
  const block = body.type === 'block' ? body : kidOf(body, 'block');
  if (block !== undefined) return file.statements(block.kids, depth + 1);
  const [value] = body.kids;
  return value === undefined
    ? []
    : [{ kind: 'return', values: [file.expression(value, depth + 1)], ...pieceOf(value) }];
}

/** The last expression of a lambda is its value. */
function lambdaBody(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  const statements = file.statements(
    node.kids.filter(({ type }) => type !== 'lambda_parameters'),
    depth + 1,
  );
  const last = statements.at(-1);
  if (last?.kind !== 'expression') return statements;
  return [...statements.slice(0, -1), { kind: 'return', values: [last.value], start: last.start, end: last.end }];
}

function parametersOf(file: LoweredFile, node: PlainNode, depth: number): Parameter[] {
  if (node.type === 'lambda_literal') return lambdaParameters(file, node, depth);
  const list = kidOf(node, 'function_value_parameters');
  return list === undefined ? [] : parametersIn(file, list, 'parameter', depth);
}

/** Parameters with the annotations before them and the defaults behind them: `@Value("…") url: String = "x"`. */
export function parametersIn(file: LoweredFile, list: PlainNode, kind: string, depth: number): Parameter[] {
  const found: Parameter[] = [];
  let before: PlainNode | undefined;
  list.kids.forEach((kid, i) => {
    if (kid.type === 'parameter_modifiers') before = kid;
    if (kid.type !== kind) return;
    const next = list.kids[i + 1];
    const own = kid.kids.find((one) => !isType(one) && !/^(identifier|modifiers)$/.test(one.type));
    const value = own ?? (next !== undefined && !/^parameter(_modifiers)?$/.test(next.type) ? next : undefined);
    found.push(parameterOf(file, kid, before, kind === 'parameter' ? value : own, depth));
    before = undefined;
  });
  return found;
}

function parameterOf(
  file: LoweredFile,
  node: PlainNode,
  before: PlainNode | undefined,
  value: PlainNode | undefined,
  depth: number,
): Parameter {
  const name = kidOf(node, 'identifier');
  const type = node.kids.find(isType);
  const annotations: Expression[] = [
    ...(before ? annotationsOf(file, { ...before, kids: [{ ...before, type: 'modifiers' }] }, depth) : []),
    ...annotationsOf(file, node, depth),
  ];
  return {
    name: name ? file.textOf(name) : '',
    ...(type ? { type: typeText(file, type).replace(/\?$/, '') } : {}),
    ...(value ? { default: file.expression(value, depth) } : {}),
    annotations,
    ...(before && /\bvararg\b/.test(file.textOf(before)) ? { rest: true as const } : {}),
    ...pieceOf(node),
  };
}

/** `{ a, b -> … }`; one that is not named is `it`. */
function lambdaParameters(file: LoweredFile, node: PlainNode, depth: number): Parameter[] {
  const list = kidOf(node, 'lambda_parameters');
  if (list === undefined) return [{ name: 'it', annotations: [], start: node.start + 1, end: node.start + 1 }];
  return list.kids.map((kid) => {
    if (kid.type === 'variable_declaration') return parameterOf(file, kid, undefined, undefined, depth);
    const names = kid.kids.flatMap((one) => kidOf(one, 'identifier') ?? []).map((one) => file.textOf(one));
    return { name: '', bound: Object.fromEntries(names.map((one) => [one, one])), annotations: [], ...pieceOf(kid) };
  });
}

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  private: 'private',
  abstract: 'abstract',
  suspend: 'async',
};

/** What a declaration's keywords say that other languages have, too. What is not private is in reach of others. */
export function modifiersOf(file: LoweredFile, node: PlainNode): Modifier[] {
  const words = (kidOf(node, 'modifiers')?.kids ?? [])
    .filter(({ type }) => type.endsWith('_modifier'))
    .map((kid) => file.textOf(kid));
  const said = words.flatMap((word) => (Object.hasOwn(MODIFIERS, word) ? [MODIFIERS[word]!] : []));
  return said.includes('private') ? said : [...said, 'exported'];
}
