import { line0, type Range0 } from '../positions';

/** UTF-16 offsets to lines and columns, as editors count them, and back: `\n`, `\r\n` and a lone `\r` end a line. */
export class LineTable {
  private readonly starts: readonly number[];
  private readonly length: number;

  constructor(text: string) {
    this.length = text.length;
    this.starts = text.includes('\r') ? startsAfter(text, /\r\n|\n|\r/g) : startsAfterNewlines(text);
  }

  /** The range between two offsets. */
  range(start: number, end: number): Range0 {
    const first = this.lineAt(start);
    // Most ranges begin and end on one line.
    const last = end < (this.starts[first + 1] ?? Infinity) ? first : this.lineAt(end);
    return {
      startLine: line0(first),
      startColumn: start - this.starts[first]!,
      endLine: line0(last),
      endColumn: end - this.starts[last]!,
    };
  }

  /** The offset of a 0-based line and column; the text's end for what lies behind it. */
  offset(line: number, column: number): number {
    return Math.min((this.starts[line] ?? this.length) + column, this.length);
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function startsAfter(text: string, ends: RegExp): number[] {
  const starts = [0];
  for (const match of text.matchAll(ends)) starts.push(match.index + match[0].length);
  return starts;
}

/** The same for nearly all files, at a tenth of the cost: lock files have a hundred thousand lines. */
function startsAfterNewlines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
