import { SpanlightError } from '../../base/errors';

/** What became of the spans or log records of one export request. */
export interface DecodeResult {
  readonly accepted: number;
  /** Left out, each for itself; the others were taken. */
  readonly rejected: number;
  /** Why some were rejected: the reasons with their counts, one line. */
  readonly message?: string;
}

/** Reasons that are told apart; a hostile body must not make the message endless. */
const MAX_REASONS = 5;

/** A body with more bad items than this is not a body with bad items: it is refused, before it takes minutes. */
const MAX_REJECTED = 100_000;

/** Counts what was rejected by reason. */
export class Rejections {
  private readonly reasons = new Map<string, number>();
  count = 0;

  /** @param limit what is read from a file of the user's own may have any number of them. */
  constructor(private readonly limit = MAX_REJECTED) {}

  /** @throws SpanlightError beyond the limit, which is 100,000. */
  add(reason: string): void {
    if (++this.count > this.limit) {
      throw new SpanlightError(`More than ${this.limit} items of one body cannot be read; the last one: ${reason}.`);
    }
    const told = this.reasons.has(reason) || this.reasons.size < MAX_REASONS;
    const key = told ? reason : 'other reasons';
    this.reasons.set(key, (this.reasons.get(key) ?? 0) + 1);
  }

  /** @param what what is counted, in the plural. */
  result(accepted: number, what: string): DecodeResult {
    if (this.count === 0) return { accepted, rejected: 0 };
    const reasons = [...this.reasons].map(([reason, count]) => `${reason} (${count})`).join(', ');
    return { accepted, rejected: this.count, message: `${this.count} ${what} rejected: ${reasons}` };
  }
}
