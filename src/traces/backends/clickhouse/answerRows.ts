import { parseJsonLossless } from '../../otlp/losslessJson';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import type { BackendAnswer } from '../transport/backendAnswer';
import { incomplete, malformed, tooLarge, type FaultPlace } from '../transport/httpFaults';
import { exceptionIn, type ClickhouseException } from './clickhouseFault';

const LINE_FEED = 0x0a;
/** A row that is longer is no span any more. */
const MAX_ROW_BYTES = 64 << 20;
/** What is read of an exception that comes after rows. */
const MAX_TAIL_BYTES = 64 << 10;

/**
 * The rows of an answer in `JSONEachRow`, each when its line has come. A query that fails after its answer has begun says
 * so in the body: as a text behind the rows, since 25.11 in a frame of `__exception__`, or as a row `{"exception": "…"}`.
 *
 * @param fail makes the error of such an exception.
 * @throws BackendError where the body breaks off or is something else.
 */
export async function* answerRows(
  answer: BackendAnswer,
  place: FaultPlace,
  fail: (exception: ClickhouseException) => Error,
): AsyncGenerator<JsonObject> {
  const lines = new Lines(place);
  try {
    for await (const chunk of answer.chunks()) {
      for (const line of lines.push(chunk)) {
        const row = rowOf(line, place);
        const exception = row === undefined ? undefined : exceptionRow(row);
        if (exception !== undefined) throw fail(exception);
        if (row !== undefined) yield row;
        else if (line.trim() !== '') lines.giveUp(line);
      }
    }
  } catch (error) {
    // The server closes the connection after an exception, some proxies before its last byte.
    const exception = hasFault(error, 'incomplete', 'disconnected') ? exceptionIn(lines.rest) : undefined;
    throw exception === undefined ? error : fail(exception);
  }
  const { rest } = lines;
  if (rest.trim() === '') return;
  const exception = exceptionIn(rest);
  if (exception !== undefined) throw fail(exception);
  throw /^\s*[{[]/.test(rest) ? incomplete(place) : malformed(place, `it says "${rest.slice(0, 80)}"`);
}

/** The object of a line; undefined for a line that is none. */
function rowOf(line: string, place: FaultPlace): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const row = parseJsonLossless(line);
    if (isObject(row)) return row;
  } catch {
    // A row that an exception has cut off, perhaps; what it is shows at the end.
    return undefined;
  }
  throw malformed(place, 'a row is not an object');
}

function exceptionRow(row: JsonObject): ClickhouseException | undefined {
  const { exception, ...others } = row;
  return typeof exception === 'string' && Object.keys(others).length === 0 ? exceptionIn(exception) : undefined;
}

/** Cuts bytes into lines, until something comes that is no row: from then on all is kept as {@link rest}. */
class Lines {
  private pieces: Buffer[] = [];
  private length = 0;
  private tail: string | undefined;

  constructor(private readonly place: FaultPlace) {}

  /** What came after the last line that was a row. */
  get rest(): string {
    return `${this.tail ?? ''}${Buffer.concat(this.pieces).toString('utf8')}`;
  }

  giveUp(line: string): void {
    this.tail = `${this.tail ?? ''}${line}\n`;
  }

  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    while (this.tail === undefined) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end < 0) break;
      this.pieces.push(chunk.subarray(from, end));
      const line = Buffer.concat(this.pieces).toString('utf8');
      this.pieces = [];
      this.length = 0;
      from = end + 1;
      yield line.replace(/\r$/, '');
    }
    this.keep(chunk.subarray(from));
  }

  private keep(piece: Buffer): void {
    if (this.tail !== undefined && this.length > MAX_TAIL_BYTES) return;
    this.pieces.push(piece);
    this.length += piece.length;
    if (this.length > MAX_ROW_BYTES) throw tooLarge(this.place, MAX_ROW_BYTES);
  }
}
