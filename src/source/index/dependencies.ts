/** Records which keys of the index, files and settings an answer was made from. */
export type Touch = (key: string) => void;

/** Lists of fewer users are not looked through for those that are no longer. */
const FEW = 16;

/** Who was made from a key: not all of them may still be. */
interface Users<Id> {
  ids: Id[];
  /** At this length the list is looked through, if anything was let go since. */
  full: number;
  /** {@link Dependencies.letGo} of when all of the list was true. */
  letGo: number;
}

/**
 * Which operations depend on which keys. Thousands of answers are noted and few let go, so that noting is made cheap: what
 * is let go stays in the lists until these have doubled.
 */
export class Dependencies<Id> {
  private readonly byKey = new Map<string, Users<Id>>();
  private readonly byId = new Map<Id, ReadonlySet<string>>();
  /** How often an answer was let go of. */
  private letGo = 0;

  /** Replaces what the answer for `id` was made from. */
  set(id: Id, keys: ReadonlySet<string>): void {
    this.forget(id);
    this.byId.set(id, keys);
    for (const key of keys) {
      const users = this.byKey.get(key);
      if (users === undefined) this.byKey.set(key, { ids: [id], full: FEW, letGo: this.letGo });
      else if (users.ids.push(id) >= users.full) {
        if (users.letGo !== this.letGo) users.ids = [...this.usersOf(key, users)];
        users.letGo = this.letGo;
        users.full = Math.max(FEW, 2 * users.ids.length);
      }
    }
  }

  /** Whether it is known what the answer for `id` was made from. */
  has(id: Id): boolean {
    return this.byId.has(id);
  }

  forget(id: Id): void {
    if (this.byId.delete(id)) this.letGo++;
  }

  /** The answers that were made from any of `keys`. */
  affectedBy(keys: Iterable<string>): Set<Id> {
    const affected = new Set<Id>();
    for (const key of keys) {
      const users = this.byKey.get(key);
      if (users === undefined) continue;
      const ids = this.usersOf(key, users);
      if (ids.size === 0) this.byKey.delete(key);
      for (const id of ids) affected.add(id);
    }
    return affected;
  }

  private usersOf(key: string, { ids }: Users<Id>): Set<Id> {
    return new Set(ids.filter((id) => this.byId.get(id)?.has(key) === true));
  }
}
