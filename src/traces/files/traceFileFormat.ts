import type { SpanBatch } from '../../model/spanBatch';
import type { FileBytes } from './fileBytes';

/** What was read from a trace file. */
export interface TraceFile extends FileTroubles {
  /** The format's name, as `spanlight trace` prints it. */
  readonly format: string;
  readonly batch: SpanBatch;
  /** Who wrote the file keeps every attribute as a text: numbers and conditions, too. */
  readonly textValues: boolean;
}

/** What of a file could not be read, so that nothing is lost in silence. */
export interface FileTroubles {
  /** Lines, or values, that are no JSON. */
  readonly badLines: number;
  /** JSON values that hold no traces. */
  readonly otherValues: number;
  /** Protobuf messages that cannot be read. */
  readonly badMessages: number;
  /** Spans whose ids had to be mended. */
  readonly badIds: number;
  /** Spans that could not be read; they are not in the batch. */
  readonly rejectedSpans: number;
  /** Attributes, events and links left out of spans that are in the batch. */
  readonly droppedParts: number;
  /** Why spans were rejected and parts left out. */
  readonly rejections: readonly string[];
  /** What else is worth knowing: short sentences without a full stop. */
  readonly notes: readonly string[];
}

/** What could not be read, in words for the user: short sentences without a full stop. */
export function troublesInWords({ badLines, badIds, rejections, notes }: FileTroubles): string[] {
  const words: string[] = [];
  if (badLines > 0) words.push(`${badLines} ${badLines === 1 ? 'line is' : 'lines are'} no JSON and left out`);
  if (badIds > 0)
    words.push(`${badIds} ${badIds === 1 ? 'span has' : 'spans have'} ids of a wrong form, which were mended`);
  return [...words, ...rejections, ...notes];
}

/** One kind of file. Asked in turn; the first that recognises a file reads it. */
export interface TraceFileFormat {
  /** Whether the first bytes of a file look like this format. */
  recognises(head: Buffer): boolean;
  /**
   * Reads the file.
   * @param open opens the file once more, from the beginning; not for pipes.
   * @throws SpanlightError if it holds no span that can be read.
   */
  read(bytes: FileBytes, open: () => Promise<FileBytes>): Promise<TraceFile>;
}
