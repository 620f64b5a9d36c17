import type { Argument, Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { dottedName } from '../dottedName';
import { other, pieceOf } from '../drafts';
import { annotationCall, type LoweredFile } from '../loweredFile';

/** The annotations among a declaration's modifiers: names, or calls with named arguments. */
export function annotationsOf(file: LoweredFile, node: PlainNode, depth: number): Expression[] {
  const list = kidOf(node, 'modifiers');
  return (list?.kids ?? []).filter(isAnnotation).map((kid) => lowerAnnotation(file, kid, depth));
}

/** `@A`, `@A("x")`, `@A(b = 1)`. */
export function lowerAnnotation(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const name = fieldOf(node, 'name');
  const callee = name ? dottedName(file.textOf(name), name) : other(node, []);
  const list = fieldOf(node, 'arguments');
  if (list === undefined) return callee;
  const args = list.kids.map((kid) => argumentOf(file, kid, depth + 1));
  return annotationCall(node, callee, list, args);
}

function argumentOf(file: LoweredFile, node: PlainNode, depth: number): Argument {
  const key = node.type === 'element_value_pair' ? fieldOf(node, 'key') : undefined;
  const value = key ? fieldOf(node, 'value') : node;
  const lowered = value ? file.expression(value, depth) : other(node, []);
  return { ...(key ? { name: file.textOf(key) } : {}), value: lowered, ...pieceOf(node) };
}

function isAnnotation({ type }: PlainNode): boolean {
  return type === 'annotation' || type === 'marker_annotation';
}
