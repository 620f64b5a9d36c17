import type { SpanCollector } from '../spanCollector';
import { allOf, type Clause } from './clauses';
import type { SearchApi } from './searchApi';
import type { SpanEvents, SpanEventSource } from './spanEvents';
import type { SpanDialect, SpanSchema } from './spanSchema';

/** Spans asked for at once; servers allow up to 10,000 (`index.max_result_window`). */
const PAGE = 5_000;
/** Spans that become objects at the same time. */
const BLOCK = 512;

/** Which spans, and how much of them. */
export interface SpanRequest {
  readonly clause: Clause;
  /** Parts of `_source`; all where left out. */
  readonly source?: readonly string[];
  readonly maxWireBytes?: number;
  /** Spans asked for at once; 5,000 where left out. */
  readonly pageSize?: number;
  /** What the spans get besides. */
  readonly events?: SpanEvents;
}

/** Where spans are, and how they are read. */
export interface SpanIndex {
  readonly api: SearchApi;
  readonly dialect: SpanDialect;
  readonly schema: SpanSchema;
  /** Where events are that are no part of their spans. */
  readonly events?: SpanEventSource;
}

/**
 * Collects every span that a clause finds, in order of start, page by page: each goes on after the last span of the one
 * before, told by its start and what else orders spans, which together are unique but for a span that was indexed twice.
 * That needs neither a scroll nor a point in time, for which users often lack the right.
 *
 * @returns how many hits there were.
 */
export async function collectSpans(
  { api, dialect, schema }: SpanIndex,
  { clause, source, maxWireBytes, pageSize = PAGE, events }: SpanRequest,
  into: SpanCollector,
  signal: AbortSignal,
): Promise<number> {
  const body = {
    size: pageSize,
    query: schema.only === undefined ? clause : allOf([clause, schema.only]),
    sort: [byStart(schema, 'asc'), ...schema.order.map(inOrder)],
    ...(source === undefined ? {} : { _source: source }),
  };
  let after: readonly unknown[] | undefined;
  for (let total = 0; ;) {
    let count = 0;
    let block: unknown[] = [];
    const flush = (): void => {
      const spans = dialect.convert(block);
      into.addRecords(events === undefined ? spans : events.addTo(spans));
      block = [];
    };
    for await (const { hit, sort } of api.hits(body, after, maxWireBytes, signal)) {
      count++;
      after = sort;
      if (block.push(hit) >= BLOCK) flush();
    }
    flush();
    total += count;
    if (count < pageSize) return total;
  }
}

/** By start, as epoch nanoseconds whatever the index keeps. */
export function byStart({ start }: SpanSchema, order: 'asc' | 'desc'): Clause {
  return { [start]: { order, numeric_type: 'date_nanos', unmapped_type: 'date_nanos' } };
}

function inOrder(field: string): Clause {
  return { [field]: { order: 'asc', unmapped_type: 'keyword' } };
}
