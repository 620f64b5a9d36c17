import type { TextFact } from '../facts';
import type { Outline } from './outline';

interface Group {
  readonly scope: number;
  readonly prefix: readonly TextFact[];
}

/**
 * What is in front of the routes registered on a variable: groups and routers with a prefix. A name means the
 * declaration in the innermost function around its use, as in the languages themselves.
 */
export class Receivers {
  private readonly groups = new Map<string, Group[]>();

  constructor(private readonly outline: Outline) {}

  /** Declares `name` with the whole prefix in front of its routes, visible in function `scope` (-1: the file). */
  declare(name: string, scope: number, prefix: readonly TextFact[]): void {
    const same = this.groups.get(name);
    if (same === undefined) this.groups.set(name, [{ scope, prefix }]);
    else same.push({ scope, prefix });
  }

  /** The prefix of a variable as seen at an offset; the latest declaration of the innermost function wins. */
  prefixOf(name: string, at: number): readonly TextFact[] {
    const groups = this.groups.get(name);
    if (groups === undefined) return [];
    let scope = this.outline.functionAt(at);
    for (;;) {
      const group = groups.findLast((candidate) => candidate.scope === scope);
      if (group !== undefined) return group.prefix;
      if (scope < 0) return [];
      scope = this.outline.parentOf(scope);
    }
  }

  has(name: string): boolean {
    return this.groups.has(name);
  }
}
