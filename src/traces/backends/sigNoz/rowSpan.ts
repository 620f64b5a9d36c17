import type { SpanId } from '../../../model/ids';
import { spanIdOf } from '../../formats/recordIds';
import { nanosOfIso } from '../../formats/recordTimes';
import { isObject, type JsonObject } from '../../otlp/jsonFields';

/** What every row says of its span. */
export interface RowSpan {
  readonly traceId: string;
  readonly spanId: SpanId | undefined;
  readonly startNs: bigint;
  readonly data: JsonObject;
}

/** A row's span; undefined where it names no trace or time. */
export function rowSpan({ timestamp, data }: JsonObject): RowSpan | undefined {
  const startNs = nanosOfIso(timestamp);
  if (!isObject(data) || startNs === undefined || typeof data.trace_id !== 'string') return undefined;
  return { traceId: data.trace_id, spanId: spanIdOf(data.span_id), startNs, data };
}
