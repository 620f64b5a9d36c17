import type { Attributes, AttributeValue } from '../../../model/attributes';
import { BucketHistogram } from '../../../model/histogram/bucketHistogram';
import { quantileBuckets } from '../../../model/histogram/quantileBuckets';
import {
  OPERATION_ATTRIBUTES,
  SPAN_KINDS,
  type OperationKey,
  type OperationStats,
  type TrendPoint,
} from '../../../model/operation';
import type { OperationTable } from '../../../model/operationTable';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { newRelicKind, newRelicService } from '../../formats/newRelicSpans';
import { textOf, typedText, valueOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { STEPS } from './operationNrql';

const NS_PER_MS = 1e6;

/** Why percentiles are estimates; ends a sentence. */
const ESTIMATED = 'New Relic estimates percentiles';
const MIXED = 'all spans of this name are counted together: telling them apart takes more requests than hints may take';

/** An operation as New Relic has counted it. */
export interface CountedRow {
  /** Values by column: those that it was grouped by, and attributes that all its spans share. */
  readonly identity: JsonObject;
  readonly counts: JsonObject;
  readonly trend: JsonObject | undefined;
  /** Its spans differ by what was not asked for. */
  readonly isMixed?: boolean;
}

/** What operations are made of, besides their rows. */
export interface RowContext {
  readonly table: OperationTable;
  /** By service; of a span of it. */
  readonly resource: Attributes;
  /** The service where rows do not name it. */
  readonly service: string | undefined;
  /** Why not every span was counted; undefined where all were. */
  readonly partial: string | undefined;
}

/** The statistics of an operation but for its exemplars; undefined for one without spans. */
export function statsOf(row: CountedRow, context: RowContext): OperationStats | undefined {
  const { identity, counts, trend, isMixed = false } = row;
  const count = numberOf(counts.n);
  if (!(count > 0)) return undefined;
  const errorCount = Math.min(count, numberOf(counts.e));
  const key = keyOf(identity, context);
  const { partial, table } = context;
  return {
    id: table.id(table.intern(key)),
    ...{ key, count, errorCount },
    totalNs: numberOf(counts.s) * NS_PER_MS,
    latency: histogramOf(count, counts.lo, counts.hi, counts.p),
    ...(errorCount === 0 ? {} : { errorLatency: histogramOf(errorCount, counts.elo, counts.ehi, counts.ep) }),
    trend: trend === undefined ? [] : Array.from({ length: STEPS }, (_, step) => trendPoint(trend, step)),
    exemplars: {},
    exact: partial === undefined,
    estimate: partial ?? (isMixed ? MIXED : ESTIMATED),
  };
}

/** The operation that columns of a row belong to, as the converter of rows reads them. */
function keyOf(row: JsonObject, { resource, service }: RowContext): OperationKey {
  const attributes = new Map<string, AttributeValue>();
  for (const name of OPERATION_ATTRIBUTES) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    attributes.set(name, typeof value === 'string' ? typedText(name, value) : valueOf(value));
  }
  return {
    ...{ service: service ?? newRelicService(row) ?? UNKNOWN_SERVICE, resource, attributes },
    scope: textOf(row['otel.library.name']) ?? '',
    kind: SPAN_KINDS[newRelicKind(row)]!,
    name: textOf(row.name) ?? '',
  };
}

/** A number; 0 for what is none. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : 0;
}

function histogramOf(count: number, least: unknown, most: unknown, percentiles: unknown): BucketHistogram {
  const [minNs, maxNs] = [nanosOf(least), nanosOf(most)];
  const values = isObject(percentiles) ? Object.entries(percentiles) : [];
  const known = values.flatMap(([percent, value]) =>
    typeof value === 'number' ? [{ percent: Number(percent), ns: nanosOf(value) }] : [],
  );
  return new BucketHistogram(quantileBuckets({ count, minNs, maxNs, percentiles: known }), maxNs);
}

function trendPoint(row: JsonObject, step: number): TrendPoint {
  const count = numberOf(row[`n${step}`]);
  const p95 = row[`p${step}`];
  const value = isObject(p95) ? p95['95'] : p95;
  const errorCount = Math.min(count, numberOf(row[`e${step}`]));
  return { count, errorCount, p95Ns: count > 0 && typeof value === 'number' ? nanosOf(value) : undefined };
}

function nanosOf(milliseconds: unknown): number {
  return Math.round(numberOf(milliseconds) * NS_PER_MS);
}
