import { SpanlightError } from '../../base/errors';

/** What became of the spans or log records of one export request. */
export interface DecodeResult {
  readonly accepted: number;
  /** Left out, each for itself; the others were taken. */
  readonly rejected: number;
  /** Attributes, events and links that were left out of spans that were taken; absent if there are none. */
  readonly dropped?: number;
  /** Why some were rejected or parts of them left out: the reasons with their counts, one line. */
  readonly message?: string;
}

/** Reasons that are told apart; a hostile body must not make the message endless. */
const MAX_REASONS = 5;

/** A body with more bad items than this is not a body with bad items: it is refused, before it takes minutes. */
export const MAX_REJECTED = 100_000;

/** Counts what was rejected, and what was left out of the rest, by reason. */
export class Rejections {
  private readonly reasons = new Map<string, number>();
  private readonly dropReasons = new Map<string, number>();
  /** Spans or log records. */
  count = 0;
  /** Parts of those that were taken. */
  dropped = 0;

  /** @param limit what is read from a file of the user's own may have any number of them. */
  constructor(private readonly limit = MAX_REJECTED) {}

  /** @throws SpanlightError beyond the limit, which is 100,000. */
  add(reason: string): void {
    if (++this.count > this.limit) throw this.tooMany(reason);
    countReason(this.reasons, reason);
  }

  /** An attribute, event or link that is left out alone. @throws SpanlightError beyond the limit. */
  drop(reason: string): void {
    if (++this.dropped > this.limit) throw this.tooMany(reason);
    countReason(this.dropReasons, reason);
  }

  /** @param what what is counted, in a plural with an s. */
  result(accepted: number, what: string): DecodeResult {
    if (this.count === 0 && this.dropped === 0) return { accepted, rejected: 0 };
    const parts: string[] = [];
    if (this.count > 0) parts.push(`${counted(this.count, what)} rejected: ${told(this.reasons)}`);
    if (this.dropped > 0) parts.push(`left out: ${told(this.dropReasons)}`);
    const dropped = this.dropped > 0 ? { dropped: this.dropped } : {};
    return { accepted, rejected: this.count, ...dropped, message: parts.join('; ') };
  }

  private tooMany(reason: string): SpanlightError {
    return new SpanlightError(`More than ${this.limit} items of one body cannot be read; the last one: ${reason}.`);
  }
}

function counted(count: number, plural: string): string {
  return `${count} ${count === 1 ? plural.slice(0, -1) : plural}`;
}

function countReason(reasons: Map<string, number>, reason: string): void {
  const key = reasons.has(reason) || reasons.size < MAX_REASONS ? reason : 'other reasons';
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}

function told(reasons: ReadonlyMap<string, number>): string {
  return [...reasons].map(([reason, count]) => `${reason} (${count})`).join(', ');
}
