import type { Range0 } from '../../base/positions';
import type { FixEdit } from '../../model/finding';
import { LineTable } from '../../base/texts/lineTable';

/** A piece of the text as it was, or one that was put in. */
type Part = { readonly start: number; readonly end: number } | { readonly text: string };

/** A text that is edited again and again, and what all of it comes to as edits of the text as it was. */
export class EditedText {
  private constructor(
    private readonly file: string,
    private readonly original: string,
    private readonly parts: readonly Part[],
  ) {}

  /** A file's text before the first edit. */
  static of(file: string, original: string): EditedText {
    return new EditedText(file, original, [{ start: 0, end: original.length }]);
  }

  /** As before the first edit. */
  undone(): EditedText {
    return EditedText.of(this.file, this.original);
  }

  get text(): string {
    return this.parts.map((part) => this.textOf(part)).join('');
  }

  /** With the edits of one fix, whose places are those of {@link text} before the first of them. They do not overlap. */
  with(edits: readonly Omit<FixEdit, 'file'>[]): EditedText {
    const { text, file, original } = this;
    const lines = new LineTable(text);
    const placed = edits.map(({ range, newText }, order) => ({
      start: lines.offset(range.startLine, range.startColumn),
      end: lines.offset(range.endLine, range.endColumn),
      newText,
      order,
    }));
    // From the end, so that the places before stay; of several at one place the first comes first.
    placed.sort((a, b) => b.start - a.start || b.order - a.order);
    let { parts } = this;
    for (const { start, end, newText } of placed)
      parts = [...cut(parts, 0, start), { text: newText }, ...cut(parts, end, Infinity)];
    return new EditedText(
      file,
      original,
      parts.filter((part) => !('text' in part) || part.text !== ''),
    );
  }

  /**
   * Where edits whose places are those of the text as it was belong now: behind what was put in there. Undefined where what
   * they replace was replaced already.
   */
  moved(edits: readonly FixEdit[]): FixEdit[] | undefined {
    const was = new LineTable(this.original);
    const lines = new LineTable(this.text);
    const moved = edits.map((edit): FixEdit | undefined => {
      const from = was.offset(edit.range.startLine, edit.range.startColumn);
      const to = was.offset(edit.range.endLine, edit.range.endColumn);
      const start = this.nowAt(from, to);
      return start === undefined ? undefined : { ...edit, range: lines.range(start, start + to - from) };
    });
    return moved.every((one) => one !== undefined) ? moved : undefined;
  }

  /** Whether something was put in at the beginning of a range of the text as it was. */
  hasPutAt({ startLine, startColumn }: Range0): boolean {
    const offset = new LineTable(this.original).offset(startLine, startColumn);
    return this.parts.some((part, i) => {
      const [before, after] = [this.parts[i - 1], this.parts[i + 1]];
      const isBehind = before === undefined ? offset === 0 : 'end' in before && before.end === offset;
      return 'text' in part && (isBehind || (after !== undefined && 'start' in after && after.start === offset));
    });
  }

  /** In the order of their places. */
  edits(): FixEdit[] {
    const lines = new LineTable(this.original);
    const edits: FixEdit[] = [];
    let at = 0;
    let put = '';
    const flush = (end: number): void => {
      if (end > at || put !== '') edits.push({ file: this.file, range: lines.range(at, end), newText: put });
      put = '';
    };
    for (const part of this.parts) {
      if ('text' in part) put += part.text;
      else {
        flush(part.start);
        at = part.end;
      }
    }
    flush(this.original.length);
    return edits;
  }

  /** The offset now of a piece of the text as it was, all of which is still there. */
  private nowAt(start: number, end: number): number | undefined {
    let at = 0;
    let found: number | undefined;
    for (const part of this.parts) {
      if ('text' in part) at += part.text.length;
      else {
        if (part.start <= start && end <= part.end) found = at + start - part.start;
        at += part.end - part.start;
      }
    }
    return found ?? (start === end && start === this.original.length ? at : undefined);
  }

  private textOf(part: Part): string {
    return 'text' in part ? part.text : this.original.slice(part.start, part.end);
  }
}

/** The parts between two offsets of the text as it is. */
function cut(parts: readonly Part[], from: number, to: number): Part[] {
  let at = 0;
  return parts.flatMap((part): Part[] => {
    const length = 'text' in part ? part.text.length : part.end - part.start;
    const [start, end] = [Math.max(0, from - at), Math.min(length, to - at)];
    at += length;
    if (end <= start) return [];
    return 'text' in part
      ? [{ text: part.text.slice(start, end) }]
      : [{ start: part.start + start, end: part.start + end }];
  });
}
