import type { Token } from './tokens';
import { TraceQlError } from '../language/traceQlError';

const UNIT_NS: Readonly<Record<string, number>> = {
  ...{ ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 },
  ...{ d: 86_400e9, w: 7 * 86_400e9, y: 365 * 86_400e9 },
};
/** Whole numbers, each unit once, the larger ones first: the only form in which days, weeks and years can stand. */
const CALENDAR = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;
const CLOCK = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const MAX_INT = 2n ** 63n - 1n;

type NumberToken = Required<Pick<Token, 'number' | 'text'>>;

/**
 * Reads a number or a duration. @returns undefined if none begins at `from`.
 * @throws TraceQlError if one begins that means nothing.
 */
export function readNumber(text: string, from: number): NumberToken | undefined {
  const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?/i.exec(text.slice(from, from + 400))?.[0];
  if (number === undefined) return undefined;
  const more = /^[\dnsumhµμdwy.]*/.exec(text.slice(from + number.length))![0];
  const nanoseconds = more === '' ? undefined : durationNs(number + more);
  if (nanoseconds !== undefined) {
    return { text: number + more, number: { type: 'duration', value: nanoseconds } };
  }
  const tail = /^[\p{L}\p{N}_]+/u.exec(text.slice(from + number.length))?.[0];
  if (tail !== undefined) {
    throw new TraceQlError(
      `${number}${tail} is neither a number nor a duration.`,
      { from, to: from + number.length + tail.length },
      'Durations end in ns, us, ms, s, m or h: 150ms, 1.5s, 1h30m.',
    );
  }
  if (/[.e]/i.test(number)) return { text: number, number: { type: 'float', value: Number(number) } };
  const integer = BigInt(number);
  if (integer > MAX_INT) {
    const cure = 'Write a smaller number, or one with a decimal point.';
    throw new TraceQlError(`${number} does not fit into 64 bits.`, { from, to: from + number.length }, cure);
  }
  return {
    text: number,
    number: { type: 'int', value: Number.isSafeInteger(Number(number)) ? Number(number) : integer },
  };
}

function durationNs(text: string): number | undefined {
  if (!CALENDAR.test(text) && !CLOCK.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|[smhdwy])/g)) {
    sum += Number(amount) * UNIT_NS[unit!]!;
  }
  return Math.trunc(sum);
}
