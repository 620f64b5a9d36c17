import { SpanlightError } from '../../base/errors';
import { isTextHead } from './fileHead';
import { FileSpans } from './fileSpans';
import type { TraceFileFormat } from './traceFileFormat';

const NAME = 'otlp-proto';
/** Field 1, length-delimited: `resource_spans`. */
const RESOURCE_SPANS = 0x0a;
const PREFIX_BYTES = 4;
const MAX_BYTES = 2 ** 31 - 1;

/**
 * OTLP as protobuf: one request or TracesData, or several with their length in 4 bytes, big-endian, before each, as the
 * Collector's file exporter writes them (exporter/fileexporter/README.md).
 */
export const protobufFile: TraceFileFormat = {
  recognises: (head) => !isTextHead(head) && (head[0] === RESOURCE_SPANS || isPrefixed(head)),
  async read({ chunks, troubles }) {
    const content = await concat(chunks);
    return isPrefixed(content) ? readMessages(content, troubles) : readMessage(content, troubles);
  },
};

function readMessage(content: Buffer, notes: readonly string[]) {
  const spans = new FileSpans();
  spans.addProtobuf(content);
  const inner = spans.count === 0 && spans.rejected === 0 ? firstField(content) : undefined;
  if (inner !== undefined) addWrapped(spans, inner);
  return spans.finish(NAME, { notes });
}

/** A message that is broken costs only itself; one that the file ends in, too. */
function readMessages(content: Buffer, notes: readonly string[]) {
  const spans = new FileSpans();
  let badMessages = 0;
  let fault: SpanlightError | undefined;
  for (let at = 0; at < content.length;) {
    const from = at + PREFIX_BYTES;
    const to = from <= content.length ? from + content.readUInt32BE(at) : Infinity;
    try {
      if (to > content.length) throw new SpanlightError(`the file ends within the message at byte ${at}`);
      spans.addProtobuf(content.subarray(from, to));
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      badMessages++;
      fault ??= error;
      spans.note(`the message at byte ${at} cannot be read (${error.message.replace(/\.$/, '')})`);
    }
    at = to;
  }
  if (spans.count === 0 && fault !== undefined) {
    throw new SpanlightError(
      `No message can be read: ${fault.message.replace(/\.$/, '')}.`,
      undefined,
      'The file may be cut off.',
    );
  }
  return spans.finish(NAME, { badMessages, notes });
}

/** Whether lengths stand before messages: after empty ones there is one that begins with `resource_spans`. */
function isPrefixed(bytes: Buffer): boolean {
  if (bytes[0] === RESOURCE_SPANS) return false;
  let at = 0;
  while (at + PREFIX_BYTES < bytes.length && bytes.readUInt32BE(at) === 0) at += PREFIX_BYTES;
  return at + PREFIX_BYTES < bytes.length && bytes[at + PREFIX_BYTES] === RESOURCE_SPANS;
}

/** What Tempo answers wraps TracesData once more (TraceByIDResponse.trace); only that makes sense of the bytes. */
function addWrapped(spans: FileSpans, inner: Buffer): void {
  try {
    spans.addProtobuf(inner);
  } catch (error) {
    // Not wrapped, then: the caller says that there are no spans.
    if (!(error instanceof SpanlightError)) throw error;
  }
}

/** The content of a length-delimited field 1 at the very beginning. */
function firstField(message: Buffer): Buffer | undefined {
  if (message[0] !== RESOURCE_SPANS) return undefined;
  let length = 0;
  for (let at = 1; at < 6 && at < message.length; at++) {
    length += (message[at]! & 0x7f) * 2 ** (7 * (at - 1));
    if (message[at]! < 0x80) return message.subarray(at + 1, at + 1 + length);
  }
  return undefined;
}

async function concat(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_BYTES) {
      throw new SpanlightError('The file is larger than 2 GB.', undefined, 'Split it, or export it as JSON lines.');
    }
    read.push(chunk);
  }
  return read.length === 1 ? read[0]! : Buffer.concat(read);
}
