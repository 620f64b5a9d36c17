import type { TraceId } from '../../../model/ids';
import type { TimeWindow } from '../../../model/time';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { traceIdOf } from '../../formats/recordIds';
import { allOf, noneOf, notAfter, terms, within, type Clause } from './clauses';
import type { SearchApi } from './searchApi';
import { byStart, type SpanIndex } from './spanPages';
import type { SpanSchema } from './spanSchema';

/** Traces that have a span which a clause finds. */
export interface TraceIdRequest {
  readonly clause: Clause;
  readonly window: TimeWindow;
  /** Traces asked for at once. */
  readonly pageSize: number;
  readonly maxWireBytes?: number;
}

/** A trace as a page names it. */
export interface FoundTraceId {
  readonly id: TraceId;
  /** As the index has it. */
  readonly text: string;
  /** The latest start of a span that was found, in epoch nanoseconds. */
  readonly latestNs: bigint;
}

/**
 * The ids of traces, those with the latest spans first, a page at a time. Hits are collapsed, so that a page names each
 * trace once; collapsed searches cannot go on after a hit, so the next page asks for spans that are not later than the
 * last one's, without the traces that were named already and may have more of them.
 *
 * @param startOf when a trace begins, in epoch nanoseconds, once that is known: it need not be left out of later pages.
 */
export async function* foundTraceIds(
  { api, schema }: SpanIndex,
  { clause, window, pageSize, maxWireBytes }: TraceIdRequest,
  startOf: (id: TraceId) => bigint | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly FoundTraceId[]> {
  let named: FoundTraceId[] = [];
  let bound: bigint | undefined;
  for (;;) {
    const filter = [clause, within(schema.start, window)];
    if (bound !== undefined) filter.push(notAfter(schema.start, bound));
    if (named.length > 0)
      filter.push(
        noneOf([
          terms(
            schema.traceId,
            named.map(({ text }) => text),
          ),
        ]),
      );
    const page = await collapsed(api, schema, { query: allOf(filter), size: pageSize }, maxWireBytes, signal);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    const next = last.latestNs;
    bound = next;
    // As finely as the index tells times, a trace that begins at the same time may have more of them.
    const isLater = (startNs: bigint): boolean => startNs - (startNs % schema.startStepNs) > next;
    named = [...named, ...page].filter(({ id }) => !isLater(startOf(id) ?? 0n));
  }
}

/** Those of some traces that have a span which a clause finds. */
export async function tracesWith(
  { api, schema }: SpanIndex,
  ids: readonly FoundTraceId[],
  clause: Clause,
  signal: AbortSignal,
): Promise<readonly FoundTraceId[]> {
  if (ids.length === 0) return ids;
  const query = allOf([
    terms(
      schema.traceId,
      ids.map(({ text }) => text),
    ),
    clause,
  ]);
  const found = await collapsed(api, schema, { query, size: ids.length }, undefined, signal);
  const kept = new Set(found.map(({ id }) => id));
  return ids.filter(({ id }) => kept.has(id));
}

async function collapsed(
  api: SearchApi,
  schema: SpanSchema,
  request: JsonObject,
  maxWireBytes: number | undefined,
  signal: AbortSignal,
): Promise<FoundTraceId[]> {
  const body = { ...request, _source: false, collapse: { field: schema.traceId }, sort: [byStart(schema, 'desc')] };
  const found: FoundTraceId[] = [];
  for await (const { hit, sort } of api.hits(body, undefined, maxWireBytes, signal)) {
    // A collapsed hit carries the value by which it was collapsed.
    const values = isObject(hit.fields) ? hit.fields[schema.traceId] : undefined;
    const text: unknown = Array.isArray(values) ? values[0] : undefined;
    const id = traceIdOf(text);
    const time = /^-?\d+$/.test(String(sort[0])) ? BigInt(String(sort[0])) : undefined;
    if (typeof text === 'string' && id !== undefined && time !== undefined) found.push({ id, text, latestNs: time });
  }
  return found;
}
