import type { Range0 } from '../../base/positions';
import { LineTable } from '../../base/texts/lineTable';
import type { SyntaxNode } from '../syntaxNode';

/** A piece of the text by UTF-16 offsets; syntax nodes are spans too. */
export interface TextSpan {
  readonly startIndex: number;
  readonly endIndex: number;
}

/** A file's text with its lines, as editors count them: `\n`, `\r\n` and a lone `\r` end a line. */
export class SourceText {
  private lines: LineTable | undefined;

  constructor(readonly text: string) {}

  /** The text of a node, without asking the parser. */
  of(span: TextSpan): string {
    return this.text.slice(span.startIndex, span.endIndex);
  }

  /** The identifier that starts at an offset: cheaper than asking the parser where a node ends. */
  wordAt(offset: number): string {
    let end = offset;
    while (end < this.text.length && isWordUnit(this.text.charCodeAt(end))) end++;
    return this.text.slice(offset, end);
  }

  /** The range from the start of one span to the end of another. */
  range(from: TextSpan, to: TextSpan = from): Range0 {
    return this.rangeOf(from.startIndex, to.endIndex);
  }

  /** The range between two UTF-16 offsets. */
  rangeOf(start: number, end: number): Range0 {
    this.lines ??= new LineTable(this.text);
    return this.lines.range(start, end);
  }
}

function isWordUnit(unit: number): boolean {
  const isLetter = (unit | 32) >= 97 && (unit | 32) <= 122;
  return isLetter || (unit >= 48 && unit <= 57) || unit === 95 || unit === 36 || unit > 127;
}

/** Named children without comments. */
export function children(node: SyntaxNode): SyntaxNode[] {
  return node.namedChildren.filter((child) => child.type !== 'comment' && !child.type.endsWith('_comment'));
}

/** A child by its field in the grammar, or undefined. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.childForFieldName(field) ?? undefined;
}
