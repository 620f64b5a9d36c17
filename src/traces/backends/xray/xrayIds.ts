import { parseTraceId, type TraceId } from '../../../model/ids';

/** A trace id as X-Ray writes it: the first 32 bits, which are often the second of the start, and the other 96. */
export function xrayTraceId(id: TraceId): string {
  return `1-${id.slice(0, 8)}-${id.slice(8)}`;
}

/** A trace id of X-Ray in OpenTelemetry's form; undefined if it is none. */
export function traceIdOfXray(text: string): TraceId | undefined {
  const match = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(text.trim());
  return match === null ? undefined : parseTraceId(`${match[1]}${match[2]}`);
}
