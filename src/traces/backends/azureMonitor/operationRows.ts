import type { Attributes } from '../../../model/attributes';
import { BucketHistogram } from '../../../model/histogram/bucketHistogram';
import { quantileBuckets, SHAPE_PERCENTS } from '../../../model/histogram/quantileBuckets';
import {
  OPERATION_ATTRIBUTES,
  SPAN_KINDS,
  type OperationKey,
  type OperationStats,
  type TrendPoint,
} from '../../../model/operation';
import type { OperationTable } from '../../../model/operationTable';
import { azureTable, dynamicItems } from '../../formats/azure/azureRows';
import { azureDurationNs, azureIdentity } from '../../formats/azure/azureSpans';
import { azureIds } from '../../formats/azure/azureIds';
import { nanosOfIso } from '../../formats/recordTimes';
import { textOf } from '../../formats/recordValues';
import { NO_SCOPE, type SpanRecord } from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { exemplarsOf } from '../spanExemplars';
import { STEPS } from './operationKql';

/** Why percentiles are estimates; ends a sentence. */
const ESTIMATED = 'Azure Monitor estimates percentiles';

/** What operations are made of, besides their rows. */
export interface RowContext {
  readonly table: OperationTable;
  /** What the processes of a service say of themselves. */
  readonly resources: ReadonlyMap<string, Attributes>;
  /** Why not every span was counted; undefined where all were. */
  readonly partial: string | undefined;
}

/** How a span's ids are written in its row. */
export interface WrittenSpan {
  readonly operation: string;
  readonly span: string;
}

/** An operation, and the rows of its failure. */
export interface CountedOperation {
  readonly stats: OperationStats;
  readonly failure: WrittenSpan | undefined;
}

/** The statistics of an operation out of a row of `countKql`; undefined for one without spans. */
export function countedOperation(
  row: JsonObject,
  { table, resources, partial }: RowContext,
): CountedOperation | undefined {
  const count = numberOf(row.N);
  if (!(count > 0)) return undefined;
  const errorCount = Math.min(count, numberOf(row.E));
  const key = keyOf(row, resources);
  const kept = numberOf(row.R);
  const sampled =
    kept < count ? `of these calls ${kept} were kept by the SDK's sampling, the others are counted by it` : undefined;
  const latency = histogramOf(count, row.Lo, row.Hi, row.P);
  const picks = picksOf(row);
  const exemplars = exemplarsOf(
    picks.map(({ span }) => span),
    latency.quantile(0.5),
  );
  const failed = picks.find(({ span }) => span.spanId === exemplars.error?.spanId);
  const stats: OperationStats = {
    id: table.id(table.intern(key)),
    ...{ key, count, errorCount },
    totalNs: numberOf(row.S) * 1e6,
    latency,
    ...(errorCount === 0 ? {} : { errorLatency: histogramOf(errorCount, row.ELo, row.EHi, row.EP) }),
    trend: Array.from({ length: STEPS }, (_, step) => trendPoint(row, step)),
    ...{ exemplars, exact: partial === undefined && sampled === undefined },
    estimate: partial ?? sampled ?? ESTIMATED,
  };
  return { stats, failure: failed?.written };
}

/** A number; 0 for what is none. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : 0;
}

/** The operation of a row, read as a span of it would be. */
function keyOf(row: JsonObject, resources: RowContext['resources']): OperationKey {
  const values = dynamicItems(row.Identity);
  const named = OPERATION_ATTRIBUTES.flatMap((name, at) => {
    const text = textOf(values[at]) ?? '';
    return text === '' ? [] : [[name, text] as const];
  });
  const service = textOf(row.Service) ?? '';
  const one = {
    ...{ Type: row.Type, Name: row.Name, DependencyType: row.DependencyType, AppRoleName: service },
    Properties: Object.fromEntries(named),
    Url: row.AnyUrl,
    Source: isTrue(row.Sourced) ? '-' : '',
    Target: row.CallTarget,
    ParentId: isTrue(row.Rooted) ? '' : '-',
  };
  const { attributes, kind } = azureIdentity(one, azureTable(row) ?? 'dependency');
  return {
    service: service === '' ? UNKNOWN_SERVICE : service,
    scope: textOf(row.Scope) ?? '',
    kind: SPAN_KINDS[kind]!,
    name: textOf(row.Name) ?? '',
    resource: resources.get(service) ?? new Map(),
    attributes: new Map(
      OPERATION_ATTRIBUTES.flatMap((name) => {
        const value = attributes.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

/** Spans worth opening: `[operation, span, time, milliseconds, failed, message]`. */
function picksOf(row: JsonObject): { readonly span: SpanRecord; readonly written: WrittenSpan }[] {
  const lists = [row.Slow, row.LastFailed, row.Last, ...dynamicItems(row.Some)];
  const found = new Map<string, { readonly span: SpanRecord; readonly written: WrittenSpan }>();
  for (const list of lists) {
    const [operation, id, time, milliseconds, failed, message] = dynamicItems(list);
    const ids = azureIds(operation, id, undefined);
    const startNs = nanosOfIso(time);
    const durationNs = azureDurationNs(milliseconds);
    if (ids === undefined || startNs === undefined || durationNs === undefined) continue;
    const span: SpanRecord = {
      ...{ traceId: ids.traceId, spanId: ids.spanId, name: '', kind: 0, startNs, endNs: startNs + durationNs },
      ...{ attributes: new Map(), resource: new Map(), events: [], links: [], scope: NO_SCOPE },
      status: isTrue(failed) ? { code: 2, message: textOf(message) || undefined } : { code: 0 },
    };
    found.set(`${ids.traceId} ${ids.spanId}`, {
      span,
      written: { operation: textOf(operation) ?? '', span: textOf(id) ?? '' },
    });
  }
  return [...found.values()];
}

function histogramOf(count: number, least: unknown, most: unknown, percentiles: unknown): BucketHistogram {
  const [minNs, maxNs] = [nanosOf(least), nanosOf(most)];
  const values = dynamicItems(percentiles);
  const known = SHAPE_PERCENTS.flatMap((percent, at) => {
    const value = values[at];
    return typeof value === 'number' ? [{ percent, ns: nanosOf(value) }] : [];
  });
  return new BucketHistogram(quantileBuckets({ count, minNs, maxNs, percentiles: known }), maxNs);
}

function trendPoint(row: JsonObject, step: number): TrendPoint {
  const count = numberOf(row[`N${step}`]);
  const p95 = row[`P${step}`];
  const errorCount = Math.min(count, numberOf(row[`E${step}`]));
  return { count, errorCount, p95Ns: count > 0 && typeof p95 === 'number' ? nanosOf(p95) : undefined };
}

function nanosOf(milliseconds: unknown): number {
  return Number(azureDurationNs(milliseconds) ?? 0n);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === 'True';
}
