import type { Finding } from '../../model/finding';
import { IGNORE_MARK, ignoreCommentsIn } from './ignoreComments';
import { ignoreNote, type IgnoreNote } from './ignoreNotes';
import { suppressing } from './suppressions';

/** Which comments silenced findings of which rules: what is left of them is told. */
export class UsedComments {
  private readonly used = new Map<string, Set<string>>();

  /** @returns whether a comment silences it. */
  add(finding: Finding, lines: readonly string[]): boolean {
    const comments = suppressing(finding, lines);
    for (const { range } of comments) {
      const key = keyOf(finding.file, range.startLine);
      this.used.set(key, (this.used.get(key) ?? new Set()).add(finding.rule));
    }
    return comments.length > 0;
  }

  /** What there is to say of all comments in these files. @param unheard the rules that are off. */
  notes(texts: ReadonlyMap<string, readonly string[]>, unheard: ReadonlySet<string>): IgnoreNote[] {
    return [...texts].flatMap(([file, lines]) =>
      lines.some((line) => line.includes(IGNORE_MARK))
        ? ignoreCommentsIn(lines).flatMap((comment) => {
            const used = this.used.get(keyOf(file, comment.range.startLine)) ?? new Set();
            return ignoreNote(file, comment, used, unheard) ?? [];
          })
        : [],
    );
  }
}

function keyOf(file: string, line: number): string {
  return `${line}\0${file}`;
}
