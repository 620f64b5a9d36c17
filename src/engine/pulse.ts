import type { Disposable } from '../base/disposable';

/** Runs something at most once per interval, and only when it was asked for. */
export class Pulse implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private due = Infinity;
  private lastRun = -Infinity;
  private disposed = false;

  constructor(
    private readonly intervalMs: number,
    private readonly beat: () => void,
  ) {}

  /** Runs within one interval. Cheap when that is already planned, so it may be called for every batch of spans. */
  request(): void {
    this.plan(Math.max(performance.now(), this.lastRun + this.intervalMs));
  }

  /** Runs after `delayMs` at the latest. */
  later(delayMs: number): void {
    this.plan(performance.now() + delayMs);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private plan(at: number): void {
    if (this.disposed || at >= this.due) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => this.run(), Math.max(0, at - performance.now()));
    // The channel to the host keeps the process alive, not this.
    this.timer.unref();
  }

  private run(): void {
    this.due = Infinity;
    this.lastRun = performance.now();
    this.beat();
  }
}
