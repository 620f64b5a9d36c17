import type { TraceId } from '../../../model/ids';
import { nanos, nanosFromMillis, type TimeWindow } from '../../../model/time';
import { datadogSpans } from '../../formats/datadogSpans';
import { isBadRecord, type ConvertedSpan } from '../../formats/spanRecord';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import type { SpanCollector } from '../spanCollector';
import { LARGEST_PAGE, type DatadogApi } from './datadogApi';
import { anyOf } from './datadogTerms';

/** How long before and after what was found of a trace the rest of it may lie. */
const AROUND_NS = 3_600_000_000_000n;
/** What the spans search looks back for a trace of which only the id is known: longer than Datadog keeps them. */
const RETENTION_MS = 30 * 24 * 3_600_000;
const NO_HIGH_BITS = '0'.repeat(16);

/** The ids of the traces that spans of the search belong to, in decimal as Datadog has them, each once. */
export function traceIdsOf(items: readonly unknown[]): string[] {
  const ids = items.flatMap((item) => {
    const attributes = isObject(item) ? item.attributes : undefined;
    const id = isObject(attributes) ? attributes.trace_id : undefined;
    return typeof id === 'string' && /^[\da-f]+$/i.test(id) ? id : [];
  });
  return [...new Set(ids)];
}

/** Spans that were found as failed, saying so: of many only what Datadog finds them by tells. */
export function asFailed(items: readonly unknown[], isFound: (item: JsonObject) => boolean = () => true): unknown[] {
  return items.map((item) =>
    isObject(item) && isObject(item.attributes) && isFound(item)
      ? { ...item, attributes: { ...item.attributes, status: 'error' } }
      : item,
  );
}

/** Tells spans apart. */
function idsOf({ attributes }: JsonObject): string {
  return isObject(attributes) ? `${String(attributes.trace_id)} ${String(attributes.span_id)}` : '';
}

/** What is wanted of traces. */
export interface WantedTraces {
  /** In decimal, as {@link traceIdsOf} has them. */
  readonly ids: readonly string[];
  /** Where some of their spans were found. */
  readonly window: TimeWindow;
  /** Spans of theirs that were found as failed. */
  readonly failed?: readonly unknown[];
  readonly maxWireBytes?: number;
}

/** Collects all spans of some traces that the search has. @returns the bytes that came. */
export async function collectTraces(
  api: DatadogApi,
  { ids, window, failed = [], maxWireBytes }: WantedTraces,
  into: SpanCollector,
  signal: AbortSignal,
): Promise<number> {
  const around = { from: nanos(window.from - AROUND_NS), to: nanos(window.to + AROUND_NS) };
  const bound = maxWireBytes === undefined ? {} : { maxWireBytes };
  const search = { query: `trace_id:${anyOf(ids)}`, window: around, limit: LARGEST_PAGE, ...bound };
  const items: unknown[] = [];
  let wireBytes = 0;
  for await (const page of api.search(search, signal)) {
    items.push(...page.items);
    wireBytes += page.wireBytes;
  }
  // One span of a process says the upper half of the ids of all.
  const known = new Set(failed.flatMap((item) => (isObject(item) ? idsOf(item) : [])));
  into.addRecords(datadogSpans(known.size === 0 ? items : asFailed(items, (item) => known.has(idsOf(item)))));
  return wireBytes;
}

/**
 * Collects one trace: as a whole where Datadog gives it, else the spans that its search has.
 * @returns false if there is none.
 */
export async function collectTrace(
  api: DatadogApi,
  id: TraceId,
  nowMs: number,
  into: SpanCollector,
  signal: AbortSignal,
): Promise<boolean> {
  const whole = await api.wholeTrace(id, signal);
  const spans = whole === undefined ? [] : [...datadogSpans(whole)];
  if (spans.length > 0) {
    into.addRecords(called(spans, id));
    return true;
  }
  const window = { from: nanosFromMillis(nowMs - RETENTION_MS), to: nanosFromMillis(nowMs) };
  const low = String(BigInt(`0x${id.slice(16)}`));
  const query = `trace_id:${anyOf([...(id.startsWith(NO_HIGH_BITS) ? [] : [id]), low])}`;
  const items: unknown[] = [];
  for await (const page of api.search({ query, window, limit: LARGEST_PAGE }, signal)) items.push(...page.items);
  into.addRecords(called(datadogSpans(items), id));
  return items.length > 0;
}

/** Where nothing says the upper half of an id, it is that of the trace that was asked for, or has none at all. */
function* called(spans: Iterable<ConvertedSpan>, id: TraceId): Generator<ConvertedSpan> {
  const low = id.slice(16);
  const isShort = id.startsWith(NO_HIGH_BITS);
  for (const span of spans) {
    const isSame = !isBadRecord(span) && span.traceId.endsWith(low);
    const isRenamed = isSame && span.traceId !== id && (isShort || span.traceId.startsWith(NO_HIGH_BITS));
    yield isRenamed ? { ...span, traceId: id } : span;
  }
}
