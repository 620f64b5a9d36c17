import type { Field, MetricsFunction, OverTimeFunction, SpansetFilter } from '../language/ast';
import type { FieldParser } from './fieldParser';
import type { TokenReader } from './tokenReader';
import type { Token } from './tokens';
import { TraceQlError, type TextRange } from '../language/traceQlError';

const OVER_TIME: readonly string[] = ['min_over_time', 'max_over_time', 'avg_over_time', 'sum_over_time'];
const COUNTS: readonly string[] = ['rate', 'count_over_time'];

/** The functions that turn spans into series. */
export const METRICS_FUNCTIONS: readonly string[] = [
  ...COUNTS,
  ...OVER_TIME,
  ...['quantile_over_time', 'histogram_over_time', 'compare'],
];

/** What a series can be grouped by at most; one fewer where the function needs a label of its own. */
const MAX_GROUPS = 5;
const MAX_COMPARED = 1000;

/** Reads one of {@link METRICS_FUNCTIONS}, which must be next. @throws TraceQlError */
export function metricsFunction(
  tokens: TokenReader,
  fields: FieldParser,
  filter: () => SpansetFilter,
): MetricsFunction {
  const name = tokens.take();
  tokens.expect('(', `Write ${name.text}( … ).`);
  if (name.text === 'compare') return compare(tokens, filter);
  if (COUNTS.includes(name.text)) {
    close(tokens);
    return { name: name.text as 'rate', by: groups(tokens, fields, MAX_GROUPS) };
  }
  const field = fields.field();
  if (name.text === 'quantile_over_time') {
    const quantiles = quantileList(tokens);
    close(tokens);
    return { name: 'quantile_over_time', field, quantiles, by: groups(tokens, fields, MAX_GROUPS - 1) };
  }
  close(tokens);
  const limit = /^(histogram|avg)/.test(name.text) ? MAX_GROUPS - 1 : MAX_GROUPS;
  return { name: name.text as OverTimeFunction, field, by: groups(tokens, fields, limit) };
}

function groups(tokens: TokenReader, fields: FieldParser, limit: number): Field[] {
  if (!tokens.isWord('by')) return [];
  const { from } = tokens.take();
  tokens.expect('(', 'Write by( … ).');
  const by = fields.fields();
  const { to } = close(tokens);
  if (by.length <= limit) return by;
  const cure = `Name ${limit} at most.`;
  throw new TraceQlError(`These series cannot be grouped by ${by.length} fields.`, { from, to }, cure);
}

function quantileList(tokens: TokenReader): number[] {
  const quantiles: number[] = [];
  while (tokens.skip(',')) {
    const { next } = tokens;
    const value = Number(next.number?.value);
    if (next.number === undefined || next.number.type === 'duration') {
      throw tokens.unexpected('Write numbers from 0 to 1, such as .5, .95.');
    }
    if (value < 0 || value > 1) {
      throw new TraceQlError(`${next.text} is no quantile.`, next, 'Write numbers from 0 to 1, such as .5, .95.');
    }
    quantiles.push(value);
    tokens.take();
  }
  if (quantiles.length === 0) throw tokens.unexpected('Name at least one quantile, such as .95.');
  return quantiles;
}

function compare(tokens: TokenReader, filter: () => SpansetFilter): MetricsFunction {
  const selection = filter();
  const numbers: Token[] = [];
  while (tokens.skip(',')) numbers.push(integer(tokens));
  const { to } = close(tokens);
  const [top, from, until] = numbers;
  const range = { from: (top ?? selection).from, to };
  if (numbers.length === 2 || numbers.length > 3) {
    throw new TraceQlError('compare takes one, two or four values.', range, 'Write compare({ … }, top, start, end).');
  }
  const count = Number(top?.number!.value ?? 10);
  if (count < 1 || count > MAX_COMPARED) {
    throw new TraceQlError(`${count} values cannot be compared.`, range, `Write a number from 1 to ${MAX_COMPARED}.`);
  }
  return { name: 'compare', selection, top: count, window: comparedWindow(from, until, range) };
}

function comparedWindow(from: Token | undefined, until: Token | undefined, range: TextRange) {
  if (from === undefined || until === undefined) return undefined;
  const window = { from: BigInt(from.number!.value as number), to: BigInt(until.number!.value as number) };
  if (window.from === 0n && window.to === 0n) return undefined;
  if (window.from > 0n && window.to > window.from) return window;
  const cure = 'Write two times in nanoseconds since 1970, the later one last.';
  throw new TraceQlError('These two times are no window.', range, cure);
}

/** A whole number without a sign, which must be next. @throws TraceQlError */
export function integer(tokens: TokenReader): Token {
  if (tokens.next.number?.type !== 'int') throw tokens.unexpected('Write a whole number.');
  return tokens.take();
}

function close(tokens: TokenReader): Token {
  return tokens.expect(')', 'Close the parenthesis.');
}
