import { formatDuration } from '../../base/format';
import { pixelRuns, type TimeWindow } from './intervals';
import type { TraceIndex } from './traceIndex';
import type { VisibleRows } from './visibleRows';

/** What is drawn in the timeline for one line; pixels from the timeline's left edge. */
export interface Bar {
  readonly x0: number;
  readonly x1: number;
  /** Runs `[x0, x1, …]` in which the span waits for its children; for a group the runs of its members. */
  readonly runs: readonly number[];
  readonly critical: readonly number[];
  /** Whether the stretch lies outside of the window, and on which side. */
  readonly outside: 'left' | 'right' | undefined;
  readonly label: string;
}

/** Bars are never thinner than this, or a short span among long ones could not be seen. */
export const THINNEST = 2;

/**
 * The bar of one line, without any drawing.
 * @param width of the timeline in pixels.
 * @param collapsed whether the line stands for its whole subtree.
 */
export function barOf(
  index: TraceIndex,
  rows: VisibleRows,
  line: number,
  collapsed: boolean,
  window: TimeWindow,
  width: number,
): Bar {
  const row = rows.row[line]!;
  const group = rows.group[line]!;
  const { start, duration, subtreeEnd } = index.columns;
  const end = group >= 0 ? index.groups.end[group]! : collapsed ? subtreeEnd[row]! : row + 1;
  const critical = pixelRuns(index.criticalIn(row, end), window, width);
  if (group >= 0) return groupBar(index, group, critical, window, width);
  const scale = width / (window.to - window.from);
  const from = start[row]!;
  const to = from + duration[row]!;
  return {
    x0: Math.max(0, (from - window.from) * scale),
    x1: Math.min(width, (to - window.from) * scale),
    runs: pixelRuns(index.waitingOf(row), window, width),
    critical,
    outside: outsideOf(from, to, window),
    label: formatDuration(duration[row]!),
  };
}

function groupBar(
  index: TraceIndex,
  group: number,
  critical: readonly number[],
  window: TimeWindow,
  width: number,
): Bar {
  const members = index.membersOf(group);
  const from = members.from[0] ?? 0;
  const to = members.to[members.count - 1] ?? from;
  const scale = width / (window.to - window.from);
  return {
    x0: Math.max(0, (from - window.from) * scale),
    x1: Math.min(width, (to - window.from) * scale),
    runs: pixelRuns(members, window, width),
    critical,
    outside: outsideOf(from, to, window),
    label: `${formatDuration(index.totalOf(group))} in all`,
  };
}

function outsideOf(from: number, to: number, window: TimeWindow): 'left' | 'right' | undefined {
  if (to < window.from) return 'left';
  return from > window.to ? 'right' : undefined;
}

/**
 * Where a bar's label goes: right of it, else left of it, else inside at its right end.
 * @param width pixels that labels may take, from the left end of time.
 */
export function labelPlace(bar: Bar, labelWidth: number, width: number): { x: number; inside: boolean } {
  const gap = 6;
  const right = Math.max(bar.x1, bar.x0 + THINNEST);
  if (right + gap + labelWidth <= width) return { x: right + gap, inside: false };
  if (bar.x0 - gap - labelWidth >= 0) return { x: bar.x0 - gap - labelWidth, inside: false };
  return { x: Math.max(bar.x0 + gap, right - gap - labelWidth), inside: true };
}
