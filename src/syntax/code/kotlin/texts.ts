import { unescapeText } from '../../extract/textBuilder';
import { pieceOf } from '../drafts';
import type { Expression, Text } from '../expression';
import type { LoweredFile } from '../loweredFile';
import type { PlainNode } from '../plainTree';

/** `$name`, which the grammar leaves in the text. */
const NAME = /(?<!\\)\$([A-Za-z_]\w*)/g;

/** `"a $b ${c.d}"` and `"""…"""` with what fills the holes. */
export function lowerText(file: LoweredFile, node: PlainNode, depth: number): Text {
  const isRaw = node.type === 'multiline_string_literal';
  const quotes = isRaw ? 3 : 1;
  const pieces: string[] = [''];
  const holes: Expression[] = [];
  const plain = (from: number, to: number): void => {
    const written = file.textOf({ start: from, end: to });
    pieces[pieces.length - 1] += isRaw ? written : unescapeText(written);
  };
  const hole = (value: Expression): void => {
    holes.push(value);
    pieces.push('');
  };
  const constant = (from: number, to: number): void => {
    let at = from;
    for (const match of file.textOf({ start: from, end: to }).matchAll(NAME)) {
      const start = from + match.index;
      plain(at, start);
      at = start + match[0].length;
      hole({ kind: 'name', name: match[1]!, start: start + 1, end: at });
    }
    plain(at, to);
  };
  let from = node.start + quotes;
  for (const kid of node.kids) {
    if (kid.type !== 'interpolation') continue;
    constant(from, kid.start);
    const [inside] = kid.kids;
    if (inside) hole(file.expression(inside, depth));
    from = kid.end;
  }
  constant(from, node.end - quotes);
  const value = holes.length === 0 ? pieces[0] : undefined;
  return { kind: 'text', value, pieces, holes, ...pieceOf(node) };
}
