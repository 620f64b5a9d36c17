import type { OperationStats } from '../../../model/operation';
import { nanos, type TimeWindow } from '../../../model/time';
import { newRelicEvents } from '../../formats/newRelicEvents';
import { toldFailures } from '../toldFailures';
import type { RequestAllowance } from '../transport/requestAllowance';
import { isOverBound, type NerdGraph, type NrqlRows } from './nerdGraph';
import { timeRange } from './nrql';

/** Failures whose exception is asked for, and what that may bring. */
const MOST_FAILURES = 20;
const EXCEPTION_BYTES = 96 * 1024;
/** A span's events come after its start. */
const MARGIN_NS = 600_000_000_000n;
const COLUMNS = ['trace.id', 'span.id', 'timestamp', 'name', 'exception.message', 'exception.stacktrace'];

/** Where exceptions are looked for, and with how many requests. */
export interface ExceptionSearch {
  readonly api: NerdGraph;
  readonly window: TimeWindow;
  readonly requests: RequestAllowance;
}

/** Adds what the exceptions of failed spans say, which are rows of their own, to the failures that are shown most likely. */
export async function withExceptions(
  stats: readonly OperationStats[],
  search: ExceptionSearch,
  signal: AbortSignal,
): Promise<OperationStats[]> {
  const { window } = search;
  const failures = stats.flatMap(({ exemplars }) => exemplars.error ?? []).slice(0, MOST_FAILURES);
  if (failures.length === 0) return [...stats];
  const listed = (ids: readonly string[]): string => [...new Set(ids)].map((id) => `'${id}'`).join(', ');
  const where = [
    `trace.id IN (${listed(failures.map(({ traceId }) => traceId))})`,
    `span.id IN (${listed(failures.map(({ spanId }) => spanId))})`,
    "name = 'exception'",
  ];
  const range = timeRange({ from: window.from, to: nanos(window.to + MARGIN_NS) });
  const exceptions = `SELECT ${COLUMNS.join(', ')} FROM SpanEvent WHERE ${where.join(' AND ')} LIMIT 100${range}`;
  return toldFailures(stats, newRelicEvents(await rowsOf(search, exceptions, signal)));
}

async function rowsOf(
  { api, requests }: ExceptionSearch,
  exceptions: string,
  signal: AbortSignal,
): Promise<NrqlRows<'exceptions'>['exceptions']> {
  try {
    const options = { maxWireBytes: EXCEPTION_BYTES, isBackground: true, requests };
    return (await api.rows({ exceptions }, signal, options)).exceptions;
  } catch (error) {
    if (!isOverBound(error)) throw error;
    return [];
  }
}
