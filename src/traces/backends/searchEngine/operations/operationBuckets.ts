import type { Attributes } from '../../../../model/attributes';
import { BucketHistogram } from '../../../../model/histogram/bucketHistogram';
import {
  OPERATION_ATTRIBUTES,
  SPAN_KINDS,
  type OperationKey,
  type OperationStats,
  type TrendPoint,
} from '../../../../model/operation';
import type { OperationTable } from '../../../../model/operationTable';
import { textOf } from '../../../formats/recordValues';
import { isBadRecord, type SpanRecord } from '../../../formats/spanRecord';
import { isObject, type JsonObject } from '../../../otlp/jsonFields';
import { bucketsIn, countIn, numberOf } from '../aggregationValues';
import { documentField } from '../fieldCatalog';
import type { SpanShape } from '../spanSchema';
import { cutAtPercentiles } from '../../percentileBuckets';
import { errorExemplar, exemplar, lengthOf } from '../../spanExemplars';
import { latencyBuckets } from './latencyRanges';
import type { CountedOperation } from './mergeOperations';
import type { GroupField } from './operationAggregation';
import type { SpanIndex } from '../spanPages';

/** Ends a sentence: why percentiles are estimates. */
const ESTIMATED = 'the server estimates percentiles (t-digest)';

/** What the buckets of an answer are read with. */
export interface BucketContext {
  readonly index: SpanIndex;
  readonly shape: SpanShape;
  readonly fields: readonly GroupField[];
  readonly table: OperationTable;
  /** By service; of a span of it. */
  readonly resource: Attributes;
  /** The service where keys do not name it. */
  readonly service: string | undefined;
  /** Why the answer is not whole; undefined where it is. */
  readonly partial: string | undefined;
}

/** Statistics of one operation, out of one bucket of the answer; undefined where nothing was counted. */
export function countedOperation(bucket: JsonObject, context: BucketContext): CountedOperation | undefined {
  const count = numberOf(bucket.doc_count);
  if (count === 0 || !isObject(bucket.key)) return undefined;
  const { durationUnitNs: unit } = context.shape;
  const duration = isObject(bucket.duration) ? bucket.duration : {};
  const extremes = { minNs: numberOf(duration.min) * unit, maxNs: numberOf(duration.max) * unit };
  const counts = bucketsIn(bucket.latency).map((range) => numberOf(range.doc_count));
  const percentiles = valuesIn(bucket.percentiles).map((value) => value * unit);
  const buckets = cutAtPercentiles(latencyBuckets(counts, extremes), percentiles);
  const latency = new BucketHistogram(buckets, extremes.maxNs);
  const key = keyOf(bucket.key, context);
  const { partial } = context;
  const stats = {
    id: context.table.id(context.table.intern(key)),
    key,
    count,
    errorCount: Math.min(count, countIn(bucket.failed)),
    totalNs: numberOf(duration.sum) * unit,
    latency,
    trend: bucketsIn(bucket.trend).map((step) => trendPoint(step, unit)),
    exemplars: exemplarsOf(bucket, context.index, latency.quantile(0.5)),
    exact: partial === undefined,
    estimate: partial === undefined ? ESTIMATED : `not every span was counted: ${partial}`,
  };
  return { stats, counts, extremes };
}

/** The same as a span of the group would give: its identity is read as a document is. */
function keyOf(key: JsonObject, { index, shape, fields, resource, service }: BucketContext): OperationKey {
  const document: Record<string, unknown> = { ...shape.sketch };
  for (const { id, field } of fields) {
    if (key[id] !== undefined && key[id] !== null) document[documentField(field)] = key[id];
  }
  const [found] = index.dialect.convert([document]);
  const span = found === undefined || isBadRecord(found) ? undefined : found;
  const attributes = [...(span?.attributes ?? [])].filter(([name]) => OPERATION_ATTRIBUTES.includes(name));
  return {
    service: textOf(key.service) ?? service ?? '',
    resource,
    scope: span?.scope.name ?? '',
    kind: SPAN_KINDS[span?.kind ?? 0] ?? 'UNSPECIFIED',
    name: textOf(key.name) ?? '',
    attributes: new Map(attributes),
  };
}

function trendPoint(step: JsonObject, unitNs: number): TrendPoint {
  const count = numberOf(step.doc_count);
  const [p95 = NaN] = valuesIn(step.p95);
  return {
    count,
    errorCount: Math.min(count, countIn(step.failed)),
    p95Ns: count > 0 && Number.isFinite(p95) ? p95 * unitNs : undefined,
  };
}

/** The values of a `percentiles` aggregation; NaN where there was nothing to count. */
function valuesIn(percentiles: unknown): number[] {
  const values = isObject(percentiles) ? percentiles.values : undefined;
  if (!Array.isArray(values)) return [];
  return (values as unknown[]).map((one) => (isObject(one) && typeof one.value === 'number' ? one.value : NaN));
}

function exemplarsOf(bucket: JsonObject, index: SpanIndex, medianNs: number): OperationStats['exemplars'] {
  const [slowest] = spansIn(bucket.slowest, index);
  const [failed] = spansIn(isObject(bucket.failed) ? bucket.failed.latest : undefined, index);
  const latest = spansIn(isObject(bucket.typical) ? bucket.typical.latest : undefined, index);
  const distance = (span: SpanRecord): number => Math.abs(Math.log((lengthOf(span) + 1) / (medianNs + 1)));
  const [typical] = latest.sort((a, b) => distance(a) - distance(b));
  return {
    ...(slowest === undefined ? {} : { slowest: exemplar(slowest) }),
    ...(failed === undefined ? {} : { error: errorExemplar(failed) }),
    ...(typical === undefined ? {} : { typical: exemplar(typical) }),
  };
}

function spansIn(topHits: unknown, { dialect }: SpanIndex): SpanRecord[] {
  const hits = isObject(topHits) && isObject(topHits.hits) ? topHits.hits.hits : undefined;
  const spans = Array.isArray(hits) ? [...dialect.convert(hits as unknown[])] : [];
  return spans.flatMap((span) => (isBadRecord(span) ? [] : [span]));
}
