/** Part of the settings; reads each value with its default. */
export class SettingsSection {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly name: string,
    private readonly complain: (sentence: string) => void,
  ) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.values = isObject ? (value as Record<string, unknown>) : {};
    if (!isObject && value !== undefined) this.ignored('', 'an object');
  }

  /** @param name what its settings are called, where that is not the way they are sent. */
  section(key: string, name = this.nameOf(key)): SettingsSection {
    return new SettingsSection(this.values[key], name, this.complain);
  }

  /** The value as it was sent. */
  raw(key: string): unknown {
    return this.values[key];
  }

  /** What `read` gives under its name, where there is such a value; else an empty object. */
  optional<K extends string, T>(key: K, read: (key: K) => T): { readonly [_ in K]?: T } {
    return this.values[key] === undefined || this.values[key] === null ? {} : ({ [key]: read(key) } as Record<K, T>);
  }

  texts(key: string, fallback: readonly string[]): readonly string[] {
    const fits = (value: unknown): readonly string[] | undefined =>
      Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
    return this.read(key, 'a list of texts', fits) ?? fallback;
  }

  text(key: string, fallback: string): string {
    return this.read(key, 'a text', (value) => (typeof value === 'string' ? value : undefined)) ?? fallback;
  }

  flag(key: string, fallback: boolean): boolean {
    return this.read(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)) ?? fallback;
  }

  number(key: string, least: number, most: number, fallback: number): number {
    const fits = (value: unknown): number | undefined =>
      typeof value === 'number' && value >= least && value <= most ? value : undefined;
    return this.read(key, `a number from ${least} to ${most}`, fits) ?? fallback;
  }

  choice<T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const fits = (value: unknown): T | undefined => choices.find((choice) => choice === value);
    return this.read(key, `one of ${choices.join(', ')}`, fits) ?? fallback;
  }

  percentiles(key: string, fallback: readonly number[]): readonly number[] {
    const fits = (value: unknown): readonly number[] | undefined => {
      if (!Array.isArray(value)) return undefined;
      const numbers = value.filter((p): p is number => typeof p === 'number' && p > 0 && p < 100);
      return numbers.length === value.length && numbers.length <= 5 ? numbers : undefined;
    };
    return this.read(key, 'at most five numbers between 0 and 100', fits) ?? fallback;
  }

  pathRules(key: string): { from: string; to: string }[] {
    const fits = (value: unknown): { from: string; to: string }[] | undefined => {
      if (!Array.isArray(value)) return undefined;
      const rules = value.flatMap((rule: unknown) => {
        const { from, to } = (rule ?? {}) as { from?: unknown; to?: unknown };
        return typeof from === 'string' && from !== '' && typeof to === 'string' ? [{ from, to }] : [];
      });
      return rules.length === value.length ? rules : undefined;
    };
    return this.read(key, 'a list of {from, to}', fits) ?? [];
  }

  textMap(key: string, expected: string): Readonly<Record<string, string>> {
    const fits = (value: unknown): Readonly<Record<string, string>> | undefined => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
    };
    return this.read(key, expected, fits) ?? {};
  }

  private read<T>(key: string, expected: string, fits: (value: unknown) => T | undefined): T | undefined {
    const value = this.values[key];
    if (value === undefined) return undefined;
    const result = fits(value);
    if (result === undefined) this.ignored(key, expected);
    return result;
  }

  private ignored(key: string, expected: string): void {
    this.complain(`Setting spanlight.${this.nameOf(key)} must be ${expected}; its default is used.`);
  }

  private nameOf(key: string): string {
    return [this.name, key].filter((part) => part !== '').join('.');
  }
}
