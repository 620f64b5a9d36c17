import type { TimeWindow } from '../../../model/time';

/** A field of spans, as the query builder names it. */
export interface FieldName {
  readonly name: string;
  readonly fieldContext: 'span' | 'attribute' | 'resource';
}

/** One builder query about traces (SigNoz/signoz `querybuildertypesv5`). Unknown fields are refused there. */
export interface BuilderQuery {
  /** Unique within a request; its result is found by it. */
  readonly name: string;
  readonly filter?: string | undefined;
  /** Columns of raw rows; all there are where left out. */
  readonly selectFields?: readonly FieldName[];
  /** `count()`, `p95(duration_nano)`, … */
  readonly aggregations?: readonly string[];
  readonly groupBy?: readonly FieldName[];
  readonly order?: SpanOrder;
  readonly limit?: number;
  readonly offset?: number;
  /** Seconds of one step of a time series. */
  readonly stepInterval?: number;
}

export type SpanOrder = readonly { readonly by: FieldName | string; readonly direction: 'asc' | 'desc' }[];

export type RequestType = 'raw' | 'scalar' | 'time_series';

/** Rows of one answer: what SigNoz gives at most. */
export const MAX_ROWS = 10_000;

export const SERVICE: FieldName = { name: 'service.name', fieldContext: 'resource' };
export const NAME: FieldName = { name: 'name', fieldContext: 'span' };
export const KIND: FieldName = { name: 'kind_string', fieldContext: 'span' };

/** A field of a span itself. */
export function spanField(name: string): FieldName {
  return { name, fieldContext: 'span' };
}

/** Rows of whole spans that are asked for at once. */
export const PAGE_ROWS = 5000;

/** An order that does not change between pages. */
export const LATEST_FIRST: SpanOrder = [
  { by: spanField('timestamp'), direction: 'desc' },
  { by: spanField('span_id'), direction: 'desc' },
];

/** Bounds of what rows are fetched. */
export interface RowLimits {
  /** Of each answer. */
  readonly maxWireBytes?: number;
}

/** The body of a request. Times there are milliseconds: windows are widened to whole ones. */
export function rangeBody(
  requestType: RequestType,
  { from, to }: TimeWindow,
  queries: readonly BuilderQuery[],
): string {
  const [start, end] = [millisDown(from), millisDown(to + 999_999n)];
  return JSON.stringify({
    ...{ schemaVersion: 'v1', start, end: Math.max(end, start + 1), requestType },
    compositeQuery: { queries: queries.map((query) => ({ type: 'builder_query', spec: specOf(query) })) },
  });
}

function specOf({ name, filter, aggregations, order, ...others }: BuilderQuery): object {
  return {
    ...{ name, signal: 'traces', ...others },
    ...(filter === undefined ? {} : { filter: { expression: filter } }),
    ...(aggregations === undefined ? {} : { aggregations: aggregations.map((expression) => ({ expression })) }),
    ...(order === undefined
      ? {}
      : { order: order.map(({ by, direction }) => ({ key: typeof by === 'string' ? { name: by } : by, direction })) }),
  };
}

function millisDown(ns: bigint): number {
  return Number(ns / 1_000_000n);
}
