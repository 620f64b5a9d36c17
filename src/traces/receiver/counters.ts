import type { IngestResult } from '../ingest';

const MAX_REASON = 500;

/** Running totals of a receiver. */
export class ReceiverCounters {
  requests = 0;
  acceptedSpans = 0;
  /** Left out of requests that were otherwise taken. */
  rejectedSpans = 0;
  rejectedRequests = 0;
  /** One sentence about the last request or span that was rejected. */
  lastRejection: string | undefined;

  /** @param tell told once per distinct reason; further ones of the same kind only count. */
  constructor(private readonly tell: (message: string) => void) {}

  private readonly told = new Set<string>();

  traces(result: IngestResult): void {
    this.acceptedSpans += result.accepted;
    this.rejectedSpans += result.rejected;
    if (result.message !== undefined) this.note(result.message);
  }

  rejected(reason: string): void {
    this.rejectedRequests++;
    this.note(reason);
  }

  private note(said: string): void {
    // What a sender made us say goes to terminals and logs: one line of bounded length, without control characters.
    const reason = said.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, MAX_REASON);
    this.lastRejection = reason;
    const kind = reason.replace(/\d+/g, '#');
    if (this.told.has(kind) || this.told.size >= 100) return;
    this.told.add(kind);
    this.tell(`${reason} (further ones like this are only counted)`);
  }
}
