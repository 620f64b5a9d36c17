import { setMaxListeners } from 'node:events';

interface Running<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

interface Kept<T> {
  readonly value: T;
  readonly at: number;
}

/** Answers kept beyond this many are dropped, the oldest first. */
const MAX_KEPT = 64;

/**
 * Answers to questions that several ask at once, or soon after each other: each is asked once, and its answer kept for a
 * while. The work is aborted when the last one who waits for it has gone.
 */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();
  private readonly kept = new Map<string, Kept<T>>();

  /**
   * @param ttlMs how long an answer is good for.
   * @param now milliseconds, never going back.
   */
  constructor(
    private readonly ttlMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The answer to `key`; rejects as `work` does, or with the signal's reason. */
  async get(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const known = this.fresh(key);
    if (known !== undefined) return known.value;
    const running = this.running.get(key) ?? this.start(key, work);
    running.waiting++;
    try {
      return await orAborted(running.result, signal);
    } finally {
      running.waiting--;
      if (running.waiting === 0 && this.running.get(key) === running) {
        this.running.delete(key);
        running.abort.abort();
      }
    }
  }

  /** Whether the answer to `key` is at hand. */
  has(key: string): boolean {
    return this.fresh(key) !== undefined;
  }

  /** Forgets the answer to one question. */
  forget(key: string): void {
    this.kept.delete(key);
  }

  /** Forgets every answer. */
  clear(): void {
    this.kept.clear();
  }

  private fresh(key: string): Kept<T> | undefined {
    const known = this.kept.get(key);
    return known !== undefined && this.now() - known.at < this.ttlMs ? known : undefined;
  }

  private start(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const abort = new AbortController();
    const running: Running<T> = { result: work(abort.signal), abort, waiting: 0 };
    this.running.set(key, running);
    running.result.then(
      (value) => {
        this.keep(key, value);
        if (this.running.get(key) === running) this.running.delete(key);
      },
      () => {
        if (this.running.get(key) === running) this.running.delete(key);
      },
    );
    return running;
  }

  private keep(key: string, value: T): void {
    this.kept.delete(key);
    this.kept.set(key, { value, at: this.now() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
    }
  }
}

/** A result that others may wait for too; rejects with the signal's reason as soon as that aborts. */
export function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    // Many may wait with one signal, which Node takes for a leak from the eleventh on.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
