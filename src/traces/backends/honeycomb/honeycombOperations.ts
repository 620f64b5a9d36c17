import { NO_ATTRIBUTES, type AttributeValue } from '../../../model/attributes';
import { BucketHistogram } from '../../../model/histogram/bucketHistogram';
import { quantileBuckets } from '../../../model/histogram/quantileBuckets';
import { OPERATION_ATTRIBUTES, SPAN_KINDS, type OperationKey, type OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import type { TimeWindow } from '../../../model/time';
import type { OperationQuery } from '../../../model/traceSource';
import { honeycombKind } from '../../formats/honeycombSpans';
import { textOf, typedText, valueOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { hasFault } from '../backendError';
import type { RequestAllowance } from '../transport/requestAllowance';
import { environmentFilters, failedFilter, serviceFilter, spanFilters } from './conditionFilters';
import type { RunOptions } from './honeycombApi';
import { exemplarSpec, exemplarsByRow } from './honeycombExemplars';
import type { HoneycombSource } from './honeycombTraces';
import {
  absoluteTimes,
  relativeTimes,
  type AskedOperations,
  type Calculation,
  type QueryFilter,
  type QuerySpec,
} from './querySpec';

/** Bytes that the two questions of one call may bring, together less than a file's hints may cost. */
const COUNT_BYTES = 560 * 1024;
const EXEMPLAR_BYTES = 320 * 1024;
/** What running a query that was made takes: it is begun, and its answer asked for. */
const RUN_REQUESTS = 2;
/** Operations in one answer, those with the most time first; and where that was too large. */
const MOST_OPERATIONS = 1_000;
const FEWER_OPERATIONS = 200;
const NS_PER_MS = 1e6;
const FAILED = 'failed';
/** Percentiles by what Honeycomb calls them. */
const PERCENTILES: Readonly<Record<string, number>> = {
  ...{ P05: 5, P10: 10, P25: 25, P50: 50, P75: 75, P90: 90, P95: 95, P99: 99, P999: 99.9 },
};
/** Columns that say that spans stand for others which were not kept. */
const SAMPLE_RATES = ['meta.refinery.original_sample_rate', 'SampleRate', 'sampleRate', 'sample_rate'];

/** Why numbers are estimates; each ends a sentence. */
const ESTIMATED = 'Honeycomb estimates percentiles';
const WEIGHTED = 'spans are sampled, and Honeycomb weighs each by its sample rate';
const cutTo = (count: number): string => `Honeycomb counted the ${count} operations with the most time`;

/** How operations are counted. */
export interface CountOptions {
  readonly environment: string | undefined;
  /** Services of which all operations were too large an answer. */
  readonly wide: Set<string>;
  /** What opens single spans is asked for where these last for it, else the next time. */
  readonly requests: RequestAllowance;
}

/** Operations as Honeycomb counts them: spans grouped by all that identifies an operation. */
export async function countedOperations(
  source: HoneycombSource,
  { window, service, names }: OperationQuery,
  { environment, requests, wide }: CountOptions,
  signal: AbortSignal,
): Promise<OperationStats[]> {
  const { api, scope, nowMs } = source;
  const times = timesOf(window, nowMs);
  if (times === undefined) return [];
  const told = ['service.name', 'name', 'span.kind', 'type', 'library.name', ...OPERATION_ATTRIBUTES];
  const breakdowns = told.filter((name) => scope.columns.has(name));
  const filters = [
    ...spanFilters(scope),
    ...(service === undefined ? [] : [serviceFilter(service)]),
    ...(names === undefined ? [] : [{ column: 'name', op: 'in', value: names }]),
    ...environmentFilters(scope, environment),
  ];
  const asked = { breakdowns, filters, times };
  const options = { dataset: scope.dataset, isBackground: true, requests };
  const rate = SAMPLE_RATES.find((name) => scope.columns.has(name));
  const limit = wide.has(service ?? '') ? FEWER_OPERATIONS : MOST_OPERATIONS;
  const spec = countSpec(asked, { failed: failedFilter(scope), rate, limit });
  const rows = await api.run(spec, { ...options, maxWireBytes: COUNT_BYTES }, signal).catch((error: unknown) => {
    // No request is left to ask for fewer now.
    if (hasFault(error, 'tooLarge') && error.status === undefined) wide.add(service ?? '');
    throw error;
  });
  if (rows.length === 0) return [];
  const exemplars = await exemplarRows(source, exemplarSpec(asked, scope), options, signal);
  const exemplarsOf = exemplarsByRow(exemplars, breakdowns);
  const table = new OperationTable();
  const isCut = rows.length >= limit;
  return rows.flatMap((row) => {
    const stats = statsOf(row, { table, cutTo: isCut ? limit : undefined, rate });
    return stats === undefined ? [] : [{ ...stats, exemplars: exemplarsOf(row, stats) }];
  });
}

/**
 * Single spans to open. The first time, columns are read and queries made, and no request is left to run a second query: it
 * is made then and run when operations are asked for again.
 */
async function exemplarRows(
  { api }: HoneycombSource,
  spec: QuerySpec,
  options: RunOptions & Pick<CountOptions, 'requests'>,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const { requests } = options;
  if (!(await api.prepare(spec, options, signal)) || requests.left < RUN_REQUESTS) return [];
  try {
    return await api.run(spec, { ...options, maxWireBytes: EXEMPLAR_BYTES }, signal);
  } catch (error) {
    // Without a status it is the bound: statistics are worth showing without traces to open.
    if (!hasFault(error, 'tooLarge') || error.status !== undefined) throw error;
    return [];
  }
}

function timesOf(window: TimeWindow, nowMs: number): AskedOperations['times'] | undefined {
  return relativeTimes(window, nowMs) ?? absoluteTimes(window, nowMs);
}

function countSpec({ breakdowns, filters, times }: AskedOperations, { failed, rate, limit }: Counting): QuerySpec {
  const column = 'duration_ms';
  const calculations: Calculation[] = [
    { op: 'COUNT' },
    ...['SUM', 'MIN', 'MAX', ...Object.keys(PERCENTILES)].map((op) => ({ op, column })),
    ...(failed === undefined ? [] : [{ op: 'COUNT', name: FAILED, filters: [failed] }]),
    ...(rate === undefined ? [] : [{ op: 'MAX', column: rate }]),
  ];
  const orders = [{ op: 'SUM', column, order: 'descending' as const }];
  return { breakdowns, calculations, filters, orders, limit, ...times };
}

interface Counting {
  readonly failed: QueryFilter | undefined;
  /** The column of sample rates. */
  readonly rate: string | undefined;
  readonly limit: number;
}

interface RowContext {
  readonly table: OperationTable;
  /** Operations beyond so many were left out. */
  readonly cutTo: number | undefined;
  /** The column of sample rates. */
  readonly rate: string | undefined;
}

function statsOf(
  row: JsonObject,
  { table, cutTo: most, rate }: RowContext,
): Omit<OperationStats, 'exemplars'> | undefined {
  const count = Math.round(numberOf(row.COUNT));
  if (count <= 0) return undefined;
  const nsOf = (op: string): number => Math.round(numberOf(row[`${op}(duration_ms)`]) * NS_PER_MS);
  const percentiles = Object.entries(PERCENTILES).flatMap(([op, percent]) =>
    typeof row[`${op}(duration_ms)`] === 'number' ? [{ percent, ns: nsOf(op) }] : [],
  );
  const [minNs, maxNs] = [nsOf('MIN'), nsOf('MAX')];
  const key = keyOf(row);
  const isWeighted = rate !== undefined && numberOf(row[`MAX(${rate})`]) > 1;
  return {
    id: table.id(table.intern(key)),
    ...{ key, count },
    errorCount: Math.min(count, Math.round(numberOf(row[FAILED]))),
    totalNs: numberOf(row['SUM(duration_ms)']) * NS_PER_MS,
    latency: new BucketHistogram(quantileBuckets({ count, minNs, maxNs, percentiles }), maxNs),
    trend: [],
    exact: !isWeighted && most === undefined,
    estimate: isWeighted ? WEIGHTED : most === undefined ? ESTIMATED : cutTo(most),
  };
}

function keyOf(row: JsonObject): OperationKey {
  const attributes = new Map<string, AttributeValue>();
  for (const name of OPERATION_ATTRIBUTES) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    attributes.set(name, typeof value === 'string' ? typedText(name, value) : valueOf(value));
  }
  const service = textOf(row['service.name']) ?? '';
  return {
    ...{ service: service === '' ? UNKNOWN_SERVICE : service, resource: NO_ATTRIBUTES, attributes },
    scope: textOf(row['library.name']) ?? '',
    kind: SPAN_KINDS[honeycombKind(row)]!,
    name: textOf(row.name) ?? '',
  };
}

/** A number; 0 for what is none. */
function numberOf(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : 0;
}
