import type { MetricsAnswer } from './tempoApi';
import { labelOf, type SpanLabel } from './tempoAttributes';
import { sumOf, type TempoSeries } from './tempoSeries';

/** The label of a histogram's series that holds the upper bound of its bucket, in seconds. */
export const BUCKET = '__bucket';
const STATUS = 'status';

/** The series of one operation. */
export interface Group {
  readonly labels: ReadonlyMap<string, string>;
  /** One series a bucket. */
  readonly histogram: TempoSeries[];
  /** All spans, one series a status: the histogram leaves out those shorter than 2 ns. */
  readonly calls: TempoSeries[];
  /** The histogram again, and the failed spans, by steps. */
  readonly steps: TempoSeries[];
  readonly failures: TempoSeries[];
}

/** The answers to one service's questions, by what they become in a {@link Group}. */
export type Answers = Readonly<Record<'durations' | 'calls' | 'steps' | 'failures', MetricsAnswer>>;

/** Series by what is one operation. @param isCounted whether the spans of a label count in these answers. */
export function grouped(
  { durations, calls, steps, failures }: Answers,
  isCounted: (label: SpanLabel) => boolean,
): Group[] {
  const groups = new Map<string, Group>();
  const groupOf = ({ labels }: TempoSeries): Group => {
    const own = [...labels].filter(([name]) => name !== BUCKET && name !== STATUS);
    const sorted = new Map(own.sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = JSON.stringify([...sorted]);
    const known = groups.get(key) ?? { labels: sorted, histogram: [], calls: [], steps: [], failures: [] };
    groups.set(key, known);
    return known;
  };
  for (const series of durations.series) groupOf(series).histogram.push(series);
  for (const series of calls.series) groupOf(series).calls.push(series);
  for (const series of steps.series) groupOf(series).steps.push(series);
  for (const series of failures.series) groupOf(series).failures.push(series);
  return [...groups.values()].filter(({ labels }) => isCounted(labelOf(labels)));
}

/** How many spans an operation has. */
export function callsOf({ calls }: Group): number {
  return totalOf(calls);
}

/** How many of them failed. */
export function failuresOf({ calls }: Group): number {
  return totalOf(calls.filter(({ labels }) => labels.get(STATUS) === 'error'));
}

function totalOf(series: readonly TempoSeries[]): number {
  return Math.round(series.reduce((sum, one) => sum + sumOf(one), 0));
}
