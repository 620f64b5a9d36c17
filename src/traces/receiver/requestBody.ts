import type { IncomingMessage } from 'node:http';
import type { BodyBudget } from './bodyBudget';
import { CONTENT_ENCODING, decompress, tooLarge } from './decompress';
import { RequestError } from './requestError';

/** The sender went away before the body was there. */
export class SenderGone extends Error {}

/** A body that was received whole. Its bytes may be used until {@link RequestBody.release}. */
export interface RequestBody {
  readonly bytes: Uint8Array;
  release(): void;
}

/**
 * Reads a body and undoes its encoding; the limit of `budget` holds before and after.
 *
 * @param begin called once it is known that the body is wanted.
 * @throws RequestError for what is too large or not in the encoding it says, SenderGone.
 */
export async function readBody(
  request: IncomingMessage,
  budget: BodyBudget,
  begin: () => void = () => undefined,
): Promise<RequestBody> {
  if (announcedLength(request) > budget.perBody) throw tooLarge(budget.perBody);
  begin();
  const body = await collect(request, budget);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined) return body;
  try {
    const bytes = await budget.expanding.run(() => decompress(body.bytes, encoding, budget.perBody, CONTENT_ENCODING));
    if (bytes === body.bytes) return body;
    body.release();
    // What it became may have to wait until it is decoded, and counts till then.
    budget.take(bytes.length);
    return { bytes, release: () => budget.give(bytes.length) };
  } catch (error) {
    body.release();
    throw error;
  }
}

function announcedLength(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

function collect(request: IncomingMessage, budget: BodyBudget): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const collector = new Collector(announcedLength(request), budget);
    const fail = (error: Error): void => {
      collector.release();
      request.off('data', take);
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      try {
        collector.add(chunk);
      } catch (error) {
        fail(error instanceof RequestError ? error : tooLarge(budget.perBody));
      }
    };
    request.on('data', take);
    request.once('end', () => resolve(collector.body()));
    request.once('close', () => {
      if (!request.complete) fail(new SenderGone());
    });
    request.once('error', () => undefined);
  });
}

/** Puts the chunks of one body together. */
class Collector {
  private readonly chunks: Buffer[] = [];
  private buffer: Buffer | undefined;
  private length = 0;
  private released = false;

  constructor(
    private readonly announced: number,
    private readonly budget: BodyBudget,
  ) {}

  /** @throws RequestError when the body, or all of them together, become too large. */
  add(chunk: Buffer): void {
    const { budget } = this;
    if (this.length + chunk.length > budget.perBody) throw tooLarge(budget.perBody);
    budget.take(chunk.length);
    // Not before the first bytes are here: who only announces a body does not get a buffer.
    if (this.length === 0) this.buffer = budget.buffers.take(this.announced);
    if (this.buffer === undefined) this.chunks.push(chunk);
    else chunk.copy(this.buffer, this.length);
    this.length += chunk.length;
  }

  body(): RequestBody {
    const { buffer, chunks } = this;
    const release = (): void => this.release();
    if (buffer !== undefined) return { bytes: buffer.subarray(0, this.length), release };
    return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, this.length), release };
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.budget.give(this.length);
    if (this.buffer !== undefined) this.budget.buffers.give(this.buffer);
    this.chunks.length = 0;
  }
}
