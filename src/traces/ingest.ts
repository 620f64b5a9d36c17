import type { SpanBatchBuilder } from '../model/spanBatchBuilder';
import type { LogRecord } from '../model/trace';
import type { DecodeResult } from './otlp/decodeResult';
import { decodeLogsJson, decodeLogsProtobuf } from './otlp/logsDecoder';
import { TracesDecoder } from './otlp/tracesDecoder';
import { decodeTracesJson } from './otlp/tracesJson';

export type OtlpEncoding = 'protobuf' | 'json';

/** What became of one request; with 0 rejected, a message is a warning. */
export type IngestResult = DecodeResult;

/**
 * Where a receiver hands the bodies of export requests; a body is overwritten afterwards. Both methods throw
 * `SpanlightError` for a malformed body.
 */
export interface OtlpSink {
  traces(body: Uint8Array, encoding: OtlpEncoding): IngestResult;
  logs(body: Uint8Array, encoding: OtlpEncoding): IngestResult;
}

/** What the ingest needs of a store. */
export interface IngestStore {
  /** The spans of a request are appended here. */
  readonly builder: SpanBatchBuilder;
  /** Takes the rows from `fromRow` to the builder's end into account. */
  commit(fromRow: number): void;
  addLogs(records: readonly LogRecord[]): void;
}

/** Decodes export requests into a store. */
export class OtlpIngest implements OtlpSink {
  private decoder: TracesDecoder | undefined;

  constructor(private readonly store: IngestStore) {}

  /** @throws SpanlightError for a malformed body; nothing of it was kept. */
  traces(body: Uint8Array, encoding: OtlpEncoding): IngestResult {
    const { builder } = this.store;
    if (this.decoder?.builder !== builder) this.decoder = new TracesDecoder(builder);
    const { decoder } = this;
    const fromRow = builder.count;
    const result = encoding === 'protobuf' ? decoder.decode(body) : decodeTracesJson(utf8(body), builder, decoder);
    if (result.accepted > 0) this.store.commit(fromRow);
    return result;
  }

  /** @throws SpanlightError for a malformed body; nothing of it was kept. */
  logs(body: Uint8Array, encoding: OtlpEncoding): IngestResult {
    const { records, ...result } = encoding === 'protobuf' ? decodeLogsProtobuf(body) : decodeLogsJson(utf8(body));
    if (records.length > 0) this.store.addLogs([...records]);
    return result;
  }
}

function utf8(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
