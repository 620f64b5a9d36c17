import type { IngestResult } from '../ingest';

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

  private note(reason: string): void {
    this.lastRejection = reason;
    const kind = reason.replace(/\d+/g, '#');
    if (this.told.has(kind) || this.told.size >= 100) return;
    this.told.add(kind);
    this.tell(`${reason} (further ones like this are only counted)`);
  }
}
