/** Largest first; what is below a second is one number with a fraction. */
const WHOLE: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
];
const PARTS: readonly (readonly [string, number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
];

/**
 * Nanoseconds as Tempo writes durations in labels: `1h2m3.5s`, `2.05µs`, `100ns`, `0s`.
 *
 * Source: Go's `time.Duration.String`, called by `Static.AsAnyValue` in grafana/tempo `pkg/traceql`.
 */
export function goDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  const sign = ns < 0n ? '-' : '';
  let rest = ns < 0n ? -ns : ns;
  let text = '';
  for (const [unit, length] of WHOLE) {
    if (rest >= length || text !== '') text += `${rest / length}${unit}`;
    rest %= length;
  }
  if (text !== '') return `${sign}${text}${seconds(rest)}s`;
  if (rest >= 1_000_000_000n) return `${sign}${seconds(rest)}s`;
  const small = Number(rest);
  const [unit, length] = PARTS.find(([, size]) => small >= size) ?? ['ns', 1];
  // Below a second every digit of the quotient is exact.
  return `${sign}${small / length}${unit}`;
}

/** With the digits that are not zero, of less than a minute. */
function seconds(ns: bigint): string {
  const fraction = String(ns % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${ns / 1_000_000_000n}${fraction === '' ? '' : '.'}${fraction}`;
}
