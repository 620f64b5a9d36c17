import { OPERATION_ATTRIBUTES } from '../../../../model/operation';
import { nanos, rfc3339, type TimeWindow } from '../../../../model/time';
import type { JsonObject } from '../../../otlp/jsonFields';
import { allOf, exists, type Clause } from '../clauses';
import { PERCENTS } from '../../percentileBuckets';
import { LATENCY_BUCKETS, latencyRanges } from './latencyRanges';
import { byStart } from '../spanPages';
import { ofShape, type SpanDialect, type SpanSchema, type SpanShape } from '../spanSchema';

/** Steps of the trend: the words draw eight. */
const STEPS = 8;
/** Spans among which the typical one is looked for. */
const TYPICAL = 3;
/** Buckets that one operation takes, its own and those of its filters included; servers allow 65,535 in an answer. */
export const BUCKETS_PER_OPERATION = LATENCY_BUCKETS + 2 * STEPS + 3;

/** What spans are grouped by. */
export interface GroupField {
  /** What it is called in keys: `service`, `name`, `i` or `a` and a number. */
  readonly id: string;
  readonly field: string;
  /** Whether it holds an attribute, which spans may not have at all. */
  readonly isAttribute: boolean;
}

/** Names of the aggregations, and of the parts of an answer that are needed. */
const OPERATIONS = 'aggregations.operations';
const BUCKETS = `${OPERATIONS}.buckets`;
/** Ranges and percentiles come in the order in which they were asked for, so their counts and values say all. */
export const OPERATION_PARTS: readonly string[] = [
  `${OPERATIONS}.after_key`,
  ...['key', 'doc_count', 'duration', 'latency.buckets.doc_count', 'percentiles.values.value'].map(
    (part) => `${BUCKETS}.${part}`,
  ),
  ...['doc_count', 'failed.doc_count', 'p95.values'].map((part) => `${BUCKETS}.trend.buckets.${part}`),
  `${BUCKETS}.slowest.hits.hits._source`,
  `${BUCKETS}.typical.latest.hits.hits._source`,
  `${BUCKETS}.failed.doc_count`,
  `${BUCKETS}.failed.latest.hits.hits._source`,
];

/** Every field that may tell operations apart, where the indices have it. */
export function groupFields(schema: SpanSchema, shape: SpanShape): GroupField[] {
  const isIdentity = (field: string): boolean => shape.identity.includes(field);
  const attributes = OPERATION_ATTRIBUTES.flatMap((attribute) =>
    shape.attribute('span', attribute).map(({ name }) => name),
  );
  const groups = (names: readonly string[], letter: string, isAttribute: boolean): GroupField[] =>
    [...new Set(names)].map((field, index) => ({ id: `${letter}${index}`, field, isAttribute }));
  return [
    { id: 'service', field: schema.service, isAttribute: false },
    { id: 'name', field: shape.name, isAttribute: false },
    ...groups(shape.identity, 'i', false),
    ...groups(
      attributes.filter((name) => !isIdentity(name)),
      'a',
      true,
    ),
  ];
}

/** What counts the documents of a shape, and with one of its fields, is called in {@link presenceBody}'s answer. */
export function presenceId(shape: number, field = ''): string {
  return shape > 0 || field === '' ? `s${shape}${field}` : field;
}

/** Asks which of the fields some spans have at all: to group by all that could be would be slow. */
export function presenceBody(
  clause: Clause,
  shapes: readonly { readonly shape: SpanShape; readonly fields: readonly GroupField[] }[],
  dialect: SpanDialect,
): JsonObject {
  const filter = (shape: SpanShape, clauses: readonly Clause[]): Clause => ({ filter: allOf(ofShape(shape, clauses)) });
  const filters = shapes.flatMap(({ shape, fields }, at) => [
    ...(shape.only === undefined ? [] : [[presenceId(at), filter(shape, [])] as const]),
    ...fields
      .filter(({ isAttribute }) => isAttribute)
      .map(({ id, field }) => [presenceId(at, id), filter(shape, [exists(field)])] as const),
  ]);
  return {
    size: 1,
    _source: [...dialect.exemplarSource, ...dialect.resourceSource],
    query: clause,
    aggs: Object.fromEntries(filters),
  };
}

/** How a page of operations is asked for. */
export interface OperationPage {
  readonly fields: readonly GroupField[];
  readonly window: TimeWindow;
  readonly size: number;
  /** The key after which to go on, as the page before gave it. */
  readonly after: unknown;
}

/**
 * Asks for statistics of operations: groups of spans that are alike in all `fields`, in pages. Answers hold, for each, its
 * count, a histogram, how both went over time, and spans worth opening.
 */
export function operationsBody(
  clauses: readonly Clause[],
  { schema, dialect }: { readonly schema: SpanSchema; readonly dialect: SpanDialect },
  shape: SpanShape,
  { fields, window, size, after }: OperationPage,
): JsonObject {
  const sources = fields.map(({ id, field }) => ({ [id]: { terms: { field, missing_bucket: true } } }));
  const error = shape.status('error');
  const top = (count: number, sort: Clause, more: readonly string[] = []): Clause => ({
    top_hits: { size: count, sort: [sort], _source: [...dialect.exemplarSource, ...more] },
  });
  const aggs = {
    duration: { stats: { field: shape.duration } },
    latency: latencyRanges(shape.duration, shape.durationUnitNs),
    percentiles: { percentiles: { field: shape.duration, percents: PERCENTS, keyed: false } },
    trend: {
      date_range: { field: schema.start, ranges: steps(window) },
      aggs: {
        failed: { filter: error },
        p95: { percentiles: { field: shape.duration, percents: [95], keyed: false } },
      },
    },
    slowest: top(1, { [shape.duration]: { order: 'desc', unmapped_type: 'long' } }),
    typical: {
      filter: { bool: { must_not: [error] } },
      aggs: { latest: top(TYPICAL, byStart(schema, 'desc')) },
    },
    failed: { filter: error, aggs: { latest: top(1, byStart(schema, 'desc'), dialect.exceptionSource) } },
  };
  const composite = { size, sources, ...(after === undefined ? {} : { after }) };
  return { query: allOf(ofShape(shape, clauses)), aggs: { operations: { composite, aggs } } };
}

/** Parts of a window of the same length, the oldest first. */
function steps({ from, to }: TimeWindow): { from: string; to: string }[] {
  const at = (step: number): string => rfc3339(nanos(from + ((to - from) * BigInt(step)) / BigInt(STEPS)));
  return Array.from({ length: STEPS }, (_, step) => ({ from: at(step), to: at(step + 1) }));
}
