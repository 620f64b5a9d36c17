/** Small questions about a trace's columns: pure. */
import { THIN } from '../../base/format';
import type { TraceView } from '../../protocol/traceView';

/** The row of a span, or undefined where the trace has no such span. */
export function rowOfSpan(trace: TraceView, spanId: string): number | undefined {
  if (!/^[0-9a-f]{16}$/i.test(spanId)) return undefined;
  const wanted = Buffer.from(spanId, 'hex');
  const { spanIds } = trace.columns;
  for (let row = 0; row < trace.count; row++) {
    if (wanted.equals(spanIds.subarray(row * 8, row * 8 + 8))) return row;
  }
  return undefined;
}

/** The rows of spans, ascending; those that the trace does not have are left out. */
export function rowsOfSpans(trace: TraceView, spanIds: readonly string[]): Uint32Array {
  if (spanIds.length === 0) return new Uint32Array(0);
  const wanted = new Set(spanIds.map((id) => id.toLowerCase()));
  const { spanIds: ids } = trace.columns;
  const hex = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('hex');
  const rows: number[] = [];
  for (let row = 0; row < trace.count; row++) {
    if (wanted.has(hex.slice(row * 16, row * 16 + 16))) rows.push(row);
  }
  return Uint32Array.from(rows);
}

/** `POST /orders 4.18 s`, for the panel's tab. */
export function traceTitle(trace: TraceView, duration: (nanoseconds: number) => string): string {
  const root = trace.names[trace.columns.name[0] ?? -1] ?? 'Trace';
  const short = root.length > 40 ? `${root.slice(0, 39)}…` : root;
  return `${short} ${duration(trace.durationNs).replaceAll(THIN, ' ')}`;
}
