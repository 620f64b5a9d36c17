import type { ConstantFact, TextFact } from '../facts';
import type { Outline } from './outline';
import { settingOf } from './settingName';

interface Entry {
  readonly name: string;
  readonly container: readonly string[];
  /** Function the constant is local to, -1 for the file. */
  readonly scope: number;
  readonly value: TextFact;
}

/** String constants of a file: of modules and types for everyone, of functions for the code inside them. */
export class Constants {
  private readonly entries: Entry[] = [];
  private readonly byName = new Map<string, Entry[]>();

  constructor(private readonly outline: Outline) {}

  /**
   * @param at offset of the declaration, which decides the scope.
   * @param container containers beyond those the outline knows: the object or enum the constant is a member of.
   */
  add(name: string, value: TextFact, at: number, container: readonly string[] = this.outline.containerAt(at)): void {
    const entry = { name, container, scope: this.outline.functionAt(at), value };
    this.entries.push(entry);
    const same = this.byName.get(name);
    if (same === undefined) this.byName.set(name, [entry]);
    else same.push(entry);
  }

  /** The literal a name stands for at an offset: `TOPIC`, `Topics.ORDERS`, `this.topic`; undefined if not surely known. */
  literalOf(name: string, at: number): string | undefined {
    const text = this.textOf(name, at);
    return text?.kind === 'literal' ? text.text : undefined;
  }

  /** The text, perhaps with holes, that a name stands for at an offset; undefined if not surely known. */
  textOf(name: string, at: number): TextFact | undefined {
    const path = name.replace(/^(this|self|cls)\./, '').split('.');
    const simple = path.at(-1) ?? '';
    const owner = path.at(-2);
    const candidates = (this.byName.get(simple) ?? []).filter(
      (entry) => owner === undefined || entry.container.at(-1) === owner,
    );
    let scope = this.outline.functionAt(at);
    for (;;) {
      const here = candidates.filter((entry) => entry.scope === scope);
      if (here.length > 0) return agreed(here);
      if (scope < 0) return undefined;
      scope = this.outline.parentOf(scope);
    }
  }

  /** Constants other files can name. */
  facts(): ConstantFact[] {
    return this.entries
      .filter((entry) => entry.scope < 0)
      .map(({ name, container, value }) => ({ name, container, value }));
  }
}

function agreed(entries: readonly Entry[]): TextFact | undefined {
  const values = new Set(entries.map((entry) => JSON.stringify(entry.value)));
  const value = values.size === 1 ? entries[0]?.value : undefined;
  return value?.kind === 'reference' && settingOf(value.name) === undefined ? undefined : value;
}
