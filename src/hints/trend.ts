import type { TrendPoint } from '../model/operation';

const EIGHTHS = '▁▂▃▄▅▆▇█';
/** A gap: no calls in that stretch of time. No-break, as wide as a digit, so that editors keep it. */
const GAP = '\u2007';
const MAX_GLYPHS = 8;
/** Fewer stretches with calls than this are no trend. */
const MIN_POINTS = 3;

/**
 * The course of p95 as eighth blocks, oldest first, at most eight of them: neighbouring points share one, and the
 * slowest counts. Heights are proportional to the slowest, so an even course is an even row. Empty where too few points
 * have calls.
 */
export function trendGlyphs(points: readonly TrendPoint[]): string {
  const values = fold(points);
  let max = 0;
  let present = 0;
  for (const value of values) {
    if (value === undefined) continue;
    present++;
    if (value > max) max = value;
  }
  if (present < MIN_POINTS || max === 0) return '';
  const first = values.findIndex((value) => value !== undefined);
  const glyphs = values.slice(first).map((value) => {
    if (value === undefined) return GAP;
    const level = Math.max(1, Math.ceil((8 * value) / max));
    return EIGHTHS[level - 1]!;
  });
  return glyphs.join('');
}

function fold(points: readonly TrendPoint[]): (number | undefined)[] {
  if (points.length === 0) return [];
  const glyphs = Math.min(MAX_GLYPHS, points.length);
  const folded: (number | undefined)[] = Array.from({ length: glyphs }, () => undefined);
  for (let i = 0; i < points.length; i++) {
    const at = Math.floor((i * glyphs) / points.length);
    const value = points[i]!.p95Ns;
    if (value === undefined) continue;
    folded[at] = Math.max(folded[at] ?? 0, value);
  }
  return folded;
}
