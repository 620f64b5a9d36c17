import { other, pieceOf } from '../drafts';
import type { Argument } from '../expression';
import type { LoweredFile } from '../loweredFile';
import type { PlainNode } from '../plainTree';

/** The arguments between parentheses: `f(a, name = b, *c)`. */
export function argumentsOf(file: LoweredFile, list: PlainNode, depth: number): Argument[] {
  return list.kids.filter(({ type }) => type === 'value_argument').map((kid) => argumentOf(file, kid, depth));
}

function argumentOf(file: LoweredFile, node: PlainNode, depth: number): Argument {
  const [first, second] = node.kids;
  const isNamed = first?.type === 'identifier' && /^\w+\s*=(?!=)/.test(file.textOf(node));
  const given = isNamed ? second : first;
  const isSpread = given?.type === 'spread_expression';
  const value = isSpread ? given.kids[0] : given;
  return {
    ...(isNamed && first ? { name: file.textOf(first) } : {}),
    value: value ? file.expression(value, depth) : other(node, []),
    ...(isSpread ? { spread: true as const } : {}),
    ...pieceOf(node),
  };
}
