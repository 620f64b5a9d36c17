import { STATUS_ERROR, type ErrorExemplar, type Exemplar, type OperationStats } from '../../model/operation';
import { nanos, type DurationNs } from '../../model/time';
import { textOf } from '../formats/recordValues';
import type { SpanRecord } from '../formats/spanRecord';

/** How long a span took, in nanoseconds. */
export function lengthOf({ startNs, endNs }: Pick<SpanRecord, 'startNs' | 'endNs'>): number {
  return Math.max(0, Number(endNs - startNs));
}

/**
 * The spans worth opening among some of an operation: the slowest, the latest that failed (one that says why before
 * others), and the one whose duration is nearest to the median.
 *
 * @param within the typical span is not further from the median than by this factor: the spans may all be slow ones.
 */
export function exemplarsOf(
  spans: readonly SpanRecord[],
  medianNs: number,
  within = Infinity,
): OperationStats['exemplars'] {
  const slowest = best(spans, lengthOf);
  const failures = spans.filter(({ status }) => status.code === STATUS_ERROR);
  const said = failures.filter(({ status }) => status.message !== undefined && status.message !== '');
  const failed = best(said.length > 0 ? said : failures, ({ startNs }) => Number(startNs));
  const distance = (span: SpanRecord): number => Math.abs(Math.log((lengthOf(span) + 1) / (medianNs + 1)));
  const typical = best(
    spans.filter((span) => span.status.code !== STATUS_ERROR && distance(span) <= Math.log(within)),
    (span) => -distance(span),
  );
  return {
    ...(slowest === undefined ? {} : { slowest: exemplar(slowest) }),
    ...(failed === undefined ? {} : { error: errorExemplar(failed) }),
    ...(typical === undefined ? {} : { typical: exemplar(typical) }),
  };
}

function best(spans: readonly SpanRecord[], score: (span: SpanRecord) => number): SpanRecord | undefined {
  let most: SpanRecord | undefined;
  for (const span of spans) if (most === undefined || score(span) > score(most)) most = span;
  return most;
}

/** A span as what can be opened of an operation. */
export function exemplar(span: SpanRecord): Exemplar {
  const { traceId, spanId, startNs } = span;
  return { traceId, spanId, startNs: nanos(startNs), durationNs: lengthOf(span) as DurationNs };
}

/** A failed span, with what its status or its last exception says, and the stack of that. */
export function errorExemplar(span: SpanRecord): ErrorExemplar {
  const said = span.events.filter(({ attributes }) => attributes.has('exception.type')).at(-1)?.attributes;
  const message = span.status.message || textOf(said?.get('exception.message'));
  const stack = textOf(said?.get('exception.stacktrace'));
  return {
    ...exemplar(span),
    ...(message === undefined ? {} : { message }),
    ...(stack === undefined ? {} : { stack }),
  };
}
