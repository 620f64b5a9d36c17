import { pushTo } from '../../base/tables/pushTo';
import { isSameValue } from '../../base/sameValue';

/** What one file put under one key. */
export interface Entry<T> {
  readonly file: string;
  readonly value: T;
}

const NO_KEYS: ReadonlySet<string> = new Set();

/**
 * A multimap that knows which file contributed what, so that one file can be replaced without touching the others, and
 * that can say which keys a replacement changed.
 */
export class KeyedTable<T> {
  private readonly byKey = new Map<string, Map<string, T[]>>();
  /** What was asked for since its key changed: some keys hold thousands, for each of thousands of operations. */
  private readonly asked = new Map<string, readonly Entry<T>[]>();
  private readonly keysOf = new Map<string, ReadonlySet<string>>();
  /** Another number whenever an entry is another one. */
  version = 0;

  /**
   * Replaces what `file` contributed.
   * @returns the keys whose entries of this file differ from before.
   */
  replace(file: string, entries: Iterable<readonly [key: string, value: T]>): string[] {
    const before = this.keysOf.get(file) ?? NO_KEYS;
    for (const key of before) this.asked.delete(key);
    const fresh = grouped(entries);
    const changed: string[] = [];
    for (const [key, values] of fresh) {
      let files = this.byKey.get(key);
      if (!files) this.byKey.set(key, (files = new Map<string, T[]>()));
      const had = before.has(key) ? files.get(file) : undefined;
      if (had === undefined || !isSameValue(had, values)) changed.push(key);
      files.set(file, values);
      this.asked.delete(key);
    }
    for (const key of before) {
      if (fresh.has(key)) continue;
      changed.push(key);
      const files = this.byKey.get(key);
      files?.delete(file);
      if (files?.size === 0) this.byKey.delete(key);
    }
    if (fresh.size === 0) this.keysOf.delete(file);
    else this.keysOf.set(file, new Set(fresh.keys()));
    if (changed.length > 0) this.version++;
    return changed;
  }

  get(key: string): readonly Entry<T>[] {
    const known = this.asked.get(key);
    if (known) return known;
    const files = this.byKey.get(key);
    if (!files) return [];
    const found: Entry<T>[] = [];
    for (const [file, values] of files) for (const value of values) found.push({ file, value });
    this.asked.set(key, found);
    return found;
  }

  /** The files that contributed under `key`. */
  files(key: string): string[] {
    return [...(this.byKey.get(key)?.keys() ?? [])];
  }

  /** What `file` contributed, by key. */
  *of(file: string): Generator<readonly [key: string, value: T]> {
    for (const key of this.keysOf.get(file) ?? NO_KEYS) {
      for (const value of this.byKey.get(key)?.get(file) ?? []) yield [key, value];
    }
  }

  keys(): IterableIterator<string> {
    return this.byKey.keys();
  }
}

function grouped<T>(entries: Iterable<readonly [key: string, value: T]>): Map<string, T[]> {
  const values = new Map<string, T[]>();
  for (const [key, value] of entries) {
    pushTo(values, key, value);
  }
  return values;
}
