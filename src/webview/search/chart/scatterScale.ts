import { formatDuration, THIN } from '../../../base/format';
import type { TraceListItem } from '../../../protocol/backends';
import type { ChartRegion } from '../results/resultOrder';

/** Where in a chart traces stand: time to the right, the logarithm of the duration upwards. */
export interface ScatterScale {
  readonly fromMs: number;
  readonly toMs: number;
  /** Nanoseconds, powers of ten. */
  readonly leastNs: number;
  readonly mostNs: number;
  /** The plot, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A scale that shows all of them, with some air; undefined where there are none. */
export function scatterScale(items: readonly TraceListItem[], box: Box): ScatterScale | undefined {
  if (items.length === 0 || box.width <= 0 || box.height <= 0) return undefined;
  let [fromMs, toMs, least, most] = [Infinity, -Infinity, Infinity, 1];
  for (const { startMs, durationNs } of items) {
    fromMs = Math.min(fromMs, startMs);
    toMs = Math.max(toMs, startMs);
    least = Math.min(least, Math.max(1, durationNs));
    most = Math.max(most, durationNs);
  }
  const air = Math.max(500, (toMs - fromMs) * 0.03);
  const leastNs = 10 ** Math.floor(Math.log10(least));
  const mostNs = 10 ** Math.max(Math.ceil(Math.log10(most) - 1e-9), Math.log10(leastNs) + 1);
  return { fromMs: fromMs - air, toMs: toMs + air, leastNs, mostNs, ...box };
}

export function xOf(scale: ScatterScale, startMs: number): number {
  return scale.left + ((startMs - scale.fromMs) / (scale.toMs - scale.fromMs)) * scale.width;
}

export function yOf(scale: ScatterScale, durationNs: number): number {
  const share = Math.log10(Math.max(scale.leastNs, durationNs) / scale.leastNs) / decades(scale);
  return scale.top + (1 - share) * scale.height;
}

/** Durations at which lines are drawn: every power of ten, or fewer where they would touch. */
export function durationTicks(scale: ScatterScale): { readonly y: number; readonly label: string }[] {
  const count = Math.round(decades(scale));
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(scale.height / 22))));
  const ticks: { y: number; label: string }[] = [];
  for (let n = 0; n <= count; n += step) {
    const duration = scale.leastNs * 10 ** n;
    ticks.push({ y: yOf(scale, duration), label: tickLabel(duration) });
  }
  return ticks;
}

/** Powers of ten stay such in seconds, where minutes would need more room than there is. */
function tickLabel(duration: number): string {
  return duration >= 1e11 ? `${(duration / 1e9).toLocaleString()}${THIN}s` : formatDuration(duration);
}

/** The region between two corners in pixels, in any order. */
export function regionBetween(scale: ScatterScale, a: Point, b: Point): ChartRegion {
  const time = (x: number): number => scale.fromMs + ((x - scale.left) / scale.width) * (scale.toMs - scale.fromMs);
  const duration = (y: number): number => scale.leastNs * 10 ** ((1 - (y - scale.top) / scale.height) * decades(scale));
  // At the very bottom and top lie those that are shorter or longer than the axis can tell.
  const bottom = Math.max(a.y, b.y) >= scale.top + scale.height - 1;
  const top = Math.min(a.y, b.y) <= scale.top + 1;
  return {
    fromMs: time(Math.min(a.x, b.x)),
    toMs: time(Math.max(a.x, b.x)),
    leastNs: bottom ? 0 : duration(Math.max(a.y, b.y)),
    mostNs: top ? Infinity : duration(Math.min(a.y, b.y)),
  };
}

/** Pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The trace next to a point, at most `reach` pixels away; of several the one drawn last. */
export function nearestTrace(
  scale: ScatterScale,
  items: readonly TraceListItem[],
  { x, y }: Point,
  reach: number,
): TraceListItem | undefined {
  let best: TraceListItem | undefined;
  let least = reach * reach;
  for (const item of items) {
    const distance = (xOf(scale, item.startMs) - x) ** 2 + (yOf(scale, item.durationNs) - y) ** 2;
    if (distance > least) continue;
    least = distance;
    best = item;
  }
  return best;
}

function decades({ leastNs, mostNs }: ScatterScale): number {
  return Math.log10(mostNs / leastNs);
}
