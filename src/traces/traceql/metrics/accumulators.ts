import type { Field, MetricsFunction } from '../language/ast';
import type { Getter } from '../evaluate/compileField';
import { compileValue } from '../evaluate/compilePipeline';
import { isNumber } from '../language/datum';
import { bucketOf, bucketQuantile } from './histogramBuckets';
import { intrinsicType } from '../language/intrinsics';
import { NAME_LABEL, type Series } from './series';
import type { SpanReader } from '../evaluate/spanReader';

const SECOND_NS = 1e9;

/** The numbers of one series, as spans come in. */
export interface Accumulator {
  /** Counts the span that the reader stands on. */
  add(span: SpanReader): void;
  /** @param labels of the groups. @param seconds the time that the query is about. */
  series(labels: Series['labels'], seconds: number): Series[];
}

type GroupedFunction = Exclude<MetricsFunction, { name: 'compare' }>;

/** Makes accumulators for the series of one function. */
export function accumulatorsFor(metrics: GroupedFunction): () => Accumulator {
  switch (metrics.name) {
    case 'rate':
    case 'count_over_time':
      return () => new Count(metrics.name);
    case 'quantile_over_time': {
      const read = compileBucket(metrics.field);
      return () => new Histogram(read, metrics.quantiles);
    }
    case 'histogram_over_time': {
      const read = compileBucket(metrics.field);
      return () => new Histogram(read, undefined);
    }
    default: {
      const read = compileNumber(metrics.field);
      return () => new Summary(metrics.name, read);
    }
  }
}

class Count implements Accumulator {
  private count = 0;

  constructor(private readonly name: 'rate' | 'count_over_time') {}

  add(): void {
    this.count++;
  }

  series(labels: Series['labels'], seconds: number): Series[] {
    const value = this.name === 'rate' ? this.count / seconds : this.count;
    return [{ labels: named(labels, this.name), value }];
  }
}

/** Spans that do not have the field are left out; a series of none has the value NaN. */
class Summary implements Accumulator {
  private count = 0;
  private sum = 0;
  private lost = 0;
  private least = NaN;
  private most = NaN;

  constructor(
    private readonly name: 'min_over_time' | 'max_over_time' | 'avg_over_time' | 'sum_over_time',
    private readonly read: (span: SpanReader) => number | undefined,
  ) {}

  /** The sum is Neumaier's: what a step loses is kept. */
  add(span: SpanReader): void {
    const value = this.read(span);
    if (value === undefined) return;
    this.count++;
    const sum = this.sum + value;
    this.lost += Math.abs(this.sum) >= Math.abs(value) ? this.sum - sum + value : value - sum + this.sum;
    this.sum = sum;
    this.least = this.least <= value ? this.least : value;
    this.most = this.most >= value ? this.most : value;
  }

  series(labels: Series['labels']): Series[] {
    const sum = this.count === 0 ? NaN : this.sum + this.lost;
    const values = {
      min_over_time: this.least,
      max_over_time: this.most,
      avg_over_time: sum / this.count,
      sum_over_time: sum,
    };
    return [{ labels: named(labels, this.name), value: values[this.name] }];
  }
}

class Histogram implements Accumulator {
  private readonly buckets = new Map<number, number>();

  constructor(
    private readonly read: (span: SpanReader) => number | undefined,
    private readonly quantiles: readonly number[] | undefined,
  ) {}

  add(span: SpanReader): void {
    const bucket = this.read(span);
    if (bucket !== undefined) this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }

  series(labels: Series['labels']): Series[] {
    if (this.buckets.size === 0) return [];
    if (this.quantiles !== undefined) {
      return this.quantiles.map((p) => ({ labels: { ...labels, p }, value: bucketQuantile(p, this.buckets) }));
    }
    const buckets = [...this.buckets].sort(([a], [b]) => a - b);
    return buckets.map(([bucket, value]) => ({ labels: { ...labels, __bucket: bucket }, value }));
  }
}

function named(labels: Series['labels'], name: string): Series['labels'] {
  return Object.keys(labels).length === 0 ? { [NAME_LABEL]: name } : labels;
}

/** A number of each span; the span's own duration in seconds, everything else as it is. */
function compileNumber(field: Field): (span: SpanReader) => number | undefined {
  const unit = field.node === 'intrinsic' && field.name === 'duration' ? SECOND_NS : 1;
  const value: Getter = compileValue(field);
  return (span) => {
    const found = span.number(value(span));
    return isNumber(found) ? Number(found) / unit : undefined;
  };
}

/** The bucket of a number of each span; durations in seconds. Fractions have no buckets. */
function compileBucket(field: Field): (span: SpanReader) => number | undefined {
  const unit = field.node === 'intrinsic' && intrinsicType(field.name) === 'duration' ? SECOND_NS : 1;
  const value: Getter = compileValue(field);
  return (span) => {
    const found = span.number(value(span));
    if (!isNumber(found) || (unit === 1 && !Number.isInteger(Number(found)))) return undefined;
    const bucket = bucketOf(Number(found));
    return bucket === undefined ? undefined : bucket / unit;
  };
}
