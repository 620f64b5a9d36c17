import { dottedName } from '../dottedName';
import { pieceOf } from '../drafts';
import type { Argument, Call, Entry, Expression, List, ObjectLiteral } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { typeArguments } from '../typeArguments';
import { typeText, type LoweredFile } from '../loweredFile';
import { argumentsIn } from './arguments';
import { constantText } from './texts';

/** `new T(…) { … }`, and `new(…)`, whose type only the declaration around it says: its callee has no name. */
export function lowerNew(file: LoweredFile, node: PlainNode, depth: number): Call {
  const type = fieldOf(node, 'type');
  const list = fieldOf(node, 'arguments') ?? kidOf(node, 'argument_list');
  const initializer = fieldOf(node, 'initializer') ?? kidOf(node, 'initializer_expression');
  const written = type ? file.textOf(type) : '';
  const behind = { start: type?.end ?? node.end, end: type?.end ?? node.end };
  return {
    kind: 'call',
    callee: type ? dottedName(written, type) : { kind: 'name', name: '', start: node.start, end: node.start + 3 },
    args: list ? argumentsIn(file, list, depth) : [],
    argsAt: list ? { start: list.start + 1, end: list.end - 1 } : behind,
    isNew: true,
    ...argumentsOfType(written),
    ...(initializer ? { initializer: lowerInitializer(file, initializer, depth) } : {}),
    ...pieceOf(node),
  };
}

/** `T x = new(…)` is `new T(…)`. */
export function withDeclaredType(file: LoweredFile, value: Expression, type: PlainNode | undefined): Expression {
  if (value.kind !== 'call' || value.isNew !== true || type === undefined || type.type === 'implicit_type')
    return value;
  const { callee } = value;
  if (callee.kind !== 'name' || callee.name !== '') return value;
  const written = typeText(file, type).replace(/\?$/, '');
  const named = dottedName(written, callee);
  return { ...value, callee: atPiece(named, callee), ...argumentsOfType(written) };
}

/** A name that stands elsewhere: its pieces are those of `new`. */
function atPiece(expression: Expression, { start, end }: Expression): Expression {
  if (expression.kind !== 'member') return { ...expression, start, end };
  return {
    ...expression,
    object: atPiece(expression.object, { ...expression, start, end }),
    nameAt: { start, end },
    start,
    end,
  };
}

function argumentsOfType(written: string): { typeArguments?: string[] } {
  const from = written.indexOf('<');
  return from < 0 ? {} : { typeArguments: typeArguments(written.slice(from)) };
}

/** `{ A = 1, ["k"] = 2, { "k", 3 }, x }`. */
export function lowerInitializer(file: LoweredFile, node: PlainNode, depth: number): ObjectLiteral {
  return {
    kind: 'object',
    entries: node.kids.map((kid) => entryOf(file, kid, depth + 1)),
    insideAt: { start: node.start + 1, end: Math.max(node.start + 1, node.end - 1) },
    ...pieceOf(node),
  };
}

function entryOf(file: LoweredFile, node: PlainNode, depth: number): Entry {
  const [first, second] = node.kids;
  if (node.type === 'initializer_expression' && node.kids.length === 2 && first && second)
    return keyed(file.expression(first, depth), file.expression(second, depth), node);
  const left = node.type === 'assignment_expression' ? fieldOf(node, 'left') : undefined;
  const right = fieldOf(node, 'right');
  if (left === undefined || right === undefined)
    return { key: undefined, value: file.expression(node, depth), ...pieceOf(node) };
  const value = file.expression(right, depth);
  if (left.type === 'identifier') return { key: file.textOf(left), value, ...pieceOf(node) };
  const index = left.type === 'element_binding_expression' ? left.kids[0] : left;
  return index ? keyed(file.expression(index, depth), value, node) : { key: undefined, value, ...pieceOf(node) };
}

function keyed(key: Expression, value: Expression, node: PlainNode): Entry {
  const constant = constantText(key);
  return { key: constant, ...(constant === undefined ? { keyValue: key } : {}), value, ...pieceOf(node) };
}

/** `new { A = 1, order.Id }`. */
export function lowerAnonymous(file: LoweredFile, node: PlainNode, depth: number): ObjectLiteral {
  const entries: Entry[] = [];
  for (let i = 0; i < node.kids.length; i++) {
    const kid = node.kids[i]!;
    const next = node.kids[i + 1];
    const named = next !== undefined && /^\s*=\s*$/.test(file.textOf({ start: kid.end, end: next.start }));
    const value = file.expression(named ? next : kid, depth);
    const key = named ? file.textOf(kid) : value.kind === 'member' || value.kind === 'name' ? value.name : undefined;
    entries.push({ key, value, start: kid.start, end: value.end });
    if (named) i++;
  }
  const brace = node.start + Math.max(0, file.textOf(node).indexOf('{'));
  return { kind: 'object', entries, insideAt: { start: brace + 1, end: node.end - 1 }, ...pieceOf(node) };
}

/** `new[] { 1 }`, `new T[] { 1 }`, `stackalloc`. */
export function lowerArray(file: LoweredFile, node: PlainNode, depth: number): List {
  const type = fieldOf(node, 'type');
  const initializer = kidOf(node, 'initializer_expression');
  const items = (initializer?.kids ?? []).map((kid): Argument => ({
    value: file.expression(kid, depth),
    ...pieceOf(kid),
  }));
  return { kind: 'list', items, ...(type ? { type: typeText(file, type) } : {}), ...pieceOf(node) };
}

/** `[1, ..rest]`. */
export function lowerCollection(file: LoweredFile, node: PlainNode, depth: number): List {
  const items = node.kids.map((element): Argument => {
    const inner = element.kids[0] ?? element;
    const value = inner.kids[0] ?? inner;
    const spread = inner.type === 'spread_element' ? { spread: true as const } : {};
    return { value: file.expression(value, depth), ...spread, ...pieceOf(element) };
  });
  return { kind: 'list', items, ...pieceOf(node) };
}
