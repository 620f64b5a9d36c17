import type { AttributeValue, Attributes } from '../../../model/attributes';
import type { LatencyHistogram } from '../../../model/histogram/histogram';
import { LogHistogram } from '../../../model/histogram/logHistogram';
import {
  SPAN_KINDS,
  type ErrorExemplar,
  type Exemplar,
  type OperationKey,
  type OperationStats,
  type TrendPoint,
} from '../../../model/operation';
import type { OperationTable } from '../../../model/operationTable';
import { nanos, type DurationNs } from '../../../model/time';
import { itemsOf, kindOf, textOf, typedText } from '../../formats/recordValues';
import { spanIdOf, traceIdOf } from '../../formats/recordIds';
import type { JsonObject } from '../../otlp/jsonFields';
import { STEPS } from './operationSql';
import { integer } from './spanRows';
import { serviceName } from './traceSummaries';

/** Why percentiles are estimates of operations that take little time in all; ends a sentence. */
const COARSE = 'ClickHouse counted the durations of rarely used operations in coarse buckets';

const OVERFLOWED =
  'the service has more operations than ClickHouse counts at once, as names with ids in them make them';

/** What is known of operations besides their rows. */
export interface OperationContext {
  readonly table: OperationTable;
  /** Attributes of one resource of a service. */
  readonly resourceOf: (service: string) => Attributes;
  /** There were more operations than could be counted at once. */
  readonly overflowed: boolean;
}

/** Reads a row of {@link operationsSql}; undefined for one without spans. */
export function readOperation(
  row: JsonObject,
  { table, resourceOf, overflowed }: OperationContext,
): OperationStats | undefined {
  const count = number(row.calls);
  if (!(count > 0)) return undefined;
  const key = keyOf(row, resourceOf);
  const errorCount = number(row.errors);
  const slowest = exemplarOf(row, 'slow');
  const failure = exemplarOf(row, 'error');
  const typical = exemplarOf(row, 'typical');
  return {
    id: table.id(table.intern(key)),
    ...{ key, count, errorCount, totalNs: number(row.total) },
    latency: histogramOf(row.buckets, row.counts, number(row.least), number(row.most)),
    ...(errorCount === 0
      ? {}
      : {
          errorLatency: histogramOf(row.errorBuckets, row.errorCounts, number(row.leastError), number(row.mostError)),
        }),
    trend: trendOf(row),
    exemplars: {
      ...(slowest === undefined ? {} : { slowest }),
      ...(failure === undefined || errorCount === 0 ? {} : { error: withMessage(failure, textOf(row.errorMessage)) }),
      ...(typical === undefined ? {} : { typical }),
    },
    exact: !overflowed,
    ...(overflowed ? { estimate: OVERFLOWED } : number(row.fine) === 1 ? {} : { estimate: COARSE }),
  };
}

function keyOf(row: JsonObject, resourceOf: OperationContext['resourceOf']): OperationKey {
  const attributes = new Map<string, AttributeValue>();
  for (const pair of itemsOf(row.attributes)) {
    const [name, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof name === 'string' && typeof value === 'string') attributes.set(name, typedText(name, value));
  }
  const service = serviceName(row.service);
  return {
    ...{ service, attributes, resource: resourceOf(service) },
    scope: textOf(row.scope) ?? '',
    kind: SPAN_KINDS[kindOf(row.kind)]!,
    name: textOf(row.name) ?? '',
  };
}

function histogramOf(buckets: unknown, counts: unknown, low: number, high: number): LatencyHistogram {
  const numbers = itemsOf(counts);
  const pairs = itemsOf(buckets).map((bucket, index) => [number(bucket), number(numbers[index])] as const);
  return LogHistogram.ofBuckets(pairs, low, high);
}

function trendOf(row: JsonObject): TrendPoint[] {
  const trend = Array.from({ length: STEPS }, (): TrendPoint => ({ count: 0, errorCount: 0, p95Ns: undefined }));
  const [calls, errors, p95] = [itemsOf(row.stepCalls), itemsOf(row.stepErrors), itemsOf(row.stepP95)];
  itemsOf(row.steps).forEach((step, index) => {
    const at = number(step);
    if (at < 0 || at >= STEPS) return;
    trend[at] = { count: number(calls[index]), errorCount: number(errors[index]), p95Ns: number(p95[index]) };
  });
  return trend;
}

function exemplarOf(row: JsonObject, name: string): Exemplar | undefined {
  const [traceId, spanId] = [traceIdOf(row[`${name}Trace`]), spanIdOf(row[`${name}Span`])];
  const startNs = integer(row[`${name}Start`]);
  if (traceId === undefined || spanId === undefined || startNs === undefined) return undefined;
  return { traceId, spanId, startNs: nanos(startNs), durationNs: number(row[`${name}Ns`]) as DurationNs };
}

function withMessage(exemplar: Exemplar, message: string | undefined): ErrorExemplar {
  return message === undefined || message === '' ? exemplar : { ...exemplar, message };
}

/** A number that may come in quotes; 0 for what is none. */
function number(value: unknown): number {
  const found = typeof value === 'boolean' ? Number(value) : Number(textOf(value) ?? 0);
  return Number.isFinite(found) ? found : 0;
}
