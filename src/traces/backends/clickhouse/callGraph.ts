import type { TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import type { ClickhouseClient } from './clickhouseClient';
import { environmentSql, IS_ERROR, windowSql } from './spanSql';
import type { SpanTable } from './spanTable';
import { SqlParameters } from './sql';
import { serviceName } from './traceSummaries';

/** Spans that are joined with their parents at most; of more, a share of the traces is taken. */
const MAX_SPANS = 4_000_000;
const MAX_EDGES = 5000;

/** A graph, and of how many traces: of every so-manieth. */
export interface CountedGraph {
  readonly graph: ServiceGraph;
  /** 1: of all. */
  readonly share: number;
}

/**
 * Calls between services: spans whose parent belongs to another service, counted by joining spans with their parents.
 * Ids are joined as hashes of 64 bits, which is a third of the memory and errs once in 10^12 pairs.
 */
export async function readCallGraph(
  client: ClickhouseClient,
  table: SpanTable,
  scope: { readonly window: TimeWindow; readonly environment: string | undefined },
  signal: AbortSignal,
): Promise<CountedGraph> {
  const share = Math.max(1, Math.ceil((await countSpans(client, table, scope.window, signal)) / MAX_SPANS));
  const parameters = new SqlParameters();
  const where = [windowSql(scope.window, parameters)];
  if (scope.environment !== undefined) where.push(environmentSql(table, scope.environment, parameters));
  if (share > 1) where.push(`cityHash64(TraceId) % ${share} = 0`);
  const within = where.join(' AND ');
  const sql = `SELECT parent.service AS caller, child.service AS callee, count() AS calls, countIf(child.failed) AS errors
FROM (SELECT cityHash64(TraceId, ParentSpanId) AS id, ServiceName AS service, ${IS_ERROR} AS failed
  FROM ${table.name} WHERE ${within} AND ParentSpanId != '') AS child
LEFT ANY JOIN (SELECT cityHash64(TraceId, SpanId) AS id, ServiceName AS service, 1 AS known
  FROM ${table.name} WHERE ${within}) AS parent ON child.id = parent.id
WHERE parent.known = 1 AND caller != callee
GROUP BY caller, callee ORDER BY calls DESC LIMIT ${MAX_EDGES}`;
  const rows = await client.list(sql, parameters, signal);
  const edges = rows.map((row) => ({
    caller: serviceName(row.caller),
    callee: serviceName(row.callee),
    count: Number(row.calls) * share,
    errorCount: Number(row.errors) * share,
  }));
  return { graph: { edges }, share };
}

async function countSpans(
  client: ClickhouseClient,
  table: SpanTable,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<number> {
  const parameters = new SqlParameters();
  const sql = `SELECT count() AS spans FROM ${table.name} WHERE ${windowSql(window, parameters)}`;
  const [row] = await client.list(sql, parameters, signal);
  return Number(row?.spans ?? 0);
}
