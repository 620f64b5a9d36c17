import type { SourceCode } from './sourceCode';

interface Group {
  readonly sources: ReadonlySet<SourceCode>;
  readonly token: object;
}

/** Tells programs of the same files by an object that all of them get, whatever the order of their files. */
export class SameFiles {
  private readonly numbers = new WeakMap<SourceCode, number>();
  private readonly groups = new Map<string, Group[]>();
  private next = 1;

  /** The object for these files. */
  of(sources: readonly SourceCode[]): object {
    const key = this.keyOf(sources);
    const known = this.groups.get(key) ?? [];
    this.groups.set(key, known);
    let group = known.find((one) => sources.every((source) => one.sources.has(source)));
    if (group === undefined) known.push((group = { sources: new Set(sources), token: {} }));
    return group.token;
  }

  /** A file is another: the old ones need not be kept. */
  clear(): void {
    this.groups.clear();
  }

  /** The same for the same files; for others it hardly ever is. */
  private keyOf(sources: readonly SourceCode[]): string {
    let sum = 0;
    let mixed = 0;
    for (const source of sources) {
      let number = this.numbers.get(source);
      if (number === undefined) this.numbers.set(source, (number = this.next++));
      sum += number;
      mixed ^= Math.imul(number, 0x9e3779b1);
    }
    return `${sources.length} ${sum} ${mixed}`;
  }
}
