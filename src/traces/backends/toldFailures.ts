import type { ErrorExemplar, OperationStats } from '../../model/operation';
import { textOf } from '../formats/recordValues';
import type { EventOfSpan, RecordEvent } from '../formats/spanRecord';

/** Adds to the failures of operations what exceptions that came by themselves say of them. */
export function toldFailures(stats: readonly OperationStats[], exceptions: Iterable<EventOfSpan>): OperationStats[] {
  const bySpan = new Map<string, RecordEvent>();
  for (const { spanId, event } of exceptions) {
    // The latest is what the span ended with.
    const known = bySpan.get(spanId);
    if (known === undefined || known.timeNs < event.timeNs) bySpan.set(spanId, event);
  }
  return stats.map((one) => {
    const { error } = one.exemplars;
    const event = error === undefined ? undefined : bySpan.get(error.spanId);
    if (error === undefined || event === undefined) return one;
    return { ...one, exemplars: { ...one.exemplars, error: told(error, event) } };
  });
}

function told(error: ErrorExemplar, { attributes }: RecordEvent): ErrorExemplar {
  const message = error.message ?? textOf(attributes.get('exception.message'));
  const stack = textOf(attributes.get('exception.stacktrace'));
  return { ...error, ...(message === undefined ? {} : { message }), ...(stack === undefined ? {} : { stack }) };
}
