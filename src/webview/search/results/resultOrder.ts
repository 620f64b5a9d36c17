import type { TraceListItem } from '../../../protocol/backends';

export const SORTS = ['newest', 'slowest', 'errors'] as const;
export type SortKey = (typeof SORTS)[number];

/** A part of the chart: epoch milliseconds and nanoseconds, both ends included. */
export interface ChartRegion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly leastNs: number;
  readonly mostNs: number;
}

const MOST_OF_THEM = 0.95;

const COMPARE: Readonly<Record<SortKey, (a: TraceListItem, b: TraceListItem) => number>> = {
  newest: (a, b) => b.startMs - a.startMs,
  slowest: (a, b) => b.durationNs - a.durationNs,
  errors: (a, b) => b.errorCount - a.errorCount || b.durationNs - a.durationNs,
};

/** What is listed, in order. Equal ones stay as they came. */
export function orderedResults(
  items: readonly TraceListItem[],
  sort: SortKey,
  region: ChartRegion | undefined,
  words = '',
): TraceListItem[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const shown = items.filter(
    (item) => (region === undefined || isWithin(item, region)) && (wanted.length === 0 || hasWords(item, wanted)),
  );
  return shown.sort(COMPARE[sort]);
}

/**
 * The duration that a full bar stands for: that of the longest, unless a few are so much longer than all others that
 * nobody could tell those apart; then theirs are cut off.
 */
export function fullBarOf(items: readonly TraceListItem[]): number {
  const durations = Float64Array.from(items, ({ durationNs }) => durationNs).sort();
  const longest = durations.at(-1) ?? 1;
  const most = durations[Math.floor(durations.length * MOST_OF_THEM)] ?? 1;
  return Math.max(1, longest > most * 4 ? most : longest);
}

function isWithin({ startMs, durationNs }: TraceListItem, { fromMs, toMs, leastNs, mostNs }: ChartRegion): boolean {
  return startMs >= fromMs && startMs <= toMs && durationNs >= leastNs && durationNs <= mostNs;
}

function hasWords(item: TraceListItem, words: readonly string[]): boolean {
  const { rootService, rootName, services = [], traceId, errorCount } = item;
  const text =
    `${rootService} ${rootName} ${services.join(' ')} ${traceId} ${errorCount > 0 ? 'error' : ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
