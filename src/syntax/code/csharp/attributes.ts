import type { Argument, Expression } from '../expression';
import { dottedName } from '../dottedName';
import { other, pieceOf } from '../drafts';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { annotationCall, type LoweredFile } from '../loweredFile';

/** The attributes before a declaration: names, or calls with their arguments. */
export function attributesOf(file: LoweredFile, node: PlainNode, depth: number): Expression[] {
  return node.kids
    .filter(({ type }) => type === 'attribute_list')
    .flatMap(({ kids }) => kids.filter(({ type }) => type === 'attribute'))
    .map((attribute) => lowerAttribute(file, attribute, depth));
}

function lowerAttribute(file: LoweredFile, node: PlainNode, depth: number): Expression {
  const name = fieldOf(node, 'name');
  const callee = name ? dottedName(file.textOf(name), name) : other(node, []);
  const list = kidOf(node, 'attribute_argument_list');
  if (list === undefined) return callee;
  const args = list.kids.map((kid) => argumentOf(file, kid, depth + 1));
  return annotationCall(node, callee, list, args);
}

/** `"a"`, `Name = "a"`, `name: "a"`. */
function argumentOf(file: LoweredFile, node: PlainNode, depth: number): Argument {
  const value = node.kids.at(-1);
  const lowered = value ? file.expression(value, depth) : other(node, []);
  const name = /^\s*([\p{L}_]\w*)\s*[:=](?![:=>])/u.exec(file.textOf(node))?.[1];
  const given = lowered.kind === 'assignment' ? lowered.value : lowered;
  return { ...(name === undefined ? {} : { name }), value: given, ...pieceOf(node) };
}
