import { SpanlightError } from '../../base/errors';
import { isTextHead } from './fileHead';
import { FileSpans } from './fileSpans';
import type { TraceFileFormat } from './traceFileFormat';

const NAME = 'otlp-proto';
/** Field 1, length-delimited: `resource_spans`. */
const RESOURCE_SPANS = 0x0a;
const FIXED_BYTES = 4;
const MAX_VARINT_BYTES = 5;
const MAX_BYTES = 2 ** 31 - 1;

/** Reads where a message begins and ends whose length stands at `at`; undefined if no length stands there. */
type Framing = (bytes: Buffer, at: number) => { readonly from: number; readonly to: number } | undefined;

/**
 * OTLP as protobuf: one request or TracesData, or several with their length before each: in 4 bytes, big-endian, as the
 * Collector's file exporter writes them (exporter/fileexporter/README.md), or as a varint, as protobuf's own libraries do
 * (`writeDelimitedTo`).
 */
export const protobufFile: TraceFileFormat = {
  recognises: (head) => !isTextHead(head) && (head[0] === RESOURCE_SPANS || framingOf(head) !== undefined),
  async read({ chunks, troubles }) {
    const content = await concat(chunks);
    const framing = framingOf(content);
    return framing === undefined ? readMessage(content, troubles) : readMessages(content, framing, troubles);
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
function readMessages(content: Buffer, framing: Framing, notes: readonly string[]) {
  const spans = new FileSpans();
  let badMessages = 0;
  let fault: SpanlightError | undefined;
  for (let at = 0; at < content.length;) {
    const { from, to } = framing(content, at) ?? { from: at, to: Infinity };
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

/** How lengths stand before messages: after empty ones there is one that begins with `resource_spans`. */
function framingOf(bytes: Buffer): Framing | undefined {
  if (bytes[0] === RESOURCE_SPANS) return undefined;
  return [fixedLength, varintLength].find((framing) => {
    let message = framing(bytes, 0);
    while (message !== undefined && message.to === message.from) message = framing(bytes, message.to);
    return message !== undefined && bytes[message.from] === RESOURCE_SPANS;
  });
}

function fixedLength(bytes: Buffer, at: number): ReturnType<Framing> {
  const from = at + FIXED_BYTES;
  return from <= bytes.length ? { from, to: from + bytes.readUInt32BE(at) } : undefined;
}

function varintLength(bytes: Buffer, at: number): ReturnType<Framing> {
  let length = 0;
  for (let i = 0; i < MAX_VARINT_BYTES && at + i < bytes.length; i++) {
    const byte = bytes[at + i]!;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { from: at + i + 1, to: at + i + 1 + length };
  }
  return undefined;
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
  const inner = varintLength(message, 1);
  return inner === undefined ? undefined : message.subarray(inner.from, inner.to);
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
