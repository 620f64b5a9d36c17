import type { TimeWindow } from '../../../model/time';
import type { Trace } from '../../../model/trace';
import { accumulatorsFor, type Accumulator } from './accumulators';
import type { MetricsExpression, MetricsFunction } from '../language/ast';
import { CompareSeries } from './compareSeries';
import { compilePipeline, compileValue } from '../evaluate/compilePipeline';
import { datumKey, isNumber, type Datum } from '../language/datum';
import { goDuration } from './goDuration';
import { intrinsicType } from '../language/intrinsics';
import { fieldText } from '../language/fieldText';
import { labelValue, type LabelValue, type Series } from './series';
import { applyStages, combine, present, toSeriesSet } from './seriesMath';
import { SpanReader, type ReadOptions } from '../evaluate/spanReader';

/** How series are made. */
export interface MetricsOptions extends ReadOptions {
  /** Only spans that start within it count, and `rate` is by its length; all spans and their own time where left out. */
  readonly window?: TimeWindow;
}

/**
 * The series of a metrics query: one number each over the whole time.
 *
 * @param traces gone through once, also where the query calculates with several series.
 */
export async function evaluateMetrics(
  expression: MetricsExpression,
  traces: Iterable<Trace> | AsyncIterable<Trace>,
  options: MetricsOptions = {},
): Promise<Series[]> {
  const leaves = new Map(leavesOf(expression).map((leaf) => [leaf, new SeriesMaker(leaf, options)]));
  const time = new TimeSpan();
  for await (const trace of traces) {
    time.add(trace);
    const span = new SpanReader(trace, options);
    const all = Array.from({ length: trace.count }, (_, row) => row);
    for (const maker of leaves.values()) maker.add(span, all);
  }
  const seconds = options.window === undefined ? time.seconds : secondsOf(options.window);
  const evaluate = (node: MetricsExpression): ReturnType<typeof toSeriesSet> => {
    const series =
      node.node === 'series'
        ? toSeriesSet(leaves.get(node)!.series(seconds))
        : combine(node.operator, evaluate(node.left), evaluate(node.right));
    return applyStages(series, node.stages);
  };
  return present(evaluate(expression));
}

type Leaf = Extract<MetricsExpression, { node: 'series' }>;

function leavesOf(expression: MetricsExpression): Leaf[] {
  const leaves: Leaf[] = [];
  const open = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'series') leaves.push(node);
    else open.push(node.left, node.right);
  }
  return leaves;
}

/** Makes the series of one function of one pipeline. */
class SeriesMaker {
  private readonly evaluate;
  private readonly observe: (span: SpanReader) => void;
  readonly series: (seconds: number) => Series[];

  constructor(
    leaf: Leaf,
    private readonly options: MetricsOptions,
  ) {
    this.evaluate = compilePipeline(leaf.pipeline);
    const metrics = leaf.function;
    const groups = metrics.name === 'compare' ? new CompareSeries(metrics) : new GroupedSeries(metrics);
    this.observe = (span) => groups.add(span);
    this.series = (seconds) => groups.series(seconds);
  }

  add(span: SpanReader, rows: readonly number[]): void {
    for (const set of this.evaluate([{ rows, groups: [] }], span)) {
      for (const row of set.rows) {
        if (!this.isWithinWindow(span.trace, row)) continue;
        span.moveTo(row);
        this.observe(span);
      }
    }
  }

  private isWithinWindow(trace: Trace, row: number): boolean {
    const { window } = this.options;
    if (window === undefined) return true;
    const start = trace.startNs + BigInt(Math.round(trace.start[row]!));
    return start >= window.from && start < window.to;
  }
}

class GroupedSeries {
  private readonly fields;
  private readonly make;
  private readonly groups = new Map<string, { labels: Series['labels']; accumulator: Accumulator }>();

  constructor(metrics: Exclude<MetricsFunction, { name: 'compare' }>) {
    this.fields = metrics.by.map((field) => ({
      label: fieldText(field),
      value: compileValue(field),
      isDuration: field.node === 'intrinsic' && intrinsicType(field.name) === 'duration',
    }));
    this.make = accumulatorsFor(metrics);
    if (this.fields.length === 0) this.groups.set('', { labels: {}, accumulator: this.make() });
  }

  add(span: SpanReader): void {
    const values = this.fields.map(({ value }) => value(span));
    const key = values.map(datumKey).join('\u0000');
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { labels: this.labels(values), accumulator: this.make() };
      this.groups.set(key, group);
    }
    group.accumulator.add(span);
  }

  series(seconds: number): Series[] {
    return [...this.groups.values()].flatMap(({ labels, accumulator }) => accumulator.series(labels, seconds));
  }

  /** What a span does not have is no label; where it has none of them, the first one is `nil`. */
  private labels(values: readonly Datum[]): Series['labels'] {
    const labels: Record<string, LabelValue> = {};
    for (const [index, { label, isDuration }] of this.fields.entries()) {
      const value = values[index];
      if (value === undefined) continue;
      labels[label] = isDuration && isNumber(value) ? goDuration(BigInt(Math.round(Number(value)))) : labelValue(value);
    }
    return Object.keys(labels).length === 0 && this.fields.length > 0 ? { [this.fields[0]!.label]: 'nil' } : labels;
  }
}

/** From the first start to the last end of all traces. */
class TimeSpan {
  private from: bigint | undefined;
  private to = 0n;

  add({ startNs, durationNs }: Trace): void {
    const end = startNs + BigInt(Math.round(durationNs));
    if (this.from === undefined || startNs < this.from) this.from = startNs;
    if (end > this.to) this.to = end;
  }

  /** At least one: a rate of a moment says nothing. */
  get seconds(): number {
    return this.from === undefined ? 1 : Math.max(1, Number(this.to - this.from) / 1e9);
  }
}

function secondsOf({ from, to }: TimeWindow): number {
  return Math.max(1, Number(to - from) / 1e9);
}
