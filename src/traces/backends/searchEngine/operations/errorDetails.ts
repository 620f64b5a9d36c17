import type { OperationStats } from '../../../../model/operation';
import { textOf } from '../../../formats/recordValues';
import type { SpanIndex } from '../spanPages';

/** Operations whose failed span is asked what it said: the slowest in sum. */
const MOST_ASKED = 200;
/** What the answer may weigh: one with much longer stacks is done without. */
const MAX_WIRE_BYTES = 192 * 1024;

/**
 * The operations, their failed spans with what exceptions said and the stack, where those are documents of their own.
 * @param left bytes that may still be pulled.
 */
export async function withErrorDetails(
  operations: readonly OperationStats[],
  { events }: SpanIndex,
  left: number,
  signal: AbortSignal,
): Promise<OperationStats[]> {
  const asked = operations
    .filter(({ exemplars }) => exemplars.error !== undefined && exemplars.error.stack === undefined)
    .sort((a, b) => b.totalNs - a.totalNs)
    .slice(0, MOST_ASKED)
    .flatMap(({ exemplars }) => exemplars.error ?? []);
  const maxWireBytes = Math.min(left, MAX_WIRE_BYTES);
  if (events === undefined || asked.length === 0 || maxWireBytes <= 0) return [...operations];
  const traceIds = [...new Set(asked.map(({ traceId }) => traceId as string))];
  const spanIds = asked.map(({ spanId }) => spanId as string);
  const found = await events.find({ traceIds, spanIds, which: 'exceptions', maxWireBytes }, signal);
  return operations.map((stats) => {
    const { error } = stats.exemplars;
    if (error === undefined) return stats;
    const said = found.of(error.traceId, error.spanId).at(-1)?.attributes;
    const message = textOf(said?.get('exception.message')) ?? error.message;
    const stack = textOf(said?.get('exception.stacktrace')) ?? error.stack;
    const details = { ...(message === undefined ? {} : { message }), ...(stack === undefined ? {} : { stack }) };
    return { ...stats, exemplars: { ...stats.exemplars, error: { ...error, ...details } } };
  });
}
