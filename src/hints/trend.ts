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
  const glyphs = Math.min(MAX_GLYPHS, points.length);
  const values = new Float64Array(glyphs);
  let max = 0;
  for (let i = 0; i < points.length; i++) {
    const value = points[i]!.p95Ns;
    if (value === undefined) continue;
    const at = Math.floor((i * glyphs) / points.length);
    // A duration of 0 is still a call.
    values[at] = Math.max(values[at]!, value, Number.MIN_VALUE);
    if (value > max) max = value;
  }
  let text = '';
  let present = 0;
  for (const value of values) {
    if (value > 0) present++;
    if (present > 0) text += value === 0 ? GAP : EIGHTHS[Math.max(0, Math.ceil((8 * value) / max) - 1)]!;
  }
  return present < MIN_POINTS || max === 0 ? '' : text;
}
