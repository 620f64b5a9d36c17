/** An error made to be read by a user: what happened, where, and what to do about it. */
export class SpanlightError extends Error {
  override readonly name = 'SpanlightError';

  /**
   * @param message what happened, one sentence.
   * @param place the file, address or setting it happened at, if there is one.
   * @param cure what the reader can do, one sentence.
   */
  constructor(
    message: string,
    readonly place?: string,
    readonly cure?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** All three parts as one line. */
  describe(): string {
    const place = this.place === undefined ? '' : `${this.place}: `;
    const cure = this.cure === undefined ? '' : ` ${this.cure}`;
    return `${place}${this.message}${cure}`;
  }
}

/** One line for any thrown value, without a stack. */
export function describeError(error: unknown): string {
  if (error instanceof SpanlightError) return error.describe();
  if (error instanceof Error) return error.message;
  return String(error);
}
