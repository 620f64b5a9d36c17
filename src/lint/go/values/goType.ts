/** A Go type without pointers: `net/http.Client`, a slice or map of one, a channel. */
export class GoType {
  private constructor(
    readonly shape: 'named' | 'list' | 'map' | 'chan' | 'func',
    /** Import path of others' packages, folder of the workspace's, '' for built-in types. */
    readonly from: string,
    readonly name: string | undefined,
    readonly element: GoType | undefined,
  ) {}

  static named(from: string, name: string): GoType {
    return new GoType('named', from, name, undefined);
  }

  /** Reads a type as it is written; `resolve` says what a name is. */
  static parse(
    text: string,
    resolve: (qualifier: string | undefined, name: string) => { from: string; name: string } | undefined,
  ): GoType | undefined {
    const written = text
      .trim()
      .replace(/^\.\.\./, '[]')
      .replace(/^[*(\s]+/, '');
    const list = /^\[[^\]]*\]([^]+)$/.exec(written);
    if (list) return new GoType('list', '', undefined, GoType.parse(list[1]!, resolve));
    const map = /^map\[[^\]]*\]([^]+)$/.exec(written);
    if (map) return new GoType('map', '', undefined, GoType.parse(map[1]!, resolve));
    const chan = /^(?:<-\s*)?chan(?:\s*<-)?\s+([^]+)$/.exec(written);
    if (chan) return new GoType('chan', '', undefined, GoType.parse(chan[1]!, resolve));
    if (/^func\b/.test(written)) return new GoType('func', '', undefined, undefined);
    const named = /^(?:(\w+)\.)?(\w+)/.exec(written);
    if (named === null || /^(struct|interface)$/.test(named[2]!)) return undefined;
    const found = resolve(named[1], named[2]!);
    return found && GoType.named(found.from, found.name);
  }

  /** `net/http.Client`; '' for what has no name. */
  get qualified(): string {
    if (this.name === undefined) return '';
    return this.from === '' ? this.name : `${this.from}.${this.name}`;
  }
}

/** What a slice, map or channel holds. */
export function elementOf(type: GoType | undefined): GoType | undefined {
  return type?.element;
}
