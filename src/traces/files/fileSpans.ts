import { SpanlightError } from '../../base/errors';
import { OperationTable } from '../../model/operationTable';
import { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import type { DecodeResult } from '../otlp/decodeResult';
import type { JsonObject } from '../otlp/jsonFields';
import { TracesDecoder } from '../otlp/tracesDecoder';
import { decodeTracesJson } from '../otlp/tracesJson';
import { IdRepair } from './repairIds';
import type { TraceFile } from './traceFileFormat';

/** Messages that are told apart in a file's report. */
const MAX_REJECTIONS = 5;

/** The spans of a file as they come in: decodes requests, repairs ids, counts what cannot be read. */
export class FileSpans {
  private readonly builder = new SpanBatchBuilder(new OperationTable());
  private readonly decoder = new TracesDecoder(this.builder);
  private readonly repair = new IdRepair();
  private readonly rejections = new Set<string>();
  private rejectedSpans = 0;

  /** Spans so far. */
  get count(): number {
    return this.builder.count;
  }

  /** Spans that could not be read. */
  get rejected(): number {
    return this.rejectedSpans;
  }

  /** @throws SpanlightError if the message is malformed; nothing of it was added. */
  addProtobuf(bytes: Uint8Array): void {
    const before = this.builder.count;
    const result = this.decoder.decode(bytes);
    const repaired = result.rejected > 0 ? this.repair.protobuf(bytes) : undefined;
    if (repaired === undefined) this.note(result);
    else {
      this.builder.truncate(before);
      this.note(this.decoder.decode(repaired));
    }
  }

  /** @throws SpanlightError if the object is not of OTLP's shape; nothing of it was added. */
  addJson(body: JsonObject): void {
    const before = this.builder.count;
    const result = decodeTracesJson(body, this.builder, this.decoder);
    if (result.rejected === 0) return;
    this.builder.truncate(before);
    this.note(decodeTracesJson(this.repair.json(body), this.builder, this.decoder));
  }

  /** @throws SpanlightError if there is not one span. */
  finish(format: string, badLines: number): TraceFile {
    if (this.builder.count === 0) {
      const [reason] = this.rejections;
      throw new SpanlightError(reason === undefined ? 'The file holds no spans.' : `No span can be read: ${reason}.`);
    }
    return {
      format,
      batch: this.builder.seal(),
      badLines,
      badIds: this.repair.spans,
      rejectedSpans: this.rejectedSpans,
      rejections: [...this.rejections],
    };
  }

  private note({ rejected, message }: DecodeResult): void {
    this.rejectedSpans += rejected;
    if (message !== undefined && this.rejections.size < MAX_REJECTIONS) this.rejections.add(message);
  }
}
