import { LogHistogram } from '../../model/histogram/logHistogram';
import type { TrendPoint } from '../../model/operation';

/** One minute in nanoseconds. */
export const MINUTE_NS = 60e9;

/** A bucket, its boxed numbers and its place in a list; measured over 100,000 buckets in Node 20. */
const BUCKET_BYTES = 90;

/** What happened to one operation in spans that started within one minute. */
class MinuteBucket {
  count = 0;
  errorCount = 0;
  totalNs = 0;
  readonly latency = new LogHistogram();
  /** Made with the first failure: most operations never fail. */
  errorLatency: LogHistogram | undefined;
  private p95: number | undefined;

  constructor(readonly minute: number) {}

  /** @param durationNs NaN: not known. */
  add(durationNs: number, failed: boolean): void {
    this.count++;
    if (failed) this.errorCount++;
    if (durationNs >= 0) {
      this.totalNs += durationNs;
      this.latency.add(durationNs);
      if (failed) (this.errorLatency ??= new LogHistogram()).add(durationNs);
    }
    this.p95 = undefined;
  }

  get byteLength(): number {
    return BUCKET_BYTES + this.latency.byteLength + (this.errorLatency?.byteLength ?? 0);
  }

  point(): TrendPoint {
    this.p95 ??= this.latency.quantile(0.95);
    return { count: this.count, errorCount: this.errorCount, p95Ns: Number.isNaN(this.p95) ? undefined : this.p95 };
  }
}

/** Sums over some minutes of an operation. */
export interface CountedWindow {
  readonly count: number;
  readonly errorCount: number;
  readonly totalNs: number;
  readonly latency: LogHistogram;
  /** Of the failed calls alone; undefined where none failed. */
  readonly errorLatency: LogHistogram | undefined;
  /** 0 where no call ended. */
  readonly medianNs: number;
  readonly trend: readonly TrendPoint[];
}

const NO_CALLS: TrendPoint = { count: 0, errorCount: 0, p95Ns: undefined };

/** The statistics of one operation, in buckets of one minute by the start of the span. */
export class OperationCounters {
  /** Grows with every span: tells whether a sum is still right. */
  version = 0;
  /** Epoch nanoseconds of the latest start; to the nearest 256 ns, as a float has it. */
  lastStart = 0;
  /** Oldest first; only minutes in which there was a call. */
  private buckets: MinuteBucket[] = [];
  private latest: MinuteBucket | undefined;

  /**
   * Counts a span; gives the bytes that this took, 0 where its minute had a bucket.
   * @param durationNs NaN: not known, because the span has no end or ends before it starts.
   */
  add(minute: number, startNs: number, durationNs: number, failed: boolean): number {
    this.version++;
    if (startNs > this.lastStart) this.lastStart = startNs;
    const before = this.buckets.length;
    const bucket = this.latest?.minute === minute ? this.latest : this.bucketFor(minute);
    bucket.add(durationNs, failed);
    return this.buckets.length > before ? bucket.byteLength : 0;
  }

  /** Forgets minutes before `minute`; true if there were any. */
  forgetBefore(minute: number): boolean {
    const keep = this.buckets.findIndex((bucket) => bucket.minute >= minute);
    if (keep === 0 || this.buckets.length === 0) return false;
    this.buckets = keep < 0 ? [] : this.buckets.slice(keep);
    if (keep < 0) this.latest = undefined;
    this.version++;
    return true;
  }

  /** The oldest minute with a call. */
  get oldestMinute(): number | undefined {
    return this.buckets[0]?.minute;
  }

  /** Estimate of the memory held, in bytes. */
  get byteLength(): number {
    let bytes = 0;
    for (const bucket of this.buckets) bytes += bucket.byteLength;
    return bytes;
  }

  /** All minutes from `from` to `to`, both included; undefined where there was no call. */
  sum(from: number, to: number): CountedWindow | undefined {
    const within = this.buckets.filter((bucket) => bucket.minute >= from && bucket.minute <= to);
    if (within.length === 0) return undefined;
    const latency = new LogHistogram();
    let errorLatency: LogHistogram | undefined;
    const trend: TrendPoint[] = new Array<TrendPoint>(to - from + 1).fill(NO_CALLS);
    let [count, errorCount, totalNs] = [0, 0, 0];
    for (const bucket of within) {
      count += bucket.count;
      errorCount += bucket.errorCount;
      totalNs += bucket.totalNs;
      latency.merge(bucket.latency);
      if (bucket.errorLatency !== undefined) (errorLatency ??= new LogHistogram()).merge(bucket.errorLatency);
      trend[bucket.minute - from] = bucket.point();
    }
    return { count, errorCount, totalNs, latency, errorLatency, medianNs: latency.quantile(0.5) || 0, trend };
  }

  private bucketFor(minute: number): MinuteBucket {
    let at = this.buckets.length;
    while (at > 0 && this.buckets[at - 1]!.minute > minute) at--;
    const known = this.buckets[at - 1];
    if (known?.minute === minute) return (this.latest = known);
    const bucket = new MinuteBucket(minute);
    this.buckets.splice(at, 0, bucket);
    return (this.latest = bucket);
  }
}
