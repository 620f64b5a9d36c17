import { collectOtlpJson } from '../otlpAnswer';
import type { SpanCollector } from '../spanCollector';
import type { BackendAnswer } from '../transport/backendAnswer';
import { WIRE, WireReader } from '../../otlp/wire';

/** Tags of `TraceByIDResponse` (tempopb/tempo.proto): the trace, its state and why it is not whole. */
const TAG = { trace: (1 << 3) | WIRE.bytes, status: (3 << 3) | WIRE.varint, message: (4 << 3) | WIRE.bytes } as const;
const PARTIAL = 1;

/** What an answer of version 2 in protobuf holds. */
export interface TraceAnswer {
  /** A message of type TracesData; empty where Tempo does not have the trace. */
  readonly trace: Uint8Array;
  /** Why the trace is not whole; undefined where it is. */
  readonly partial: string | undefined;
}

/** Reads a `TraceByIDResponse`. @throws SpanlightError if it is none. */
export function readTraceAnswer(bytes: Uint8Array): TraceAnswer {
  const reader = new WireReader(bytes);
  let trace = new Uint8Array(0);
  let message = '';
  let isPartial = false;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === TAG.trace || tag === TAG.message) {
      const end = reader.contentEnd();
      const content = bytes.subarray(reader.at, end);
      reader.at = end;
      if (tag === TAG.trace) trace = content as typeof trace;
      else message = Buffer.from(content).toString('utf8');
    } else if (tag === TAG.status) {
      reader.varint64();
      isPartial = reader.low === PARTIAL;
    } else reader.skip(tag);
  }
  return { trace, partial: isPartial ? message || 'the trace is not whole' : undefined };
}

/**
 * Reads the answer about a trace, in protobuf or JSON.
 *
 * @param isWrapped as version 2 of the API does.
 * @returns why it is not whole, if it is not.
 */
export async function collectTrace(
  answer: BackendAnswer,
  collector: SpanCollector,
  isWrapped: boolean,
): Promise<string | undefined> {
  if (/json|text\/plain/.test(answer.contentType)) {
    const frame = await collectOtlpJson(answer, collector);
    return frame.status === 'PARTIAL' ? (textOf(frame.message) ?? 'the trace is not whole') : undefined;
  }
  const bytes = await answer.bytes();
  if (!isWrapped) {
    collector.addProtobuf(bytes);
    return undefined;
  }
  const { trace, partial } = readTraceAnswer(bytes);
  collector.addProtobuf(trace);
  return partial;
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
