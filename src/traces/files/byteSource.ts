const NOTHING = Buffer.alloc(0);

/** A stream of bytes that is read piece by piece, from which more can be asked for and put back. */
export class ByteSource {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = NOTHING;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at most `limit`; empty at the end. */
  async next(limit: number): Promise<Buffer> {
    if (this.rest.length === 0) await this.more();
    const bytes = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  /** Exactly `length` bytes, or fewer at the end. */
  async exactly(length: number): Promise<Buffer> {
    while (this.rest.length < length && (await this.more()));
    return this.next(length);
  }

  /** The bytes up to and with the next zero. */
  async throughZero(): Promise<void> {
    for (;;) {
      const zero = this.rest.indexOf(0);
      if (zero >= 0) {
        this.rest = this.rest.subarray(zero + 1);
        return;
      }
      this.rest = NOTHING;
      if (!(await this.more())) return;
    }
  }

  /** Puts back bytes that were read last. */
  unread(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([bytes, this.rest]);
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done === true) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }
}
