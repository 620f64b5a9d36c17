import { SpanlightError } from '../../base/errors';
import { parseTraceId, type TraceId } from '../../model/ids';
import { OperationTable } from '../../model/operationTable';
import type { SpanBatch } from '../../model/spanBatch';
import { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import type { Trace } from '../../model/trace';
import { BatchTraces } from '../batchTraces';
import { IdRepair } from '../files/repairIds';
import { RecordWriter } from '../formats/recordWriter';
import type { ConvertedSpan } from '../formats/spanRecord';
import type { DecodeResult } from '../otlp/decodeResult';
import type { JsonObject } from '../otlp/jsonFields';
import { TracesDecoder } from '../otlp/tracesDecoder';
import { decodeTracesJson } from '../otlp/tracesJson';

/** What a collector writes to: a builder of its own, or that of a store. */
export interface CollectorTarget {
  readonly builder: SpanBatchBuilder;
}

/**
 * The spans of answers on their way into columns, whatever they come as. Spans that cannot be read are counted and left
 * out. After {@link seal} (or {@link trace}, {@link traces}) a new collector is needed.
 */
export class SpanCollector {
  readonly builder: SpanBatchBuilder;
  private readonly decoder: TracesDecoder;
  private readonly repair = new IdRepair();
  private records: RecordWriter | undefined;
  private lost = 0;
  private reason: string | undefined;
  private sealed: SpanBatch | undefined;

  constructor(target: CollectorTarget = { builder: new SpanBatchBuilder(new OperationTable()) }) {
    this.builder = target.builder;
    this.decoder = new TracesDecoder(this.builder);
  }

  /** Spans that could not be read; final after {@link seal} or {@link flush}. */
  get rejected(): number {
    return this.lost + (this.records?.rejected ?? 0);
  }

  /** Why some could not be read; undefined where all could. */
  get rejection(): string | undefined {
    return this.reason;
  }

  /** A protobuf TracesData (also called ExportTraceServiceRequest and Tempo's Trace). @throws SpanlightError if malformed. */
  addProtobuf(bytes: Uint8Array): void {
    const before = this.builder.count;
    const result = this.decoder.decode(bytes);
    const repaired = result.rejected > 0 ? this.repair.protobuf(bytes) : undefined;
    if (repaired !== undefined) {
      this.builder.truncate(before);
      this.note(this.decoder.decode(repaired));
    } else this.note(result);
  }

  /** OTLP/JSON in any of its dialects: `{ resourceSpans: […] }`. @throws SpanlightError if it is of another shape. */
  addJson(body: JsonObject): void {
    const before = this.builder.count;
    const result = decodeTracesJson(body, this.builder, this.decoder);
    if (result.rejected === 0) return;
    this.builder.truncate(before);
    this.note(decodeTracesJson(this.repair.json(body), this.builder, this.decoder));
  }

  /** What a converter of `traces/formats` gives. Rows may come only with {@link flush}. */
  addRecords(spans: Iterable<ConvertedSpan>): void {
    this.records ??= new RecordWriter(this.builder, this.decoder);
    this.records.addAll(spans);
  }

  /** Makes every span added so far a row. */
  flush(): void {
    if (this.records === undefined) return;
    const { message, rejected } = this.records.finish();
    this.reason ??= message;
    this.lost += rejected;
    this.records = undefined;
  }

  /** All spans as columns. */
  seal(): SpanBatch {
    this.flush();
    return (this.sealed ??= this.builder.seal());
  }

  /** The trace with this id among what was collected; undefined if there is no span of it. */
  trace(id: TraceId): Trace | undefined {
    return this.traces().trace(id);
  }

  /** Every trace that was collected. */
  traces(): BatchTraces {
    return new BatchTraces([this.seal()]);
  }

  private note({ rejected, message }: DecodeResult): void {
    this.lost += rejected;
    this.reason ??= message;
  }
}

/**
 * An id as backends write it, possibly without its leading zeros.
 * @throws SpanlightError if it is none.
 */
export function paddedTraceId(text: string): TraceId {
  const id = /^[0-9a-f]{1,32}$/i.test(text) ? parseTraceId(text.padStart(32, '0')) : undefined;
  if (id !== undefined) return id;
  throw new SpanlightError(`"${text.slice(0, 80)}" is not a trace id.`, undefined, 'A trace id has 32 hex digits.');
}
