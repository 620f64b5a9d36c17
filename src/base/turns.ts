/** So long work may keep the others of its process waiting, in milliseconds. */
const TURN_MS = 10;

/** Cuts work that never waits into turns, between which the event loop hears what came meanwhile. */
export class Turns {
  private began = now();

  /** Whether this turn has been long enough, so that {@link next} is to be waited for. */
  get isOver(): boolean {
    return now() - this.began > TURN_MS;
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.began = now();
  }
}

/** Monotonic milliseconds. Not `performance`, whose first use loads modules of Node for 10 ms of a run of half a second. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
