import type { Nanos, TimeWindow } from '../../model/time';
import { MINUTE_NS, OperationCounters, type CountedWindow } from './operationCounters';

/** A clock that is ahead by no more than this is not worth a word; what is beyond counts for the minute it arrived in. */
const FUTURE_TOLERANCE_NS = MINUTE_NS;

/** Looking at every histogram's size costs a millisecond or two: once in so many spans is enough. */
const SPANS_PER_MEASURE = 16_384;

/** An operation's sums over a window, kept until something changes. */
interface Remembered {
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly sum: CountedWindow | undefined;
}

/** Minutes of a {@link TimeWindow}, both included. */
export interface MinuteWindow {
  readonly from: number;
  readonly to: number;
}

/** The statistics of all operations, by their number in the operation table, over the last minutes. */
export class OperationStatistics {
  /** Spans whose start is older than what is kept: stored, but in no statistics. */
  lateSpans = 0;
  /** Spans that start in the future, counted for the minute in which they arrived. */
  futureSpans = 0;
  /** Minutes before this one are no longer complete. */
  completeFrom = 0;
  private counters: (OperationCounters | undefined)[] = [];
  private remembered: (Remembered | undefined)[] = [];
  private sweptAt = 0;
  private nowNs = 0;
  private oldestMinute = 0;
  private latestNs = 0;
  private bytes = 0;
  private unmeasured = 0;

  /** @param keepMinutes how many minutes are kept. */
  constructor(private readonly keepMinutes: number) {}

  /** Sets the clock for what is added from here on. @param nowMs epoch milliseconds. */
  setNow(nowMs: number): void {
    this.nowNs = nowMs * 1e6;
    this.latestNs = this.nowNs + FUTURE_TOLERANCE_NS;
    const minute = Math.floor(this.nowNs / MINUTE_NS);
    this.oldestMinute = Math.max(this.completeFrom, minute - this.keepMinutes + 1);
    if (minute === this.sweptAt) return;
    this.sweptAt = minute;
    this.forgetBefore(this.oldestMinute);
    this.measure();
  }

  /**
   * Counts a span.
   * @param startNs epoch nanoseconds, to the nearest 256; 0: it has none, and counts for the minute it arrived in.
   * @param durationNs NaN: not known.
   */
  add(operation: number, startNs: number, durationNs: number, failed: boolean): void {
    let start = startNs;
    if (start > this.latestNs) {
      this.futureSpans++;
      start = this.nowNs;
    } else if (start === 0) start = this.nowNs;
    const minute = Math.floor(start / MINUTE_NS);
    if (minute < this.oldestMinute) {
      this.lateSpans++;
      return;
    }
    this.bytes += (this.counters[operation] ??= new OperationCounters()).add(minute, start, durationNs, failed);
    if (++this.unmeasured >= SPANS_PER_MEASURE) this.measure();
  }

  /** The sums of one operation over whole minutes; undefined where there was no call. */
  sum(operation: number, window: MinuteWindow): CountedWindow | undefined {
    const counters = this.counters[operation];
    if (counters === undefined) return undefined;
    const known = this.remembered[operation];
    if (known?.from === window.from && known.to === window.to && known.version === counters.version) return known.sum;
    const sum = counters.sum(window.from, window.to);
    this.remembered[operation] = { ...window, version: counters.version, sum };
    return sum;
  }

  /** The part of a window for which minutes are kept, widened to whole minutes. */
  minutes(window: TimeWindow): MinuteWindow {
    const newest = Math.floor(this.latestNs / MINUTE_NS);
    const from = Math.max(minuteOf(window.from), this.oldestMinute);
    const last = minuteOf((window.to - 1n) as Nanos);
    return { from, to: Math.max(from, Math.min(last, newest)) };
  }

  /** Everything that is kept. */
  allMinutes(): MinuteWindow {
    return { from: this.oldestMinute, to: Math.floor(this.latestNs / MINUTE_NS) };
  }

  /** Whether a window lies within the minutes that are still complete. */
  isComplete(window: TimeWindow): boolean {
    const from = minuteOf(window.from);
    return from >= this.completeFrom && (this.lateSpans === 0 || from >= this.oldestMinute);
  }

  /** Epoch nanoseconds of the latest start of an operation, to the nearest 256; 0 if it has none. */
  lastStart(operation: number): number {
    return this.counters[operation]?.lastStart ?? 0;
  }

  /** Estimate of the memory held, in bytes; the growth of histograms is noticed only after some spans. */
  get byteLength(): number {
    return this.bytes;
  }

  /** Forgets the oldest minutes until what is left takes no more than `bytes`; the current minute stays. */
  shrinkTo(bytes: number): void {
    const current = Math.floor(this.nowNs / MINUTE_NS);
    while (this.bytes > bytes && this.oldestMinute < current) {
      this.completeFrom = ++this.oldestMinute;
      this.forgetBefore(this.oldestMinute);
      this.measure();
    }
  }

  clear(): void {
    this.counters = [];
    this.remembered = [];
    this.bytes = 0;
    this.lateSpans = 0;
    this.futureSpans = 0;
    this.completeFrom = 0;
    this.sweptAt = 0;
  }

  private measure(): void {
    this.unmeasured = 0;
    this.bytes = 0;
    for (const counters of this.counters) this.bytes += counters?.byteLength ?? 0;
  }

  private forgetBefore(minute: number): void {
    for (const [operation, counters] of this.counters.entries()) {
      if (counters?.forgetBefore(minute) !== true) continue;
      this.completeFrom = minute;
      this.remembered[operation] = undefined;
    }
  }
}

function minuteOf(time: Nanos): number {
  return Number((time as bigint) / BigInt(MINUTE_NS));
}
