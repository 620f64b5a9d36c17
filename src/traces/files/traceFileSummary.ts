import { attributeText } from '../../model/attributes';
import { STATUS_ERROR } from '../../model/operation';
import { linkParents, NO_PARENT, ORPHAN } from '../../model/tree/parentLinks';
import type { SpanBatch } from '../../model/spanBatch';
import { coldBytes, wordsOf } from '../../model/tree/traceRows';
import { decodeCold, decodeResource } from '../otlp/spanDetails';
import { TraceIndex } from '../store/traceIndex';

/** Counts over all spans of a file. */
export interface TraceFileSummary {
  readonly traces: number;
  readonly spans: number;
  /** Distinct `service.name`s, sorted; missing ones are left out. */
  readonly services: readonly string[];
  /** Spans with status ERROR, or with the attribute `error` = true of older conventions. */
  readonly errorSpans: number;
  /** Spans without a parent id. */
  readonly roots: number;
  /** Spans whose parent id no span of their trace has. */
  readonly orphans: number;
  /** Edges from a root or orphan; spans on a cycle or below one do not count. */
  readonly maxDepth: number;
  readonly eventCount: number;
  readonly linkCount: number;
  /** Epoch nanoseconds in decimal, over spans that have a start; null if none has one. */
  readonly minStartNs: string | null;
  /** A missing end, and one before the start, counts as the start. */
  readonly maxEndNs: string | null;
  /** Spans on a cycle of parents, or below one. */
  readonly inCycle: number;
  /** Spans without a start. */
  readonly noStart: number;
}

/** The counts of the columns hold no more than this: beyond it, the events and links are counted one by one. */
const SATURATED = 0xffff;

/** Key `error` as the first field of an attribute. */
const ERROR_KEY = Buffer.from([0x0a, 5, ...Buffer.from('error')]);

/** Sums up the spans of a file. Linear in their number. */
export function summarizeTraces(batch: SpanBatch): TraceFileSummary {
  const { group, traces } = groupByTrace(batch);
  const links = linkParents({ ids: wordsOf(batch.spanIds), parents: wordsOf(batch.parentIds), group });
  const counts = { errorSpans: 0, roots: 0, orphans: 0, maxDepth: 0, eventCount: 0, linkCount: 0, inCycle: 0 };
  for (let row = 0; row < batch.count; row++) {
    if (links.cyclic[row] === 1) counts.inCycle++;
    else {
      if (links.parent[row] === NO_PARENT) counts.roots++;
      else if (links.parent[row] === ORPHAN) counts.orphans++;
      if (links.depth[row]! > counts.maxDepth) counts.maxDepth = links.depth[row]!;
    }
    if (batch.status[row] === STATUS_ERROR || hasErrorAttribute(batch, row)) counts.errorSpans++;
    counts.eventCount += exactly(batch.eventCount[row]!, () => decodeCold(coldBytes(batch, row)).events.length);
    counts.linkCount += exactly(batch.linkCount[row]!, () => decodeCold(coldBytes(batch, row)).links.length);
  }
  return { traces, spans: batch.count, services: services(batch), ...counts, ...times(batch) };
}

function groupByTrace(batch: SpanBatch): { group: Uint32Array; traces: number } {
  const index = new TraceIndex();
  const words = wordsOf(batch.traceIds);
  const group = new Uint32Array(batch.count);
  for (let row = 0; row < batch.count; row++) group[row] = index.intern(words, row * 4);
  return { group, traces: index.size };
}

function exactly(count: number, recount: () => number): number {
  return count < SATURATED ? count : recount();
}

function hasErrorAttribute(batch: SpanBatch, row: number): boolean {
  const { buffer, byteOffset, length } = coldBytes(batch, row);
  if (!Buffer.from(buffer, byteOffset, length).includes(ERROR_KEY)) return false;
  const value = decodeCold(coldBytes(batch, row)).attributes.get('error');
  return value === true || value === 'true';
}

function services(batch: SpanBatch): string[] {
  const used = new Set(batch.resource.subarray(0, batch.count));
  const names = new Set<string>();
  for (const resource of used) {
    const name = attributeText(decodeResource(batch.resources[resource]!), 'service.name');
    if (name !== undefined && name !== '') names.add(name);
  }
  return [...names].sort();
}

function times(batch: SpanBatch): Pick<TraceFileSummary, 'minStartNs' | 'maxEndNs' | 'noStart'> {
  let min: bigint | undefined;
  let max = 0n;
  let noStart = 0;
  for (let row = 0; row < batch.count; row++) {
    const start = batch.startNs[row]!;
    if (start === 0n) {
      noStart++;
      continue;
    }
    const end = batch.endNs[row]! > start ? batch.endNs[row]! : start;
    if (min === undefined || start < min) min = start;
    if (end > max) max = end;
  }
  return min === undefined
    ? { minStartNs: null, maxEndNs: null, noStart }
    : { minStartNs: String(min), maxEndNs: String(max), noStart };
}
