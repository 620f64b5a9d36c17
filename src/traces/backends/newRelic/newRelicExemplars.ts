import type { OperationStats } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import { newRelicSpans } from '../../formats/newRelicSpans';
import { isBadRecord, type SpanRecord } from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import { exemplarsOf, lengthOf } from '../spanExemplars';
import type { RequestAllowance } from '../transport/requestAllowance';
import { isOverBound, type NerdGraph } from './nerdGraph';
import { equalsText, type Condition } from './nrql';
import { exemplarNrql } from './operationNrql';
import { IS_ERROR, whereSpans } from './spanNrql';

/** Operations whose spans are looked for by name, in one request. */
const MOST_SOUGHT = 10;
const SOUGHT_BYTES = 64 * 1024;
/** Spans as long as the longest, but for rounding. */
const NEARLY = 0.999;

/** An operation, and the columns that tell its spans. */
export interface IdentifiedStats {
  readonly identity: JsonObject;
  readonly stats: OperationStats;
}

/** Where spans are looked for. */
export interface ExemplarSearch {
  readonly api: NerdGraph;
  readonly conditions: readonly string[];
  readonly window: TimeWindow;
  /** Columns that identify operations. */
  readonly attributes: readonly string[];
  readonly requests: RequestAllowance;
  /** Rows that are here already. */
  readonly found: readonly JsonObject[];
}

interface FoundSpan {
  readonly row: JsonObject;
  readonly span: SpanRecord;
}

/** Adds the spans worth opening: of rows that are here, and of a few more for operations that these do not show well. */
export async function withExemplars(
  operations: readonly IdentifiedStats[],
  search: ExemplarSearch,
  signal: AbortSignal,
): Promise<OperationStats[]> {
  const found = spansOf(search.found);
  const sought = operations
    .map((operation) => ({ ...operation, condition: missing(operation, found) }))
    .filter(({ condition }) => condition !== undefined)
    // Failures need one to be opened; of the others those with the most time are looked at first.
    .sort((a, b) => Number(b.condition === 'failed') - Number(a.condition === 'failed'))
    .slice(0, MOST_SOUGHT);
  const queries: Record<string, string> = {};
  for (const [at, { identity, condition }] of sought.entries()) {
    const conditions = [
      ...identityConditions(identity),
      ...(condition === 'failed' ? [{ nrql: IS_ERROR, exact: true }] : []),
    ];
    const where = whereSpans(conditions, search.conditions);
    const order = condition === 'slow' ? 'duration.ms DESC' : undefined;
    queries[`q${at}`] = exemplarNrql(where, search.window, search.attributes, 1, order);
  }
  if (sought.length > 0) found.push(...(await moreSpans(search, queries, signal)));
  return operations.map((operation) => {
    const own = found.filter(({ row }) => isOf(row, operation.identity)).map(({ span }) => span);
    return { ...operation.stats, exemplars: exemplarsOf(own, operation.stats.latency.quantile(0.5)) };
  });
}

async function moreSpans(
  { api, requests }: Pick<ExemplarSearch, 'api' | 'requests'>,
  queries: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<FoundSpan[]> {
  try {
    const options = { maxWireBytes: SOUGHT_BYTES, isBackground: true, requests };
    return spansOf(Object.values(await api.rows(queries, signal, options)).flat());
  } catch (error) {
    if (!isOverBound(error)) throw error;
    return [];
  }
}

/** What is to be looked for, of an operation of which too little is here. */
function missing({ identity, stats }: IdentifiedStats, found: readonly FoundSpan[]): 'failed' | 'slow' | undefined {
  const own = found.filter(({ row }) => isOf(row, identity)).map(({ span }) => span);
  if (stats.errorCount > 0 && !own.some(({ status }) => status.code === 2)) return 'failed';
  return own.some((span) => lengthOf(span) >= stats.latency.max * NEARLY) ? undefined : 'slow';
}

function isOf(row: JsonObject, identity: JsonObject): boolean {
  return Object.entries(identity).every(([name, value]) => (row[name] ?? null) === (value ?? null));
}

function identityConditions(identity: JsonObject): Condition[] {
  return Object.entries(identity).flatMap(([name, value]) => {
    const quoted = `\`${name}\``;
    if (value === null || value === undefined) return [{ nrql: `${quoted} IS NULL`, exact: true }];
    if (typeof value === 'string') return equalsText(quoted, value) ?? [];
    if (typeof value === 'boolean') return [{ nrql: `${quoted} IS ${value ? 'TRUE' : 'FALSE'}`, exact: true }];
    return typeof value === 'number' ? [{ nrql: `${quoted} = ${value}`, exact: true }] : [];
  });
}

function spansOf(rows: readonly JsonObject[]): FoundSpan[] {
  return rows.flatMap((row) => {
    const [span] = newRelicSpans([row]);
    return span === undefined || isBadRecord(span) ? [] : [{ row, span }];
  });
}
