import type { AttributeValue } from '../../model/attributes';
import type { SpanId, TraceId } from '../../model/ids';
import type { LogRecord } from '../../model/trace';

/** A record, its attribute map and its place in a list. */
const RECORD_BYTES = 300;
const ATTRIBUTE_BYTES = 100;

interface TraceLogs {
  records: LogRecord[];
  bytes: number;
}

/**
 * Log records by the trace they name. A record may come before its trace: it waits, under the same bound of bytes. When
 * the bound is reached the trace that was written to first loses its records.
 */
export class LogStore {
  /** Records that were let go: their trace was dropped, or there was no room. */
  dropped = 0;
  /** Records that name no span and so can be shown at none. */
  unjoined = 0;
  private bytes = 0;
  private records = 0;
  private readonly byTrace = new Map<TraceId, TraceLogs>();

  constructor(private readonly maxBytes: number) {}

  get count(): number {
    return this.records;
  }

  /** Estimate of the memory held, in bytes. */
  get byteLength(): number {
    return this.bytes;
  }

  add(record: LogRecord): void {
    const { traceId, spanId } = record;
    if (traceId === undefined || spanId === undefined) {
      this.unjoined++;
      return;
    }
    const bytes = recordBytes(record);
    if (bytes > this.maxBytes) {
      this.dropped++;
      return;
    }
    const logs = this.byTrace.get(traceId) ?? { records: [], bytes: 0 };
    this.byTrace.set(traceId, logs);
    logs.records.push(record);
    logs.bytes += bytes;
    this.bytes += bytes;
    this.records++;
    while (this.bytes > this.maxBytes) this.dropTrace(this.byTrace.keys().next().value!);
  }

  /** The records of a span, in the order in which they came. */
  of(traceId: TraceId, spanId: SpanId): LogRecord[] {
    return this.byTrace.get(traceId)?.records.filter((record) => record.spanId === spanId) ?? [];
  }

  /** Lets the records of a trace go. */
  dropTrace(traceId: TraceId): void {
    const logs = this.byTrace.get(traceId);
    if (logs === undefined) return;
    this.byTrace.delete(traceId);
    this.bytes -= logs.bytes;
    this.records -= logs.records.length;
    this.dropped += logs.records.length;
  }

  clear(): void {
    this.byTrace.clear();
    this.bytes = this.records = this.dropped = this.unjoined = 0;
  }
}

function recordBytes(record: LogRecord): number {
  let bytes = RECORD_BYTES + 2 * (record.body.length + record.severity.length);
  for (const [key, value] of record.attributes) bytes += ATTRIBUTE_BYTES + 2 * key.length + valueBytes(value);
  return bytes;
}

/** Walks nested values with a list of its own: a body may nest as deep as it likes. */
function valueBytes(root: AttributeValue): number {
  let bytes = 0;
  const open: AttributeValue[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') bytes += 16 + 2 * value.length;
    else if (value instanceof Uint8Array) bytes += 100 + value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const item of Object.values<AttributeValue>(value as Record<string, AttributeValue>)) open.push(item);
      bytes += 32;
    } else bytes += 16;
  }
  return bytes;
}
