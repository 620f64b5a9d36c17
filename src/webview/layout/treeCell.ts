import type { VisibleRows } from './visibleRows';

const STEP = 14;
const LEFT = 6;

/** How levels become pixels for the lines in sight: deep traces shift left so that names stay readable. */
export interface Indentation {
  /** Levels left out at the left. */
  readonly shift: number;
  readonly step: number;
}

/** The indentation that leaves more than half of the column to the names. O(lines in sight). */
export function indentationFor(rows: VisibleRows, first: number, end: number, treeWidth: number): Indentation {
  let deepest = 0;
  for (let line = first; line < end; line++) deepest = Math.max(deepest, rows.level[line]!);
  const fitting = Math.max(1, Math.floor((treeWidth * 0.45) / STEP));
  return { shift: Math.max(0, deepest - fitting), step: STEP };
}

/** Left edge of a line's chevron. */
export function indentOf(level: number, { shift, step }: Indentation): number {
  return LEFT + Math.max(0, level - shift) * step;
}

/** Width of the chevron's place. */
export const CHEVRON = 16;
/** Width of the colour mark and the space after it. */
export const MARK = 10;
/** Width of one sign at the right of the tree column. */
export const SIGN = 20;
