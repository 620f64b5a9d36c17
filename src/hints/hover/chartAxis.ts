import type { LatencyHistogram } from '../../model/histogram/histogram';

/** A logarithmic axis over durations in nanoseconds. */
export interface ChartAxis {
  readonly from: number;
  readonly to: number;
  /** 0 at `from`, 1 at `to`; clamped. */
  position(nanoseconds: number): number;
}

/** Narrower than this, bars would show the histogram's buckets instead of the latencies. */
const NARROWEST = 8;

/** An axis that holds every duration of the histogram, at least a factor of eight wide. */
export function chartAxis(histogram: LatencyHistogram): ChartAxis {
  let from = Math.max(1, histogram.min);
  let to = Math.max(from, histogram.max);
  if (to / from < NARROWEST) {
    const middle = Math.sqrt(from * to);
    from = middle / Math.sqrt(NARROWEST);
    to = middle * Math.sqrt(NARROWEST);
  } else {
    // Room for the last bar's right edge.
    to *= 1.02;
  }
  const logFrom = Math.log(from);
  const logWidth = Math.log(to) - logFrom;
  return {
    from,
    to,
    position: (nanoseconds) => Math.min(1, Math.max(0, (Math.log(Math.max(1, nanoseconds)) - logFrom) / logWidth)),
  };
}

/** Round durations on the axis, at most seven: 1-2-5 steps, or powers of ten where these are too many. */
export function axisTicks(axis: ChartAxis): number[] {
  const steps = [[1, 2, 5], [1, 5], [1]];
  for (const multiples of steps) {
    const ticks = ticksWithin(axis, multiples, 1);
    if (ticks.length <= 7) return ticks;
  }
  return ticksWithin(axis, [1], Math.ceil(Math.log10(axis.to / axis.from) / 7));
}

/** How many of the histogram's durations fall in each of `count` bars of equal width; the ends take what lies beyond. */
export function bars(axis: ChartAxis, histogram: LatencyHistogram, count: number): number[] {
  const ratio = Math.pow(axis.to / axis.from, 1 / count);
  const result: number[] = [];
  let from = 0;
  for (let i = 0; i < count; i++) {
    const to = i === count - 1 ? Infinity : axis.from * Math.pow(ratio, i + 1);
    result.push(histogram.countBetween(from, to));
    from = to;
  }
  return result;
}

function ticksWithin(axis: ChartAxis, multiples: readonly number[], everyDecade: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(axis.from)); Math.pow(10, power) <= axis.to; power += everyDecade) {
    for (const multiple of multiples) {
      const tick = multiple * Math.pow(10, power);
      if (tick >= axis.from && tick <= axis.to) ticks.push(tick);
    }
  }
  return ticks;
}
