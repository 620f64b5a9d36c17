import { isObject } from '../otlp/jsonFields';
import { fieldsUnder, flatDocument } from './flatDocument';
import { recordIds } from './recordIds';
import { MILLIS_POWER, nanosOf, nanosOfIso } from './recordTimes';
import { valueOf } from './recordValues';
import type { RecordLink } from './spanRecord';

/** A time of Elasticsearch: ISO 8601, or epoch milliseconds with decimals; 0 where there is none. */
export function timestampOf(value: unknown): bigint | undefined {
  if (value === undefined || value === null) return 0n;
  return nanosOfIso(value) ?? nanosOf(value, MILLIS_POWER);
}

/** A link of either shape of documents. */
export function linkOf(link: unknown): RecordLink[] {
  if (!isObject(link)) return [];
  const flat = flatDocument(link);
  const first = (...keys: string[]) => keys.map((key) => flat.get(key)).find((value) => value !== undefined);
  const ids = recordIds(first('trace.id', 'trace_id'), first('span.id', 'span_id'), undefined);
  if (ids === undefined) return [];
  const attributes = new Map(fieldsUnder(flat, 'attributes.').map(([key, value]) => [key, valueOf(value)]));
  return [{ traceId: ids.traceId, spanId: ids.spanId, attributes }];
}
