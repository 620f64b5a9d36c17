import type { TraceId } from '../../model/ids';
import { isBadRecord, type ConvertedSpan } from '../formats/spanRecord';

/** Traces of a service that statistics are made of: enough for a 99th percentile that means something. */
const MOST_TRACES = 200;
/** Traces of a service that are kept for what they are: the longest, and failed ones. */
const MOST_OTHERS = 20;
/** Spans of all services together. */
const MOST_SPANS = 10_000;
/** Spans of a trace that ended longer ago are there, or will never be. */
const SETTLED_MS = 60_000;
const NS_PER_MS = 1_000_000n;

/** A trace that was fetched whole. */
export interface FetchedTrace {
  readonly id: TraceId;
  readonly spans: readonly ConvertedSpan[];
  /** What the backend's list says of it: it has grown when that is another text. */
  readonly stamp: string;
}

interface Kept extends FetchedTrace {
  /** Epoch milliseconds at which its last span ended. */
  readonly endMs: number;
  /** It grows no more. */
  isSettled: boolean;
  /** It was chosen by when it was, and counts; else it was chosen for what it is. */
  isSampled: boolean;
}

/** Whether a trace that ended then is whole by now. Both in epoch milliseconds. */
export function isSettled(endMs: number, nowMs: number): boolean {
  return nowMs - endMs >= SETTLED_MS;
}

/**
 * Traces of one service that are kept from one sample to the next, so that samples grow although each fetches few. Those
 * that may still have grown are kept only while the list says the same of them.
 */
export class KeptTraces {
  private readonly byId = new Map<TraceId, Kept>();
  private count = 0;

  constructor(private readonly now: () => number) {}

  /** Spans that are kept. */
  get spanCount(): number {
    return this.count;
  }

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  /** Those that statistics may be made of. */
  get sampled(): readonly FetchedTrace[] {
    return [...this.byId.values()].filter((trace) => trace.isSampled);
  }

  /** Those that were chosen for what they are. */
  get others(): readonly FetchedTrace[] {
    return [...this.byId.values()].filter((trace) => !trace.isSampled);
  }

  has(id: TraceId): boolean {
    return this.byId.has(id);
  }

  /** A trace that is there was chosen by when it was: from now on it counts. */
  choose(id: TraceId): void {
    const kept = this.byId.get(id);
    if (kept !== undefined) kept.isSampled = true;
  }

  /**
   * Drops what ended before the window and what may have grown.
   *
   * @param fromMs where the window begins, in epoch milliseconds.
   * @param listed what the backend's list says of its traces now.
   */
  prune(fromMs: number, listed: ReadonlyMap<TraceId, string>): void {
    for (const kept of [...this.byId.values()]) {
      const stamp = listed.get(kept.id);
      const isSame = stamp === kept.stamp;
      if (isSame && isSettled(kept.endMs, this.now())) kept.isSettled = true;
      const isGone = stamp === undefined && !kept.isSettled;
      if (kept.endMs < fromMs || isGone || (stamp !== undefined && !isSame)) this.drop(kept);
    }
  }

  /** Keeps a whole trace; beyond the bounds, the oldest go. */
  keep(trace: FetchedTrace, isSampled: boolean): void {
    const before = this.byId.get(trace.id);
    if (before !== undefined) this.drop(before);
    const endMs = endOf(trace.spans);
    const sampled = isSampled || before?.isSampled === true;
    this.byId.set(trace.id, { ...trace, endMs, isSettled: isSettled(endMs, this.now()), isSampled: sampled });
    this.count += trace.spans.length;
    const alike = [...this.byId.values()].filter((kept) => kept.isSampled === sampled);
    if (alike.length > (sampled ? MOST_TRACES : MOST_OTHERS)) this.drop(oldest(alike)!);
  }

  /** @returns false if there is nothing left to drop. */
  dropOldest(): boolean {
    const first = oldest([...this.byId.values()]);
    if (first !== undefined) this.drop(first);
    return first !== undefined;
  }

  private drop(kept: Kept): void {
    if (this.byId.delete(kept.id)) this.count -= kept.spans.length;
  }
}

/** {@link KeptTraces} of each service that is sampled; all together stay within a bound. */
export class KeptSample {
  private readonly services = new Map<string, KeptTraces>();

  /** @param now epoch milliseconds, as the backend has them. */
  constructor(private readonly now: () => number) {}

  /** What is kept of a service. */
  of(service: string): KeptTraces {
    const kept = this.services.get(service) ?? new KeptTraces(this.now);
    this.services.delete(service);
    this.services.set(service, kept);
    return kept;
  }

  /** Drops what is too much: of services that were not asked for lately first. */
  trim(): void {
    let count = [...this.services.values()].reduce((sum, kept) => sum + kept.spanCount, 0);
    for (const [service, kept] of [...this.services]) {
      while (count > MOST_SPANS) {
        const before = kept.spanCount;
        if (!kept.dropOldest()) break;
        count -= before - kept.spanCount;
      }
      if (kept.spanCount === 0) this.services.delete(service);
    }
  }
}

function oldest(traces: readonly Kept[]): Kept | undefined {
  return traces.reduce<Kept | undefined>((a, b) => (a === undefined || b.endMs < a.endMs ? b : a), undefined);
}

function endOf(spans: readonly ConvertedSpan[]): number {
  const ends = spans.map((span) => (isBadRecord(span) ? 0 : Number(span.endNs / NS_PER_MS)));
  return ends.reduce((a, b) => Math.max(a, b), 0);
}
