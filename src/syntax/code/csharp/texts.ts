import { unescapeText } from '../../extract/textBuilder';
import type { Expression, Text } from '../expression';
import { pieceOf } from '../drafts';
import { fieldOf, type PlainNode } from '../plainTree';
import type { LoweredFile } from '../loweredFile';

/** What a string literal without holes stands for: `"a"`, `@"a""b"`, `"""raw"""`, `"a"u8`. */
export function textOfLiteral(written: string): string {
  if (written.startsWith('@')) return written.slice(2, -1).replaceAll('""', '"');
  if (!written.startsWith('"""')) return unescapeText(written.replace(/^"|"(u8)?$/gi, ''));
  const quotes = /^"+/.exec(written)![0].length;
  const inside = written.replace(/u8$/i, '').slice(quotes, -quotes);
  return inside.includes('\n') ? withoutIndentation(inside) : inside;
}

/** `$"a{x}b"`, `$@"…"`, `$"""…"""`. */
export function lowerInterpolated(file: LoweredFile, node: PlainNode, depth: number): Text {
  const opening = file.textOf({ start: node.start, end: Math.min(node.end, node.start + 8) });
  const isRaw = /^\$+"""/.test(opening);
  const isVerbatim = opening.slice(0, 3).includes('@');
  const pieces: string[] = [''];
  const holes: Expression[] = [];
  for (const kid of node.kids) {
    if (kid.type === 'interpolation') {
      const inner = kid.kids.find(({ type }) => type !== 'interpolation_brace');
      if (inner === undefined) continue;
      holes.push(file.expression(inner, depth));
      pieces.push('');
    } else if (kid.type === 'string_content' || kid.type === 'escape_sequence') {
      const written = file.textOf(kid);
      pieces[pieces.length - 1] += isRaw ? written : plain(written, isVerbatim);
    }
  }
  return { kind: 'text', value: holes.length > 0 ? undefined : pieces[0], pieces, holes, ...pieceOf(node) };
}

/** The value of an expression that is one constant text. */
export function constantText(value: Expression): string | undefined {
  return value.kind === 'text' ? value.value : undefined;
}

/** The name in a field, as written. */
export function nameIn(file: LoweredFile, node: PlainNode): string {
  const name = fieldOf(node, 'name');
  return name ? file.textOf(name) : '';
}

function plain(written: string, isVerbatim: boolean): string {
  const text = isVerbatim ? written.replaceAll('""', '"') : unescapeText(written);
  return text.replaceAll('{{', '{').replaceAll('}}', '}');
}

/** A raw text over several lines has the indentation of its closing quotes, which is not part of it. */
function withoutIndentation(inside: string): string {
  const lines = inside.split(/\r?\n/).slice(1);
  const indentation = lines.pop() ?? '';
  return lines
    .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart()))
    .join('\n');
}
