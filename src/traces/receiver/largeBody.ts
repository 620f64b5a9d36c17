import { setImmediate } from 'node:timers/promises';
import { SpanlightError } from '../../base/errors';
import type { IngestResult, OtlpEncoding } from '../ingest';
import { MAX_REJECTED } from '../otlp/decodeResult';
import { MAX_ITEM_BYTES, type BodySplitter } from '../otlp/split/splitBody';
import { splitJson } from '../otlp/split/splitJson';
import { splitProtobuf } from '../otlp/split/splitProtobuf';
import type { Signal } from './answers';

/**
 * Bodies are decoded in parts of about this size, for 5 to 15 ms each (measured); in between the process does other
 * things. Spans in protobuf are the fastest by far.
 */
const PART_BYTES = 128 * 1024;
const FAST_PART_BYTES = 512 * 1024;
/** Reasons of parts that are told. */
const MAX_MESSAGES = 5;

const SPLITTERS: Readonly<Record<OtlpEncoding, BodySplitter>> = { json: splitJson, protobuf: splitProtobuf };

/** How large the parts of a body are to be. Up to twice of it, a body is decoded in one go. */
export function partBytes(signal: Signal, encoding: OtlpEncoding): number {
  return signal === 'traces' && encoding === 'protobuf' ? FAST_PART_BYTES : PART_BYTES;
}

/** What is decoded in parts, and how. */
export interface LargeBody {
  readonly body: Uint8Array;
  readonly encoding: OtlpEncoding;
  readonly partBytes: number;
  /** Decodes one part. */
  readonly take: (part: Uint8Array) => IngestResult;
  /** Counts what became of one. */
  readonly note: (result: IngestResult) => void;
  /** Ends it between two parts. */
  readonly stop: AbortSignal;
}

/**
 * Decodes a large body part by part, and lets others run in between. (17 MB of JSON in one go held the process for more
 * than a second.)
 *
 * @throws SpanlightError for a malformed body; its message says so if something of it was taken before.
 */
export async function ingestLarge({ body, encoding, partBytes, take, note, stop }: LargeBody): Promise<IngestResult> {
  const splitting = SPLITTERS[encoding](body, partBytes);
  let step = splitting.next();
  for (; step.done !== true; step = splitting.next()) await setImmediate();
  const { parts, tooLarge } = step.value;
  const total = new Total();
  const count = (result: IngestResult): void => {
    note(result);
    total.add(result);
  };
  if (tooLarge > 0) {
    const message = `${tooLarge} items larger than ${MAX_ITEM_BYTES / 1024 / 1024} MiB rejected`;
    count({ accepted: 0, rejected: tooLarge, message });
  }
  for (const pieces of parts) {
    await setImmediate();
    if (stop.aborted) throw new SpanlightError('The receiver was stopped.');
    try {
      count(take(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)));
      total.check();
    } catch (error) {
      if (total.accepted === 0 || !(error instanceof SpanlightError)) throw error;
      throw new SpanlightError(`${error.message} ${total.accepted} items before were taken.`, undefined, undefined, {
        cause: error,
      });
    }
  }
  return total.result();
}

/** What became of all parts. */
class Total {
  accepted = 0;
  private rejected = 0;
  private dropped = 0;
  private readonly messages = new Set<string>();

  add({ accepted, rejected, dropped = 0, message }: IngestResult): void {
    this.accepted += accepted;
    this.rejected += rejected;
    this.dropped += dropped;
    if (message !== undefined && this.messages.size < MAX_MESSAGES) this.messages.add(message);
  }

  /** @throws SpanlightError when more cannot be read than any body in earnest holds. */
  check(): void {
    if (this.rejected + this.dropped <= MAX_REJECTED) return;
    throw new SpanlightError(`More than ${MAX_REJECTED} items of one body cannot be read.`);
  }

  result(): IngestResult {
    const { accepted, rejected, dropped, messages } = this;
    return {
      accepted,
      rejected,
      ...(dropped === 0 ? {} : { dropped }),
      ...(messages.size === 0 ? {} : { message: [...messages].join('; ') }),
    };
  }
}
