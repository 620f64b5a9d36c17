import { firstFrom } from '../../base/search';

/** Lines of one text that became lines of another; 0-based, half-open. Lines outside all hunks are equal in both. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/** Where a line went. */
export interface CarriedLine {
  /** 0-based; of an edited line where its hunk begins now. */
  readonly line: number;
  /** The line was changed or removed. */
  readonly edited: boolean;
}

/** Carries lines from one text to another, through the versions between them. */
export class LineMap {
  /** The map of a text onto itself. */
  static readonly same = new LineMap([]);

  /** @param steps one after the other; the hunks of each in order. */
  private constructor(private readonly steps: readonly (readonly Hunk[])[]) {}

  static of(hunks: readonly Hunk[]): LineMap {
    return hunks.length === 0 ? LineMap.same : new LineMap([hunks]);
  }

  /** Whether every line is where it was. */
  get isSame(): boolean {
    return this.steps.length === 0;
  }

  /** How many runs of lines are others. */
  get hunkCount(): number {
    return this.steps.reduce((sum, hunks) => sum + hunks.length, 0);
  }

  /** First this map, then `next`. */
  then(next: LineMap): LineMap {
    return new LineMap([...this.steps, ...next.steps]);
  }

  /** The map of the way back. */
  inverse(): LineMap {
    const swapped = this.steps.map((hunks) =>
      hunks.map(({ oldStart, oldCount, newStart, newCount }) => ({
        oldStart: newStart,
        oldCount: newCount,
        newStart: oldStart,
        newCount: oldCount,
      })),
    );
    return new LineMap(swapped.reverse());
  }

  /** @param line 0-based. */
  carry(line: number): CarriedLine {
    let at: CarriedLine = { line, edited: false };
    for (const hunks of this.steps) {
      const next = through(hunks, at.line);
      at = { line: next.line, edited: at.edited || next.edited };
    }
    return at;
  }
}

function through(hunks: readonly Hunk[], line: number): CarriedLine {
  // Of an insertion the old side is empty: it stands before `oldStart`, and moves what comes there.
  const before = hunks[firstFrom(hunks, ({ oldStart }) => oldStart <= line) - 1];
  if (before === undefined) return { line, edited: false };
  const within = line - before.oldStart;
  if (within < before.oldCount) {
    const offset = Math.min(within, Math.max(0, before.newCount - 1));
    return { line: before.newStart + offset, edited: true };
  }
  return { line: before.newStart + before.newCount + within - before.oldCount, edited: false };
}

/**
 * The hunks of a unified diff without context of one file, as `git diff -U0` prints it: `@@ -12,3 +14 @@`, where a count
 * that is left out is 1, and a side without lines names the line before it.
 */
export function parseHunks(diff: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const [, a, b, c, d] of diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)) {
    const oldCount = b === undefined ? 1 : Number(b);
    const newCount = d === undefined ? 1 : Number(d);
    const oldStart = oldCount === 0 ? Number(a) : Number(a) - 1;
    const newStart = newCount === 0 ? Number(c) : Number(c) - 1;
    hunks.push({ oldStart, oldCount, newStart, newCount });
  }
  return hunks;
}
