import { SpanlightError } from '../../base/errors';
import { OperationTable } from '../../model/operationTable';
import { SpanBatchBuilder } from '../../model/spanBatchBuilder';
import { RecordWriter } from '../formats/recordWriter';
import type { ConvertedSpan } from '../formats/spanRecord';
import { Rejections, type DecodeResult } from '../otlp/decodeResult';
import type { JsonObject } from '../otlp/jsonFields';
import { TracesDecoder } from '../otlp/tracesDecoder';
import { decodeTracesJson } from '../otlp/tracesJson';
import { IdRepair } from './repairIds';
import type { FileTroubles, TraceFile } from './traceFileFormat';

/** Notes that are told apart in a file's report. */
const MAX_NOTES = 8;

/** The spans of a file as they come in: decodes requests, takes records, repairs ids, counts what cannot be read. */
export class FileSpans {
  private readonly builder = new SpanBatchBuilder(new OperationTable());
  private readonly decoder = new TracesDecoder(this.builder);
  private readonly records = new RecordWriter(this.builder, this.decoder);
  private readonly repair = new IdRepair();
  private readonly rejections = new Set<string>();
  private readonly notes = new Set<string>();
  private rejectedSpans = 0;
  private droppedParts = 0;

  /** Spans so far, but for records that wait. */
  get count(): number {
    return this.builder.count;
  }

  /** Spans that could not be read. */
  get rejected(): number {
    return this.rejectedSpans + this.records.rejected;
  }

  /** @throws SpanlightError if the message is malformed; nothing of it was added. */
  addProtobuf(bytes: Uint8Array): void {
    const before = this.builder.count;
    const result = this.decoder.decode(bytes);
    const repaired = result.rejected > 0 ? this.repair.protobuf(bytes) : undefined;
    if (repaired === undefined) this.noteResult(result);
    else {
      this.builder.truncate(before);
      this.noteResult(this.decoder.decode(repaired));
    }
  }

  /** @throws SpanlightError if the object is not of OTLP's shape; nothing of it was added. */
  addJson(body: JsonObject): void {
    const before = this.builder.count;
    try {
      const { rejected, dropped } = this.decodeJson(body);
      if (rejected === 0 && dropped === undefined) return;
    } catch (error) {
      // Too many bad ids in one body are refused; mended they are not bad. What else is wrong is thrown again.
      if (!(error instanceof SpanlightError)) throw error;
    }
    this.builder.truncate(before);
    this.noteResult(this.decodeJson(this.repair.json(body)));
  }

  /** Takes the spans of another format. */
  addRecords(spans: Iterable<ConvertedSpan>): void {
    this.records.addAll(spans);
  }

  /** Remembers something worth knowing about the file. */
  note(sentence: string): void {
    if (this.notes.size < MAX_NOTES) this.notes.add(sentence);
  }

  /** Writes the records that wait. @returns how many spans there are. */
  flush(): number {
    this.records.flush();
    return this.builder.count;
  }

  /** @throws SpanlightError if there is not one span. */
  finish(format: string, troubles: Partial<FileTroubles & Pick<TraceFile, 'textValues'>> = {}): TraceFile {
    this.noteResult(this.records.finish());
    if (this.builder.count === 0) {
      const [reason] = [...this.rejections, ...this.notes];
      throw new SpanlightError(reason === undefined ? 'The file holds no spans.' : `No span can be read: ${reason}.`);
    }
    return {
      format,
      batch: this.builder.seal(),
      textValues: troubles.textValues ?? false,
      badLines: troubles.badLines ?? 0,
      otherValues: troubles.otherValues ?? 0,
      badMessages: troubles.badMessages ?? 0,
      badIds: this.repair.spans + this.records.mendedIds,
      rejectedSpans: this.rejectedSpans,
      droppedParts: this.droppedParts,
      rejections: [...this.rejections],
      notes: [...this.notes, ...(troubles.notes ?? [])],
    };
  }

  private decodeJson(body: JsonObject): DecodeResult {
    return decodeTracesJson(body, this.builder, this.decoder, new Rejections(Infinity));
  }

  private noteResult({ rejected, dropped = 0, message }: DecodeResult): void {
    this.rejectedSpans += rejected;
    this.droppedParts += dropped;
    if (message !== undefined && this.rejections.size < MAX_NOTES) this.rejections.add(message);
  }
}
