import { stableOrder } from '../../base/stableOrder';
import type { SpanId, TraceId } from '../ids';
import { spanIdAt } from '../ids';
import { IdIndex, linkParents, NO_PARENT, ORPHAN, type ParentLinks } from './parentLinks';
import { parentIdOf, spanIdOf, startOf } from '../spanBatch';
import type { DetailsDecoder } from '../detailsDecoder';
import { nanos, type DurationNs, type Nanos } from '../time';
import { ROW, type LogRecord, type SpanDetails, type Trace, type TraceProblems } from '../trace';
import { preOrder, type TreeOrder } from './treeOrder';
import { coldBytes, gatherRows, TraceNames, type GatheredRows, type TraceRows } from './traceRows';

/** Clocks of two processes, or of one process over time, may differ by this much without a word about it: 1 ms. */
const CLOCK_TOLERANCE_NS = 1e6;

const TWO_32 = 2 ** 32;
const SERVER = 2;
const CLIENT = 3;

/** What {@link buildTrace} needs besides the rows. */
export interface TraceParts {
  readonly id: TraceId;
  readonly parts: readonly TraceRows[];
  readonly decoder: DetailsDecoder;
  /** Log records that carry a span's id; none where left out. */
  readonly logsOf?: (spanId: SpanId) => readonly LogRecord[];
}

/**
 * Makes a {@link Trace} of the rows of one or several batches. O(n log n) at worst and iterative: a million spans, or a
 * chain of ten thousand, are ordinary. Nothing is dropped: every row given is a row of the trace.
 */
export function buildTrace(input: TraceParts): Trace {
  const rows = gatherRows(input.parts);
  const times = placeTimes(rows);
  const links = linkParents(rows);
  cutCycles(links, times.keys);
  const tree = preOrder(links.parent, stableOrder(times.keys));
  return new ColumnTrace(input, rows, times, links, tree);
}

interface Times {
  /** What spans are sorted by: the start, or the end where there is none. */
  readonly keys: Uint32Array;
  readonly startNs: bigint;
  readonly durationNs: number;
}

function placeTimes(rows: GatheredRows): Times {
  const keys = rows.start.slice();
  let first = -1;
  let withoutStart = -1;
  for (let row = 0; row < rows.count; row++) {
    if (isZero(rows.start, row)) {
      keys[2 * row] = rows.end[2 * row]!;
      keys[2 * row + 1] = rows.end[2 * row + 1]!;
      if (!isZero(keys, row) && (withoutStart < 0 || less(keys, row, withoutStart))) withoutStart = row;
    } else if (first < 0 || less(keys, row, first)) first = row;
  }
  const origin = first < 0 ? withoutStart : first;
  if (origin < 0) return { keys, startNs: 0n, durationNs: 0 };
  const low = keys[2 * origin]!;
  const high = keys[2 * origin + 1]!;
  let durationNs = 0;
  for (let row = 0; row < rows.count; row++) {
    durationNs = Math.max(durationNs, since(keys, row, low, high), since(rows.end, row, low, high));
  }
  return { keys, startNs: (BigInt(high) << 32n) | BigInt(low), durationNs };
}

/** Makes the earliest span of each cycle a root. */
function cutCycles(links: ParentLinks, keys: Uint32Array): void {
  for (const entry of links.cycles) {
    let earliest = entry;
    for (let row = links.parent[entry]!; row !== entry; row = links.parent[row]!) {
      if (less(keys, row, earliest) || (!less(keys, earliest, row) && row < earliest)) earliest = row;
    }
    links.parent[earliest] = NO_PARENT;
  }
}

class ColumnTrace implements Trace {
  readonly id: TraceId;
  readonly count: number;
  readonly startNs: Nanos;
  readonly durationNs: DurationNs;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly parent: Int32Array;
  readonly depth: Uint32Array;
  readonly subtreeEnd: Uint32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Uint16Array;
  readonly service: Uint32Array;
  readonly services: readonly string[];
  readonly name: Uint32Array;
  readonly names: readonly string[];
  readonly operation: Uint32Array;
  readonly operationIds: TraceNames['operationIds'];
  readonly operationKeys: TraceNames['operationKeys'];
  readonly eventCount: Uint16Array;
  readonly linkCount: Uint16Array;
  readonly spanIds: Uint8Array;
  readonly problems: TraceProblems;
  private readonly part: Uint16Array;
  private readonly sourceRow: Uint32Array;
  private rowIndex: IdIndex | undefined;

  constructor(
    private readonly input: TraceParts,
    rows: GatheredRows,
    times: Times,
    links: ParentLinks,
    tree: TreeOrder,
  ) {
    const count = (this.count = rows.count);
    this.id = input.id;
    this.startNs = nanos(times.startNs);
    this.durationNs = times.durationNs as DurationNs;
    this.parent = tree.parent;
    this.depth = tree.depth;
    this.subtreeEnd = tree.subtreeEnd;
    this.part = new Uint16Array(count);
    this.sourceRow = new Uint32Array(count);
    this.start = new Float64Array(count);
    this.duration = new Float64Array(count);
    this.kind = new Uint8Array(count);
    this.status = new Uint8Array(count);
    this.flags = new Uint16Array(count);
    this.service = new Uint32Array(count);
    this.name = new Uint32Array(count);
    this.operation = new Uint32Array(count);
    this.eventCount = new Uint16Array(count);
    this.linkCount = new Uint16Array(count);
    this.spanIds = new Uint8Array(count * 8);
    this.placeRows(rows, times, tree.order);
    const names = this.nameRows();
    this.services = names.services;
    this.names = names.names;
    this.operationIds = names.operationIds;
    this.operationKeys = names.operationKeys;
    this.problems = this.findProblems(links, tree.order);
  }

  spanId(row: number): SpanId | undefined {
    return spanIdAt(this.spanIds, row);
  }

  rowOf(spanId: SpanId): number {
    this.rowIndex ??= new IdIndex({ ids: new Uint32Array(this.spanIds.buffer) });
    const words = new Uint32Array(Uint8Array.from(spanId.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer);
    return this.rowIndex.find(words[0]!, words[1]!);
  }

  details(row: number): SpanDetails {
    const { decoder, logsOf, parts } = this.input;
    const { batch } = parts[this.part[row]!]!;
    const source = this.sourceRow[row]!;
    const spanId = spanIdOf(batch, source);
    return {
      ...decoder.cold(coldBytes(batch, source)),
      name: this.names[this.name[row]!]!,
      spanId,
      parentSpanId: parentIdOf(batch, source),
      startNs: startOf(batch, source),
      endNs: nanos(batch.endNs[source]!),
      resource: decoder.resource(batch.resources[batch.resource[source]!]!),
      scope: decoder.scope(batch.scopes[batch.scope[source]!]!),
      logs: spanId === undefined || logsOf === undefined ? [] : logsOf(spanId),
    };
  }

  private placeRows(rows: GatheredRows, times: Times, order: Uint32Array): void {
    const low = Number(times.startNs & 0xffff_ffffn);
    const high = Number(times.startNs >> 32n);
    const spanIds = new Uint32Array(this.spanIds.buffer);
    for (let row = 0; row < this.count; row++) {
      const from = order[row]!;
      this.part[row] = rows.part[from]!;
      this.sourceRow[row] = rows.row[from]!;
      spanIds[2 * row] = rows.ids[2 * from]!;
      spanIds[2 * row + 1] = rows.ids[2 * from + 1]!;
      this.start[row] = Math.max(0, since(times.keys, from, low, high));
      const unfinished = isZero(rows.start, from) || isZero(rows.end, from);
      const duration = unfinished ? 0 : since(rows.end, from, rows.start[2 * from]!, rows.start[2 * from + 1]!);
      if (unfinished) this.flags[row] = ROW.unfinished;
      else if (duration < 0) this.flags[row] = ROW.negative;
      else this.duration[row] = duration;
    }
  }

  private nameRows(): TraceNames {
    const names = new TraceNames(this.input.decoder);
    for (let row = 0; row < this.count; row++) {
      const { batch } = this.input.parts[this.part[row]!]!;
      const source = this.sourceRow[row]!;
      const { service, name, kind, operation } = names.of(batch, source);
      this.service[row] = service;
      this.name[row] = name;
      this.kind[row] = kind;
      this.operation[row] = operation;
      this.status[row] = batch.status[source]!;
      this.eventCount[row] = batch.eventCount[source]!;
      this.linkCount[row] = batch.linkCount[source]!;
    }
    return names;
  }

  private findProblems(links: ParentLinks, order: Uint32Array): TraceProblems {
    const problems = { roots: 0, orphans: 0, unfinished: 0, negative: 0, skewed: 0, cycles: 0, duplicates: 0 };
    for (let row = 0; row < this.count; row++) {
      const from = order[row]!;
      let flags = this.flags[row]!;
      if (links.cyclic[from] === 1) flags |= ROW.cycle;
      else if (links.parent[from] === ORPHAN) flags |= ROW.orphan;
      else if (links.parent[from] === NO_PARENT) problems.roots++;
      if (links.duplicate[from] === 1) flags |= ROW.duplicate;
      if (this.isSkewed(row, flags)) flags |= ROW.skewed;
      this.flags[row] = flags;
      if (flags & ROW.orphan) problems.orphans++;
      if (flags & ROW.unfinished) problems.unfinished++;
      if (flags & ROW.negative) problems.negative++;
      if (flags & ROW.skewed) problems.skewed++;
      if (flags & ROW.cycle) problems.cycles++;
    }
    return { ...problems, duplicates: links.duplicates };
  }

  /**
   * A child cannot start before its parent; and an answer cannot leave the server after the client has it, if the
   * server's work would have fitted into the call. Other children may well outlive their parent.
   */
  private isSkewed(row: number, flags: number): boolean {
    const parent = this.parent[row]!;
    if (parent < 0 || flags & ROW.unfinished) return false;
    const early = this.start[parent]! - this.start[row]!;
    if (early > CLOCK_TOLERANCE_NS && (this.flags[parent]! & ROW.unfinished) === 0) return true;
    if (this.kind[row] !== SERVER || this.kind[parent] !== CLIENT) return false;
    const late = this.start[row]! + this.duration[row]! - this.start[parent]! - this.duration[parent]!;
    return late > CLOCK_TOLERANCE_NS && this.duration[row]! <= this.duration[parent]!;
  }
}

function isZero(words: Uint32Array, row: number): boolean {
  return words[2 * row] === 0 && words[2 * row + 1] === 0;
}

function less(words: Uint32Array, a: number, b: number): boolean {
  const high = words[2 * a + 1]! - words[2 * b + 1]!;
  return high < 0 || (high === 0 && words[2 * a]! < words[2 * b]!);
}

/** Nanoseconds from a time given as two words to the one at `row`; exact up to 104 days. */
function since(words: Uint32Array, row: number, low: number, high: number): number {
  return (words[2 * row + 1]! - high) * TWO_32 + (words[2 * row]! - low);
}
