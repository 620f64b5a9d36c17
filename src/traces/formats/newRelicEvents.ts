import { isObject } from '../otlp/jsonFields';
import { recordIds } from './recordIds';
import { MILLIS_POWER, nanosOf } from './recordTimes';
import { textOf, typedText, valueOf } from './recordValues';
import type { EventOfSpan, MutableAttributes } from './spanRecord';

/** Columns of an event that are no attributes, and what it repeats of its span's process. */
const FIELDS =
  /^(trace\.id|span\.id|id|timestamp|name|nr\..*|entity\..*|service\.name|newrelic\..*|instrumentation\.provider|eventType)$/;

/** The events of spans, a row of `SpanEvent` each; what is none is left out. Times are to the millisecond. */
export function* newRelicEvents(rows: Iterable<unknown>): Generator<EventOfSpan> {
  for (const row of rows) {
    if (!isObject(row)) continue;
    const ids = recordIds(row['trace.id'], row['span.id'], undefined);
    const timeNs = nanosOf(row.timestamp, MILLIS_POWER);
    const name = textOf(row.name);
    if (ids === undefined || timeNs === undefined || name === undefined) continue;
    const attributes: MutableAttributes = new Map();
    for (const [key, value] of Object.entries(row)) {
      if (value === null || value === undefined || FIELDS.test(key)) continue;
      attributes.set(key, typeof value === 'string' ? typedText(key, value) : valueOf(value));
    }
    yield { traceId: ids.traceId, spanId: ids.spanId, event: { timeNs, name, attributes } };
  }
}
