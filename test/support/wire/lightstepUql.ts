/** A span as queries see it: its time and length in milliseconds, and labels as texts. */
export interface UqlSpan {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly labels: ReadonlyMap<string, string>;
}

/** A group of a query's answer. */
export interface UqlSeries {
  readonly 'group-labels': readonly string[];
  readonly points: readonly (readonly [number, number])[];
}

/** The time that a query is about, in milliseconds. */
export interface UqlRange {
  readonly oldest: number;
  readonly youngest: number;
  readonly period: number;
}

const QUERY =
  /^spans (count|latency) \| delta(?: (\d+)s)?(?: \| filter (.+?))? \| group_by \[([^\]]*)\], sum(?: \| point percentile\(value, (\d+\.\d)\))?$/s;
const TOKENS = /"(?:[^"\\]|\\.)*"|&&|\|\||==|[()]|[\w.:/-]+/g;

type Predicate = (span: UqlSpan) => boolean;

/** Evaluates as much of UQL as spans are asked for with. @throws Error on anything else. */
export function uqlSeries(spans: readonly UqlSpan[], query: string, range: UqlRange): UqlSeries[] {
  const [, fetch, over, filter, labelList = '', percentile] = QUERY.exec(query) ?? [];
  if (fetch === undefined) throw new Error(`cannot read the query ${query}`);
  if (fetch === 'latency' && percentile === undefined) throw new Error('distributions are not returned');
  const meets = filter === undefined ? () => true : predicateOf(filter);
  const labels = [...labelList.matchAll(/"([^"]+)"/g)].map(([, label]) => label!);
  const { oldest, youngest, period } = range;
  const groups = new Map<string, UqlSpan[]>();
  for (const span of spans) {
    if (span.startMs < oldest || span.startMs >= youngest || !meets(span)) continue;
    const key = JSON.stringify(labels.map((label) => `${label}=${span.labels.get(label) ?? ''}`));
    groups.set(key, [...(groups.get(key) ?? []), span]);
  }
  return [...groups].map(([key, own]) => {
    const buckets = new Map<number, UqlSpan[]>();
    for (const span of own) {
      const at = over === undefined ? oldest + Math.floor((span.startMs - oldest) / period) * period : youngest;
      buckets.set(at, [...(buckets.get(at) ?? []), span]);
    }
    const points = [...buckets].map(([at, some]): [number, number] => [
      at,
      fetch === 'count'
        ? some.length
        : percentileOf(
            some.map(({ lengthMs }) => lengthMs),
            Number(percentile),
          ),
    ]);
    return { 'group-labels': JSON.parse(key) as string[], points };
  });
}

function percentileOf(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}

/** Comparisons for equality, joined by "and" and, in parentheses, by "or". */
function predicateOf(text: string): Predicate {
  const tokens = text.match(TOKENS) ?? [];
  let at = 0;
  const comparison = (): Predicate => {
    if (tokens[at] === '(') {
      at++;
      const inner = joined();
      if (tokens[at++] !== ')') throw new Error('a parenthesis is missing');
      return inner;
    }
    const [key, operator, value] = tokens.slice(at, at + 3);
    at += 3;
    if (key === undefined || operator !== '==' || value === undefined) throw new Error(`cannot read ${text}`);
    const wanted = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
    return (span) => span.labels.get(key) === wanted;
  };
  const joined = (): Predicate => {
    let left = comparison();
    while (tokens[at] === '&&' || tokens[at] === '||') {
      const isAnd = tokens[at++] === '&&';
      const [before, right] = [left, comparison()];
      left = isAnd ? (span) => before(span) && right(span) : (span) => before(span) || right(span);
    }
    return left;
  };
  return joined();
}
