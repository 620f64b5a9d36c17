import type { Disposable } from '../../base/disposable';

/** How long changes are waited for. */
export interface SettlingTimes {
  /** Nothing changed for so long: what was written is likely to be complete. */
  readonly quietMs: number;
  /** Changes that do not end are passed on after so long. */
  readonly latestMs: number;
}

const TIMES: SettlingTimes = { quietMs: 500, latestMs: 5_000 };

/** Passes changes on when they have come to rest, many as one; never while what the last ones led to is under way. */
export class SettledChanges implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  /** When the first change came that was not passed on yet. */
  private since: number | undefined;
  private running = false;
  private disposed = false;

  /** @param run must not reject. */
  constructor(
    private readonly run: () => Promise<void>,
    private readonly times = TIMES,
  ) {}

  changed(): void {
    if (this.disposed) return;
    const now = performance.now();
    this.since ??= now;
    const { quietMs, latestMs } = this.times;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.settle(), Math.max(0, Math.min(quietMs, this.since + latestMs - now)));
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async settle(): Promise<void> {
    // What goes on looks for changes when it has ended.
    if (this.running) return;
    this.running = true;
    this.since = undefined;
    await this.run();
    this.running = false;
    if (this.since !== undefined) this.changed();
  }
}
