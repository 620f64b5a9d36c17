/** Crashes remembered, and how many of them within the span of time are too many. */
const WINDOW_MS = 3 * 60_000;
const TOO_MANY = 5;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

export type RestartDecision = { readonly kind: 'restart'; readonly delayMs: number } | { readonly kind: 'giveUp' };

/** Decides whether an engine that stopped by itself is started again: at once at first, then later and later, then not. */
export class RestartPolicy {
  private crashes: number[] = [];

  /** @param nowMs any clock that does not go backwards, in milliseconds. */
  crashed(nowMs: number): RestartDecision {
    this.crashes = [...this.crashes.filter((time) => nowMs - time < WINDOW_MS), nowMs];
    if (this.crashes.length >= TOO_MANY) return { kind: 'giveUp' };
    const delayMs = Math.min(FIRST_DELAY_MS * 4 ** (this.crashes.length - 1), LONGEST_DELAY_MS);
    return { kind: 'restart', delayMs };
  }

  /** Forgets the past: the user asked for another try. */
  reset(): void {
    this.crashes = [];
  }
}
