import { line0, type Range0 } from '../../base/positions';
import type { Piece } from '../../syntax/code/piece';

/** Offsets to lines and columns as editors count: `\n`, `\r\n` and a lone `\r` end a line; columns are UTF-16 units. */
export class LineTable {
  private readonly starts: readonly number[];

  constructor(text: string) {
    const starts = [0];
    for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
    this.starts = starts;
  }

  /** The range of a piece. */
  range({ start, end }: Piece): Range0 {
    const first = this.lineAt(start);
    const last = this.lineAt(end);
    return {
      startLine: line0(first),
      startColumn: start - this.starts[first]!,
      endLine: line0(last),
      endColumn: end - this.starts[last]!,
    };
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
