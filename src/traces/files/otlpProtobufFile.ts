import { SpanlightError } from '../../base/errors';
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
export const otlpProtobufFile: TraceFileFormat = {
  name: NAME,
  recognises: (head) => head[0] === RESOURCE_SPANS || isPrefixed(head),
  async read({ chunks }) {
    const content = await concat(chunks);
    const spans = new FileSpans();
    const messages = isPrefixed(content) ? prefixedMessages(content) : [content];
    for (const message of messages) {
      spans.addProtobuf(message);
      const inner = spans.count === 0 && spans.rejected === 0 ? firstField(message) : undefined;
      if (inner !== undefined) addWrapped(spans, inner);
    }
    return spans.finish(NAME, 0);
  },
};

function isPrefixed(bytes: Buffer): boolean {
  return bytes.length > PREFIX_BYTES && bytes[0] !== RESOURCE_SPANS && bytes[PREFIX_BYTES] === RESOURCE_SPANS;
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

function* prefixedMessages(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length;) {
    const from = at + PREFIX_BYTES;
    const to = from <= content.length ? from + content.readUInt32BE(at) : Infinity;
    if (to > content.length) {
      throw new SpanlightError(
        `The file ends within the message at byte ${at}.`,
        undefined,
        'It may be cut off, or no trace file.',
      );
    }
    yield content.subarray(from, to);
    at = to;
  }
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
