/** Records which keys of the index, files and settings an answer was made from. */
export type Touch = (key: string) => void;

/** Which operations depend on which keys. */
export class Dependencies<Id> {
  private readonly byKey = new Map<string, Set<Id>>();
  private readonly byId = new Map<Id, ReadonlySet<string>>();

  /** Replaces what the answer for `id` was made from. */
  set(id: Id, keys: ReadonlySet<string>): void {
    this.forget(id);
    this.byId.set(id, keys);
    for (const key of keys) {
      const ids = this.byKey.get(key);
      if (ids) ids.add(id);
      else this.byKey.set(key, new Set([id]));
    }
  }

  forget(id: Id): void {
    for (const key of this.byId.get(id) ?? []) {
      const ids = this.byKey.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.byKey.delete(key);
    }
    this.byId.delete(id);
  }

  /** The answers that were made from any of `keys`. */
  affectedBy(keys: Iterable<string>): Set<Id> {
    const affected = new Set<Id>();
    for (const key of keys) for (const id of this.byKey.get(key) ?? []) affected.add(id);
    return affected;
  }
}
