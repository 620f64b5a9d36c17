import { spanIdAt, type SpanId, type TraceId } from '../../model/ids';
import { STATUS_ERROR } from '../../model/operation';
import type { OperationTable } from '../../model/operationTable';
import { nanos, type DurationNs, type TimeWindow } from '../../model/time';
import type { TraceSummary } from '../../model/traceSource';
import { durationOf } from './exemplars';
import type { Segment } from './segment';
import type { TraceFilter } from './traceFilter';

/** Matching spans named in a summary: enough to mark them in a list. */
const MAX_MATCHED = 20;

/** What a search looks through. */
export interface SearchedStore {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** Traces from `oldestTrace` to below `nextTrace` are held. */
  readonly oldestTrace: number;
  readonly nextTrace: number;
  /** The id of a held trace by its number. */
  readonly traceId: (trace: number) => TraceId;
  readonly operations: OperationTable;
}

interface Found {
  startNs: bigint;
  endNs: bigint;
  spanCount: number;
  errorCount: number;
  /** The first root or, while there is none, the earliest span. */
  root: { segment: Segment; row: number; isRoot: boolean };
  matched: SpanId[];
}

/**
 * Summaries of the traces that match, those that arrived last first. Two passes over the hot columns: the first finds
 * the matching traces, the second sums up as many of them as are asked for.
 */
export function searchTraces(store: SearchedStore, filter: TraceFilter, limit: number, window?: TimeWindow) {
  const chosen = newestMatches(store, matchingTraces(store, filter), limit, window);
  const found = new Map<number, Found>();
  const tests = operationTests(store.operations, filter);
  for (const segment of store.segments) {
    for (let row = 0; row < segment.batch.count; row++) {
      const trace = segment.traces[row]!;
      if (trace < store.oldestTrace || chosen[trace - store.oldestTrace] !== 1) continue;
      const matches = !filter.isEmpty && matchesRow(segment, row, filter, tests);
      found.set(trace, addRow(found.get(trace), segment, row, matches));
    }
  }
  return [...found]
    .sort(([a], [b]) => b - a)
    .map(([trace, entry]) => summary(store, trace, entry))
    .slice(0, limit);
}

/** 1 per trace with a matching span, by number from the oldest on. */
function matchingTraces(store: SearchedStore, filter: TraceFilter): Uint8Array {
  const matches = new Uint8Array(store.nextTrace - store.oldestTrace);
  if (filter.isEmpty) return matches.fill(1);
  const tests = operationTests(store.operations, filter);
  for (const segment of store.segments) {
    for (let row = 0; row < segment.batch.count; row++) {
      const trace = segment.traces[row]! - store.oldestTrace;
      if (trace >= 0 && matches[trace] === 0 && matchesRow(segment, row, filter, tests)) matches[trace] = 1;
    }
  }
  return matches;
}

/** Leaves the newest `limit` traces that start within the window. */
function newestMatches(store: SearchedStore, matches: Uint8Array, limit: number, window?: TimeWindow): Uint8Array {
  const starts = window === undefined ? undefined : traceStarts(store);
  let left = limit;
  for (let trace = matches.length - 1; trace >= 0; trace--) {
    if (matches[trace] === 0) continue;
    const start = starts?.[trace];
    const inside = start === undefined || (start >= Number(window!.from) && start < Number(window!.to));
    if (!inside || left <= 0) matches[trace] = 0;
    else left--;
  }
  return matches;
}

function traceStarts(store: SearchedStore): Float64Array {
  const starts = new Float64Array(store.nextTrace - store.oldestTrace).fill(Infinity);
  for (const { traces, startWords, endWords, batch } of store.segments) {
    for (let row = 0; row < batch.count; row++) {
      const trace = traces[row]! - store.oldestTrace;
      const start = time(startWords, row) || time(endWords, row);
      if (trace >= 0 && start < starts[trace]!) starts[trace] = start;
    }
  }
  return starts;
}

/** Epoch nanoseconds to the nearest 256. */
function time(words: Uint32Array, row: number): number {
  return words[2 * row + 1]! * 2 ** 32 + words[2 * row]!;
}

/** 1 per operation that can match. */
function operationTests(operations: OperationTable, filter: TraceFilter): Uint8Array {
  return Uint8Array.from({ length: operations.size }, (_, index) => (filter.operation(operations.key(index)) ? 1 : 0));
}

function matchesRow(segment: Segment, row: number, filter: TraceFilter, tests: Uint8Array): boolean {
  if (tests[segment.batch.operation[row]!] === 0) return false;
  if (filter.failedOnly && segment.batch.status[row] !== STATUS_ERROR) return false;
  if (filter.minDurationNs === 0 && filter.maxDurationNs === Infinity) return true;
  const duration = durationOf(segment.startWords, segment.endWords, row);
  return duration >= filter.minDurationNs && duration <= filter.maxDurationNs;
}

function addRow(known: Found | undefined, segment: Segment, row: number, matches: boolean): Found {
  const { batch } = segment;
  const start = batch.startNs[row] === 0n ? batch.endNs[row]! : batch.startNs[row]!;
  const end = batch.endNs[row]! > start ? batch.endNs[row]! : start;
  const isRoot = spanIdAt(batch.parentIds, row) === undefined;
  const root = { segment, row, isRoot };
  const found = known ?? {
    startNs: start,
    endNs: end,
    spanCount: 0,
    errorCount: 0,
    root,
    matched: [],
  };
  if ((isRoot && !found.root.isRoot) || (isRoot === found.root.isRoot && start < found.startNs)) found.root = root;
  if (start < found.startNs) found.startNs = start;
  if (end > found.endNs) found.endNs = end;
  found.spanCount++;
  if (batch.status[row] === STATUS_ERROR) found.errorCount++;
  const spanId = matches && found.matched.length < MAX_MATCHED ? spanIdAt(batch.spanIds, row) : undefined;
  if (spanId !== undefined) found.matched.push(spanId);
  return found;
}

function summary(store: SearchedStore, trace: number, found: Found): TraceSummary {
  const { segment, row } = found.root;
  const key = store.operations.key(segment.batch.operation[row]!);
  return {
    traceId: store.traceId(trace),
    rootService: key.service,
    rootName: key.name,
    startNs: nanos(found.startNs),
    durationNs: Number(found.endNs - found.startNs) as DurationNs,
    spanCount: found.spanCount,
    errorCount: found.errorCount,
    matched: found.matched,
  };
}
