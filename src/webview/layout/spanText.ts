import type { TraceColumns } from '../../protocol/traceView';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** OTLP SpanKind as a word. */
export function kindName(kind: number): string {
  return KINDS[kind] ?? 'unspecified';
}

/** The span id of a row as lowercase hex. */
export function spanIdOf(columns: TraceColumns, row: number): string {
  let hex = '';
  for (let i = row * 8; i < row * 8 + 8; i++) hex += columns.spanIds[i]!.toString(16).padStart(2, '0');
  return hex;
}

/** The row with a span id, -1 if there is none. */
export function rowOfSpanId(columns: TraceColumns, count: number, spanId: string): number {
  if (!/^[0-9a-f]{16}$/i.test(spanId)) return -1;
  const wanted = Uint8Array.from({ length: 8 }, (_, i) => Number.parseInt(spanId.slice(i * 2, i * 2 + 2), 16));
  for (let row = 0; row < count; row++) {
    let same = 0;
    while (same < 8 && columns.spanIds[row * 8 + same] === wanted[same]) same++;
    if (same === 8) return row;
  }
  return -1;
}
