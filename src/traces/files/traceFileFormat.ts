import type { SpanBatch } from '../../model/spanBatch';
import type { FileBytes } from './fileBytes';

/** What was read from a trace file. */
export interface TraceFile {
  /** The format's name, as `spanlight trace` prints it. */
  readonly format: string;
  readonly batch: SpanBatch;
  /** Lines, or values, that could not be read at all. */
  readonly badLines: number;
  /** Spans whose ids had to be repaired. */
  readonly badIds: number;
  /** Spans that could not be read, and why; they are not in the batch. */
  readonly rejectedSpans: number;
  readonly rejections: readonly string[];
}

/** One file format. Asked in turn; the first that recognises a file reads it. */
export interface TraceFileFormat {
  readonly name: string;
  /** Whether the first bytes of a file look like this format. */
  recognises(head: Buffer): boolean;
  /**
   * Reads the file.
   * @param open opens the file once more, from the beginning.
   * @throws SpanlightError if it holds no span that can be read.
   */
  read(bytes: FileBytes, open: () => Promise<FileBytes>): Promise<TraceFile>;
}
