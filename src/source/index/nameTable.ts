import { pushTo } from '../../base/tables/pushTo';

/** Which names every file has, and which files have a name. */
export class NameTable {
  private readonly filesOf = new Map<string, string[]>();
  private readonly namesOf = new Map<string, readonly string[]>();

  /**
   * Replaces the names of a file, each of which is told once.
   * @returns the names that came or went.
   */
  replace(file: string, names: readonly string[]): readonly string[] {
    const before = this.namesOf.get(file);
    if (names.length === 0) this.namesOf.delete(file);
    else this.namesOf.set(file, names);
    if (before === undefined) {
      for (const name of names) this.add(name, file);
      return names;
    }
    const had = new Set(before);
    const has = new Set(names);
    const gone = before.filter((name) => !has.has(name));
    const come = names.filter((name) => !had.has(name));
    for (const name of gone) this.remove(name, file);
    for (const name of come) this.add(name, file);
    return gone.length === 0 ? come : [...come, ...gone];
  }

  files(name: string): readonly string[] {
    return this.filesOf.get(name) ?? [];
  }

  private add(name: string, file: string): void {
    pushTo(this.filesOf, name, file);
  }

  private remove(name: string, file: string): void {
    const files = this.filesOf.get(name)?.filter((other) => other !== file) ?? [];
    if (files.length === 0) this.filesOf.delete(name);
    else this.filesOf.set(name, files);
  }
}
