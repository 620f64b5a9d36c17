import { pieceOf } from '../drafts';
import type { Argument } from '../expression';
import { fieldOf, type PlainNode } from '../plainTree';
import type { LoweredFile } from '../loweredFile';

/** The arguments of a list, `name: value` with its name. */
export function argumentsIn(file: LoweredFile, list: PlainNode, depth: number): Argument[] {
  return list.kids.filter(({ type }) => type === 'argument').map((node) => argumentOf(file, node, depth));
}

function argumentOf(file: LoweredFile, node: PlainNode, depth: number): Argument {
  const name = fieldOf(node, 'name');
  return {
    ...(name ? { name: file.textOf(name) } : {}),
    value: file.expression(node, depth),
    ...pieceOf(node),
  };
}
