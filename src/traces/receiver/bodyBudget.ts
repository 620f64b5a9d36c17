import { Gate } from '../../base/gate';
import { BodyBuffers } from './bodyBuffers';
import { CODE, RequestError } from './requestError';

/** As many as the thread pool that decompresses has threads. */
const EXPANDING = 4;

/** Counts the bytes of all bodies that are being received, so that many at once cannot fill the memory. */
export class BodyBudget {
  /** Passed by bodies that are decompressed: what they become is not known before. */
  readonly expanding = new Gate(EXPANDING);
  /** Passed by bodies that are decoded in parts: one part at a time, whoever sent it. */
  readonly decoding = new Gate(1);
  readonly buffers = new BodyBuffers();
  private used = 0;

  /**
   * @param perBody bytes that one body may have.
   * @param total bytes that all bodies in flight may have together.
   */
  constructor(
    readonly perBody: number,
    private readonly total: number,
  ) {}

  /** @throws RequestError 503, which senders retry, when there is no room. */
  take(bytes: number): void {
    if (this.used + bytes > this.total) {
      throw new RequestError(503, CODE.unavailable, 'Too much is being sent at once; try again in a second.');
    }
    this.used += bytes;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
