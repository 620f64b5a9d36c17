const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Lengths of the past that can be searched; `any` where nothing bounds it, `custom` between two times. */
export const RANGES = ['15m', '1h', '6h', '24h', '7d', 'any', 'custom'] as const;

export type RangeKey = (typeof RANGES)[number];

/** A choice of the time that is searched. */
export interface RangeChoice {
  readonly key: RangeKey;
  /** For `custom`: as `<input type="datetime-local">` has them, in local time; empty while not given. */
  readonly from: string;
  readonly to: string;
}

const LENGTHS: Readonly<Partial<Record<RangeKey, number>>> = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
};

const WORDS: Readonly<Record<RangeKey, string>> = {
  '15m': 'Last 15 min',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  any: 'Any time',
  custom: 'From … to …',
};

/** As in the list of choices. */
export function rangeLabel(key: RangeKey): string {
  return WORDS[key];
}

/** For a sentence: `in the last hour`; empty for any time. */
export function rangeWords({ key, from, to }: RangeChoice): string {
  if (key === 'any') return '';
  if (key !== 'custom') return `in the ${WORDS[key].toLowerCase()}`;
  const times = [from === '' ? '' : `from ${localTime(from)}`, to === '' ? '' : `to ${localTime(to)}`];
  return times.filter((words) => words !== '').join(' ');
}

/** The next longer choice, to look further back; undefined from the longest on. */
export function widerRange(key: RangeKey, hasAny: boolean): RangeKey | undefined {
  if (key === 'any') return undefined;
  if (hasAny) return 'any';
  return key === '15m' || key === '1h' ? '24h' : key === '6h' || key === '24h' ? '7d' : undefined;
}

/** Epoch milliseconds; none for any time. A custom range that is open at an end goes on from there to now, or a day back. */
export function rangeTimes(
  { key, from, to }: RangeChoice,
  nowMs: number,
): { readonly fromMs?: number; readonly toMs?: number } {
  const length = LENGTHS[key];
  // Clocks of other machines may run ahead a little.
  if (length !== undefined) return { fromMs: nowMs - length, toMs: nowMs + MINUTE_MS };
  if (key === 'any') return {};
  const toMs = timeOf(to) ?? nowMs;
  const fromMs = timeOf(from) ?? toMs - 24 * HOUR_MS;
  return { fromMs: Math.min(fromMs, toMs), toMs: Math.max(fromMs, toMs) };
}

function timeOf(local: string): number | undefined {
  const time = local === '' ? Number.NaN : new Date(local).getTime();
  return Number.isFinite(time) && time >= 0 ? time : undefined;
}

function localTime(local: string): string {
  const time = timeOf(local);
  return time === undefined ? local : new Date(time).toLocaleString();
}
