import { formatDuration, THIN } from '../../base/format';
import type { TimeWindow } from './intervals';

/** Narrowest window: 100 ns across, below which nanosecond clocks have nothing to show. */
const NARROWEST = 100;

export interface Tick {
  /** Nanoseconds from the trace's start. */
  readonly at: number;
  readonly label: string;
}

/** The window moved and cut so that it lies within `0..total` and is not narrower than what can be shown. */
export function clampWindow(window: TimeWindow, total: number): TimeWindow {
  const whole = Math.max(1, total);
  const length = Math.min(whole, Math.max(Math.min(NARROWEST, whole), window.to - window.from));
  const from = Math.min(Math.max(0, window.from), whole - length);
  return Number.isFinite(from) ? { from, to: from + length } : { from: 0, to: whole };
}

/** Zooms by `factor` (below 1 zooms in) so that the time `pivot` stays where it is. */
export function zoomAt(window: TimeWindow, factor: number, pivot: number, total: number): TimeWindow {
  const length = Math.min(Math.max(1, total), Math.max(NARROWEST, (window.to - window.from) * factor));
  const share = (pivot - window.from) / (window.to - window.from);
  const from = pivot - share * length;
  return clampWindow({ from, to: from + length }, total);
}

/** Moves the window by a share of its length. */
export function panBy(window: TimeWindow, share: number, total: number): TimeWindow {
  const by = (window.to - window.from) * share;
  return clampWindow({ from: window.from + by, to: window.to + by }, total);
}

/** A window around a stretch with 5 % of air on both sides. */
export function windowAround(from: number, to: number, total: number): TimeWindow {
  const air = Math.max((to - from) * 0.05, NARROWEST / 2);
  return clampWindow({ from: from - air, to: to + air }, total);
}

/** Round times within the window, at least `minimumPixels` apart. */
export function ticks(window: TimeWindow, width: number, minimumPixels = 90): Tick[] {
  const length = window.to - window.from;
  if (width <= 0 || length <= 0) return [];
  const step = niceStep((length * minimumPixels) / width);
  const found: Tick[] = [];
  for (let n = Math.ceil(window.from / step - 1e-9); n * step <= window.to; n++) {
    found.push({ at: n * step, label: tickLabel(n * step, step, window.to) });
  }
  return found;
}

/** The next of 1, 2, 5 × 10ⁿ, and 15, 30, 60 s beyond ten seconds. */
function niceStep(least: number): number {
  const second = 1e9;
  for (const step of [15, 30, 60, 120, 300, 600, 1800, 3600]) {
    if (least > 10 * second && least <= step * second) return step * second;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  for (const factor of [1, 2, 5, 10]) {
    if (factor * power >= least) return factor * power;
  }
  return 10 * power;
}

/** All labels of an axis in one unit, with as many digits as tell neighbours apart. */
function tickLabel(value: number, step: number, last: number): string {
  if (value === 0) return '0';
  if (step >= 1e9 && last >= 60e9) return formatDuration(value);
  const [unit, size] = unitFor(last);
  const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return `${(value / size).toFixed(digits)}${THIN}${unit}`;
}

function unitFor(value: number): readonly [string, number] {
  if (value >= 1e9) return ['s', 1e9];
  if (value >= 1e6) return ['ms', 1e6];
  if (value >= 1e3) return ['µs', 1e3];
  return ['ns', 1];
}
