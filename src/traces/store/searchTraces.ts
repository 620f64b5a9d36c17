import { buildTrace } from '../../model/tree/buildTrace';
import type { DetailsDecoder } from '../../model/detailsDecoder';
import { spanIdAt, type SpanId, type TraceId } from '../../model/ids';
import { STATUS_ERROR } from '../../model/operation';
import type { OperationTable } from '../../model/operationTable';
import { nanos, type DurationNs, type TimeWindow } from '../../model/time';
import { MOST_MATCHED, type TraceSummary } from '../../model/traceSource';
import { decodeCold, decodeResource, decodeScope } from '../otlp/spanDetails';
import type { SearchPlan, SegmentRows } from './searchPlan';
import type { Segment } from './segment';

/** The newest traces are looked through in runs, each twice as long as the one before: often the first is enough. */
const FIRST_RUN = 256;
const LAST_RUN = 65_536;

const decoder: DetailsDecoder = { cold: decodeCold, resource: decodeResource, scope: decodeScope };

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

/** Limits of a search. */
export interface SearchLimits {
  readonly limit: number;
  /** Traces that start within it. */
  readonly window?: TimeWindow | undefined;
}

/**
 * Summaries of the traces that match, those that arrived last first, in runs; between two of them the caller may let
 * others work.
 *
 * @param store asked anew for each run: what it gives is valid only until spans come in.
 */
export function* searchTraces(
  store: () => SearchedStore,
  plan: SearchPlan,
  { limit, window }: SearchLimits,
): Generator<TraceSummary[]> {
  let end = store().nextTrace;
  let left = limit;
  for (let length = FIRST_RUN; left > 0; length = Math.min(length * 2, LAST_RUN)) {
    const held = store();
    const first = Math.max(held.oldestTrace, end - length);
    if (first >= end) return;
    const found = searchRun(new TraceRun(held, first, end), plan, left, window);
    left -= found.length;
    end = first;
    yield found;
  }
}

function searchRun(run: TraceRun, plan: SearchPlan, limit: number, window: TimeWindow | undefined): TraceSummary[] {
  const { traces, matches } = plan.scan(run.first, run.end - run.first, run.parts);
  const starts = window === undefined ? undefined : run.starts();
  for (let trace = 0; starts !== undefined && trace < traces.length; trace++) {
    if (starts[trace]! < Number(window!.from) || starts[trace]! >= Number(window!.to)) traces[trace] = 0;
  }
  if (matches !== undefined) {
    const chosen = newest(traces, limit);
    const matched = plan.findsAll ? [] : run.byTrace(matches, chosen);
    const rows = run.byTrace(run.parts, chosen);
    return chosen.map((trace) => summary(run, trace, rows[trace]!, spanIds(matched[trace] ?? [])));
  }
  return evaluated(run, plan, newest(traces, Infinity), limit);
}

/** Builds the traces that may match, the newest first, until enough do. */
function evaluated(run: TraceRun, plan: SearchPlan, candidates: readonly number[], limit: number): TraceSummary[] {
  const rows = run.byTrace(run.parts, candidates);
  const found: TraceSummary[] = [];
  for (const candidate of candidates) {
    if (found.length >= limit) break;
    const parts = rows[candidate]!.map(({ segment, rows: selected }) => segment.select(selected));
    const match = plan.matcher.match(buildTrace({ id: run.traceId(candidate), parts, decoder }));
    if (match !== undefined)
      found.push(summary(run, candidate, rows[candidate]!, match.spanIds.slice(0, MOST_MATCHED)));
  }
  return found;
}

/** The traces marked with 1, the newest first. */
function newest(traces: Uint8Array, limit: number): number[] {
  const chosen: number[] = [];
  for (let trace = traces.length - 1; trace >= 0 && chosen.length < limit; trace--) {
    if (traces[trace] === 1) chosen.push(trace);
  }
  return chosen;
}

/** A run of traces by their numbers, `end` exclusive, and where their rows are. */
class TraceRun {
  readonly parts: readonly SegmentRows[];

  constructor(
    private readonly store: SearchedStore,
    readonly first: number,
    readonly end: number,
  ) {
    const parts: SegmentRows[] = [];
    for (const segment of store.segments) {
      if (segment.newestTrace < first || segment.oldestTrace >= end) continue;
      const rows = rowsWithin(segment, first, end);
      if (rows.length > 0) parts.push({ segment, rows });
    }
    this.parts = parts;
  }

  traceId(trace: number): TraceId {
    return this.store.traceId(this.first + trace);
  }

  /** Rows by trace, for some of the traces; traces count from the first of the run. */
  byTrace(parts: readonly SegmentRows[], traces: readonly number[]): (SegmentRows[] | undefined)[] {
    const wanted = new Uint8Array(this.end - this.first);
    for (const trace of traces) wanted[trace] = 1;
    const found: (SegmentRows[] | undefined)[] = [];
    for (const { segment, rows } of parts) {
      const ofSegment = new Map<number, number[]>();
      for (const row of rows) {
        const trace = segment.traces[row]! - this.first;
        if (wanted[trace] !== 1) continue;
        const known = ofSegment.get(trace);
        if (known === undefined) ofSegment.set(trace, [row]);
        else known.push(row);
      }
      for (const [trace, own] of ofSegment) (found[trace] ??= []).push({ segment, rows: Uint32Array.from(own) });
    }
    return found;
  }

  /** When each trace starts, to the nearest 256 nanoseconds. */
  starts(): Float64Array {
    const starts = new Float64Array(this.end - this.first).fill(Infinity);
    for (const { segment, rows } of this.parts) {
      for (const row of rows) {
        const trace = segment.traces[row]! - this.first;
        const start = time(segment.startWords, row) || time(segment.endWords, row);
        if (start < starts[trace]!) starts[trace] = start;
      }
    }
    return starts;
  }
}

function rowsWithin({ traces, batch }: Segment, first: number, end: number): Uint32Array {
  const rows = new Uint32Array(batch.count);
  let count = 0;
  for (let row = 0; row < batch.count; row++) if (traces[row]! >= first && traces[row]! < end) rows[count++] = row;
  return rows.subarray(0, count);
}

/** Epoch nanoseconds to the nearest 256. */
function time(words: Uint32Array, row: number): number {
  return words[2 * row + 1]! * 2 ** 32 + words[2 * row]!;
}

function spanIds(parts: readonly SegmentRows[]): SpanId[] {
  const ids: SpanId[] = [];
  for (const { segment, rows } of parts) {
    for (const row of rows) {
      const id = ids.length < MOST_MATCHED ? spanIdAt(segment.batch.spanIds, row) : undefined;
      if (id !== undefined) ids.push(id);
    }
  }
  return ids;
}

function summary(
  run: TraceRun,
  trace: number,
  parts: readonly SegmentRows[],
  matched: readonly SpanId[],
): TraceSummary {
  let [startNs, endNs] = [0n, 0n];
  let [spanCount, errorCount] = [0, 0];
  let root: { segment: Segment; row: number; isRoot: boolean } | undefined;
  for (const { segment, rows } of parts) {
    const { batch } = segment;
    for (const row of rows) {
      const start = batch.startNs[row] === 0n ? batch.endNs[row]! : batch.startNs[row]!;
      const end = batch.endNs[row]! > start ? batch.endNs[row]! : start;
      const isRoot = spanIdAt(batch.parentIds, row) === undefined;
      // The first root or, while there is none, the earliest span.
      const isBetter = root === undefined || (isRoot && !root.isRoot) || (isRoot === root.isRoot && start < startNs);
      if (isBetter) root = { segment, row, isRoot };
      if (spanCount === 0 || start < startNs) startNs = start;
      if (end > endNs) endNs = end;
      spanCount++;
      if (batch.status[row] === STATUS_ERROR) errorCount++;
    }
  }
  const { operations } = root!.segment.batch;
  const key = operations.key(root!.segment.batch.operation[root!.row]!);
  return {
    traceId: run.traceId(trace),
    rootService: key.service,
    rootName: key.name,
    startNs: nanos(startNs),
    durationNs: Number(endNs - startNs) as DurationNs,
    spanCount,
    errorCount,
    matched,
  };
}
