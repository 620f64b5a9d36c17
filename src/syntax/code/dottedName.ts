import type { Expression } from './expression';
import type { Piece } from './piece';

/** `a.b.C` as it is written, as members of a name; type arguments are left out. */
export function dottedName(written: string, { start }: Piece): Expression {
  const end = written.indexOf('<');
  const plain = end < 0 ? written : written.slice(0, end);
  let found: Expression | undefined;
  for (const match of plain.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    const nameAt = { start: start + match.index, end: start + match.index + match[0].length };
    found =
      found === undefined
        ? { kind: 'name', name: match[0], ...nameAt }
        : { kind: 'member', object: found, name: match[0], nameAt, start, end: nameAt.end };
  }
  return found ?? { kind: 'name', name: plain, start, end: start + plain.length };
}
