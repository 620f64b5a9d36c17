import { firstFrom } from '../../base/search';
import type { Timed } from './traceWitness';

/** How many spans ran wholly while one of others did, and whether that can be chance. */
export interface Containment {
  /** Inner spans, with the outer one that contains each. */
  readonly pairs: readonly { readonly inner: Timed; readonly outer: Timed }[];
  /** Of all inner spans, from 0 to 1. */
  readonly share: number;
  /** The share that would be contained by chance: how much of the time the outer spans cover, from 0 to 1. */
  readonly chance: number;
}

/** Outer spans that are looked at for one inner span: those that began last before it. */
const MOST_OUTER = 64;

/** Which of `inner` lie in time within one of `outer`. Clocks are taken as they are: no slack, so that doubt is no proof. */
export function contained(inner: readonly Timed[], outer: readonly Timed[]): Containment {
  const sorted = outer.toSorted((a, b) => a.from - b.from);
  const pairs: { inner: Timed; outer: Timed }[] = [];
  for (const span of inner) {
    const last = upperBound(sorted, span.from);
    for (let i = last - 1; i >= Math.max(0, last - MOST_OUTER); i--) {
      const candidate = sorted[i]!;
      if (candidate.to < span.to || candidate.traceId === span.traceId) continue;
      pairs.push({ inner: span, outer: candidate });
      break;
    }
  }
  return { pairs, share: inner.length === 0 ? 0 : pairs.length / inner.length, chance: coveredShare(sorted, inner) };
}

/** The first index whose span begins after `time`. */
function upperBound(sorted: readonly Timed[], time: number): number {
  return firstFrom(sorted, ({ from }) => from <= time);
}

/** How much of the time that all spans span is covered by `sorted`, which is by start. */
function coveredShare(sorted: readonly Timed[], others: readonly Timed[]): number {
  let covered = 0;
  let end = -Infinity;
  for (const { from, to } of sorted) {
    if (to > end) covered += to - Math.max(from, end);
    end = Math.max(end, to);
  }
  const all = [...sorted, ...others];
  const first = all.reduce((least, { from }) => Math.min(least, from), Infinity);
  const last = all.reduce((most, { to }) => Math.max(most, to), -Infinity);
  return last > first ? Math.min(1, covered / (last - first)) : 1;
}
