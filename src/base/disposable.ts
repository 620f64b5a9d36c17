/** Something that holds a resource until told to let go. */
export interface Disposable {
  dispose(): void;
}

/** Wraps a function as a {@link Disposable} that runs at most once. */
export function toDisposable(run: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      run();
    },
  };
}

/** Owns disposables; adding to a disposed store disposes the newcomer at once. */
export class DisposableStore implements Disposable {
  private readonly items = new Set<Disposable>();
  private disposed = false;

  /** Takes ownership of `item` and returns it. */
  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.add(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of [...this.items].reverse()) item.dispose();
    this.items.clear();
  }
}

/** Holds at most one disposable; setting a new one disposes the old. */
export class MutableDisposable<T extends Disposable> implements Disposable {
  private current: T | undefined;
  private disposed = false;

  get value(): T | undefined {
    return this.current;
  }

  set value(next: T | undefined) {
    if (next === this.current) return;
    this.current?.dispose();
    this.current = next;
    if (this.disposed) this.clear();
  }

  /** Disposes what is held. */
  clear(): void {
    this.current?.dispose();
    this.current = undefined;
  }

  dispose(): void {
    this.disposed = true;
    this.clear();
  }
}
