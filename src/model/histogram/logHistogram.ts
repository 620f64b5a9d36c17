import type { LatencyHistogram } from './histogram';

/**
 * Buckets per power of two, as bits of the mantissa. 64 buckets: each is at most 1/64 of its lower bound wide, so its
 * middle is at most 1/128 (0.78 %) away from anything in it.
 */
const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;

/** What the upper word of 1.0 gives, so that bucket 1 starts at 1 ns; bucket 0 holds everything below. */
const BIAS = (1023 << SUB_BITS) - 1;

/** Above 2^63 ns (292 years) all durations share the last bucket. */
const LAST_BUCKET = 63 * SUB + 1;
const LARGEST = 2 ** 63;

/**
 * As long as there are no more durations than this, their bucket numbers are kept as a list: 2 bytes each, against 4 to
 * 10 KB for the counters of a typical range.
 */
const LIST_LIMIT = 512;
const FIRST_LIST = 8;

/** Spare counters on either side when the range of counters grows: half a power of two. */
const SLACK = SUB / 2;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which of the two words holds sign, exponent and the top of the mantissa. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The object, its boxed numbers and the header of its array; measured over 100,000 histograms in Node 20. */
const OBJECT_BYTES = 310;

const scratch = new Uint32Array(LAST_BUCKET + 1);

/**
 * A latency histogram whose bucket number is read straight from the bits of the float (exponent and the top of the
 * mantissa): no logarithm. The idea of relative-error buckets is DDSketch's (Masson et al., VLDB 2019); linear
 * sub-buckets within a power of two are HdrHistogram's.
 */
export class LogHistogram implements LatencyHistogram {
  count = 0;
  private low = Infinity;
  private high = -Infinity;
  /** Bucket numbers while there are few durations, in the order they came; undefined from then on. */
  private list: Uint16Array | undefined = new Uint16Array(FIRST_LIST);
  /** `counters[i]` counts bucket `first + i`. */
  private counters: Uint32Array | undefined;
  private first = 0;

  /**
   * A histogram that somebody else has counted, by these buckets.
   * @param buckets numbers of buckets as {@link bucketOf} gives them, each with its count: ascending, none twice.
   * @param low the shortest duration in nanoseconds, in the first bucket. @param high the longest, in the last one.
   */
  static ofBuckets(buckets: Iterable<readonly [bucket: number, count: number]>, low: number, high: number) {
    const histogram = new LogHistogram();
    histogram.useCounters(bucketOf(low), bucketOf(high));
    const counters = histogram.counters!;
    for (const [bucket, count] of buckets) {
      const at = Math.min(counters.length - 1, Math.max(0, bucket - histogram.first));
      counters[at]! += count;
      histogram.count += count;
    }
    if (histogram.count === 0) return new LogHistogram();
    histogram.low = low;
    histogram.high = high;
    return histogram;
  }

  get min(): number {
    return this.count === 0 ? NaN : this.low;
  }

  get max(): number {
    return this.count === 0 ? NaN : this.high;
  }

  /** Estimate of the memory this histogram holds, in bytes. */
  get byteLength(): number {
    return OBJECT_BYTES + (this.list?.byteLength ?? 0) + (this.counters?.byteLength ?? 0);
  }

  /** Counts one duration in nanoseconds. Negative and NaN count as 0, anything above 2^63 as 2^63. */
  add(nanoseconds: number): void {
    const value = nanoseconds > 0 ? (nanoseconds < LARGEST ? nanoseconds : LARGEST) : 0;
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
    float[0] = value;
    const bucket = value < 1 ? 0 : (words[HIGH]! >>> (20 - SUB_BITS)) - BIAS;
    const counters = this.counters;
    if (counters !== undefined) {
      const at = bucket - this.first;
      if (at >= 0 && at < counters.length) counters[at]!++;
      else this.addOutside(bucket);
      this.count++;
      return;
    }
    const list = this.list!;
    if (this.count < list.length) list[this.count++] = bucket;
    else this.addToFullList(bucket);
  }

  /** Adds everything `other` has counted; `other` stays as it is. */
  merge(other: LogHistogram): void {
    if (other.count === 0) return;
    const low = Math.min(this.low, other.low);
    const high = Math.max(this.high, other.high);
    const { list, count } = other;
    if (list !== undefined && this.list !== undefined && this.count + count <= LIST_LIMIT) this.appendList(list, count);
    else {
      this.useCounters(bucketOf(low), bucketOf(high));
      const to = this.counters!;
      if (list !== undefined) for (let i = 0; i < count; i++) to[list[i]! - this.first]!++;
      else addCounters(other.counters!, to, other.first - this.first);
      this.count += count;
    }
    this.low = low;
    this.high = high;
  }

  quantile(q: number): number {
    if (this.count === 0) return NaN;
    const share = q > 0 ? Math.min(q, 1) : 0;
    const rank = Math.floor(share * (this.count - 1));
    if (rank === 0) return this.low;
    if (rank === this.count - 1) return this.high;
    const { counts, first, length } = this.counted();
    let seen = 0;
    let bucket = 0;
    while (bucket < length && (seen += counts[bucket]!) <= rank) bucket++;
    this.release(counts, first);
    return Math.min(this.high, Math.max(this.low, middle(first + bucket)));
  }

  countBetween(from: number, to: number): number {
    if (this.count === 0 || !(to > from)) return 0;
    const start = bucketOf(from);
    const end = to === Infinity ? LAST_BUCKET + 1 : bucketOf(to);
    const { counts, first, length } = this.counted();
    let sum = 0;
    for (let i = Math.max(0, start - first); i < Math.min(length, end - first); i++) sum += counts[i]!;
    this.release(counts, first);
    return sum;
  }

  /** The counters, or counters made of the list in a shared array that has to be given back with `release`. */
  private counted(): { counts: Uint32Array; first: number; length: number } {
    if (this.counters !== undefined) {
      return { counts: this.counters, first: this.first, length: this.counters.length };
    }
    for (let i = 0; i < this.count; i++) scratch[this.list![i]!]!++;
    const first = bucketOf(this.low);
    return { counts: scratch.subarray(first), first, length: bucketOf(this.high) - first + 1 };
  }

  private release(counts: Uint32Array, first: number): void {
    if (counts === this.counters) return;
    scratch.fill(0, first, bucketOf(this.high) + 1);
  }

  private addToFullList(bucket: number): void {
    const list = this.list!;
    if (list.length < LIST_LIMIT) {
      this.list = new Uint16Array(Math.min(LIST_LIMIT, list.length * 2));
      this.list.set(list);
      this.list[this.count++] = bucket;
      return;
    }
    this.useCounters(bucketOf(this.low), bucketOf(this.high));
    this.counters![bucket - this.first]!++;
    this.count++;
  }

  private appendList(from: Uint16Array, count: number): void {
    const total = this.count + count;
    if (total > this.list!.length) {
      const grown = new Uint16Array(Math.min(LIST_LIMIT, 2 ** Math.ceil(Math.log2(total))));
      grown.set(this.list!.subarray(0, this.count));
      this.list = grown;
    }
    this.list!.set(from.subarray(0, count), this.count);
    this.count = total;
  }

  private addOutside(bucket: number): void {
    this.useCounters(Math.min(bucket, this.first), Math.max(bucket, this.first + this.counters!.length - 1));
    this.counters![bucket - this.first]!++;
  }

  /** Makes sure that there are counters for the buckets `from` to `to`, both included. */
  private useCounters(from: number, to: number): void {
    const old = this.counters;
    if (old !== undefined && from >= this.first && to < this.first + old.length) return;
    const first = Math.max(0, Math.min(from, old === undefined ? from : this.first) - SLACK);
    const last = Math.min(LAST_BUCKET, Math.max(to, old === undefined ? to : this.first + old.length - 1) + SLACK);
    const counters = new Uint32Array(last - first + 1);
    if (old !== undefined) counters.set(old, this.first - first);
    else for (let i = 0; i < this.count; i++) counters[this.list![i]! - first]!++;
    this.list = undefined;
    this.counters = counters;
    this.first = first;
  }
}

/** All of `histograms` added up; none of them is changed. */
export function mergeHistograms(histograms: Iterable<LogHistogram>): LogHistogram {
  const merged = new LogHistogram();
  for (const histogram of histograms) merged.merge(histogram);
  return merged;
}

function addCounters(from: Uint32Array, to: Uint32Array, shift: number): void {
  for (let i = 0; i < from.length; i++) if (from[i] !== 0) to[i + shift]! += from[i]!;
}

/** The bucket of a duration: the exponent and the first six bits of the mantissa of it as a double, counted from 1 ns on. */
function bucketOf(nanoseconds: number): number {
  const value = nanoseconds > 0 ? Math.min(nanoseconds, LARGEST) : 0;
  float[0] = value;
  return value < 1 ? 0 : (words[HIGH]! >>> (20 - SUB_BITS)) - BIAS;
}

/** The middle of a bucket in nanoseconds. */
function middle(bucket: number): number {
  if (bucket === 0) return 0;
  const octave = (bucket - 1) >>> SUB_BITS;
  const sub = (bucket - 1) & (SUB - 1);
  return 2 ** octave * (1 + (sub + 0.5) / SUB);
}
