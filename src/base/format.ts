/**
 * Numbers as Spanlight shows them on every surface: three significant digits, the unit by size, and a narrow no-break
 * space before the unit.
 */

/** Narrow no-break space: keeps number and unit together without a wide gap. */
export const THIN = '\u202f';

const MS = 1e6;
const S = 1e9;
const MIN = 60 * S;
const HOUR = 60 * MIN;

/** A duration in nanoseconds as `840 ns`, `12.4 µs`, `3.21 ms`, `48 ms`, `1.84 s`, `2 min 5 s`, `3 h 7 min`. */
export function formatDuration(nanoseconds: number): string {
  if (!Number.isFinite(nanoseconds)) return '–';
  if (nanoseconds < 0) return `−${formatDuration(-nanoseconds)}`;
  for (const [unit, size] of [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', MS],
    ['s', S],
  ] as const) {
    const value = significant(nanoseconds / size);
    const limit = unit === 's' ? 60 : 1000;
    if (Number(value) < limit) return `${value}${THIN}${unit}`;
  }
  const seconds = Math.round(nanoseconds / S);
  if (seconds * S < HOUR) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(nanoseconds / MIN);
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** A count as `7`, `999`, `1.2k`, `3.4M`, `1.1G`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count));
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
  ] as const) {
    const value = oneDecimal(count / size);
    if (Number(value) < 1000) return `${value}${unit}`;
  }
  return `${oneDecimal(count / 1e9)}G`;
}

/**
 * A share of failures as `0.4 % err`, `12 % err` or `all failed`; undefined when nothing failed.
 * A share that would round to zero or to all is shown as `<0.1 %` or `>99 %`: some failed, not none and not all.
 */
export function formatErrorRate(errors: number, count: number): string | undefined {
  if (errors <= 0 || count <= 0) return undefined;
  if (errors >= count) return 'all failed';
  const percent = (100 * errors) / count;
  if (percent < 0.05) return `<0.1${THIN}% err`;
  if (percent < 0.95) return `${percent.toFixed(1)}${THIN}% err`;
  if (percent >= 99.5) return `>99${THIN}% err`;
  return `${Math.round(percent)}${THIN}% err`;
}

/** Three digits. Rounding by arithmetic is several times faster than toPrecision, and every hint says it twice. */
function significant(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  if (value >= 9.995) return String(Math.round(value * 10) / 10);
  if (value >= 1) return String(Math.round(value * 100) / 100);
  return String(Number(value.toPrecision(3)));
}

function oneDecimal(value: number): string {
  return String(value >= 99.95 ? Math.round(value) : Math.round(value * 10) / 10);
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${THIN}${largeUnit}`;
  return small === 0 ? head : `${head} ${small}${THIN}${smallUnit}`;
}
