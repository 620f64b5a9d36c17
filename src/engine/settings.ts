import type { HintThresholds } from '../model/hint';
import { SPAN_KINDS } from '../model/operation';
import type { EngineSettings } from '../protocol/engine';

/** What holds where a setting is missing or of the wrong type. */
export const DEFAULT_SETTINGS: EngineSettings = {
  receiver: { start: 'auto', host: '127.0.0.1', httpPort: 4318, grpcPort: 4317 },
  store: { maxMegabytes: 256 },
  hints: {
    percentiles: [50, 95],
    windowMinutes: 15,
    minimumCalls: { p50: 5, p95: 20, p99: 100 },
    warningMs: 500,
    errorMs: 2000,
    warningErrorPercent: 1,
    errorErrorPercent: 5,
    byKind: {},
    trend: true,
  },
  source: { pathRules: [], services: {} },
  trusted: false,
};

/**
 * Settings out of whatever the host sent: a value of the wrong type or out of range becomes the default and is told to
 * `complain`, so that one bad line in a settings file does not switch Spanlight off.
 */
export function readSettings(value: unknown, complain: (sentence: string) => void): EngineSettings {
  const root = new Section(value, '', complain);
  const receiver = root.section('receiver');
  const hints = root.section('hints');
  const minimum = hints.section('minimumCalls');
  const source = root.section('source');
  const defaults = DEFAULT_SETTINGS;
  return {
    receiver: {
      start: receiver.choice('start', ['auto', 'always', 'never'], defaults.receiver.start),
      host: receiver.text('host', defaults.receiver.host),
      httpPort: receiver.number('httpPort', 0, 65_535, defaults.receiver.httpPort),
      grpcPort: receiver.number('grpcPort', 0, 65_535, defaults.receiver.grpcPort),
    },
    store: { maxMegabytes: root.section('store').number('maxMegabytes', 1, 65_536, defaults.store.maxMegabytes) },
    hints: {
      percentiles: hints.percentiles('percentiles', defaults.hints.percentiles),
      windowMinutes: hints.number('windowMinutes', 1, 24 * 60, defaults.hints.windowMinutes),
      minimumCalls: {
        p50: minimum.number('p50', 1, 1e9, defaults.hints.minimumCalls.p50),
        p95: minimum.number('p95', 1, 1e9, defaults.hints.minimumCalls.p95),
        p99: minimum.number('p99', 1, 1e9, defaults.hints.minimumCalls.p99),
      },
      warningMs: hints.number('warningMs', 0, 1e12, defaults.hints.warningMs),
      errorMs: hints.number('errorMs', 0, 1e12, defaults.hints.errorMs),
      warningErrorPercent: hints.number('warningErrorPercent', 0, 100, defaults.hints.warningErrorPercent),
      errorErrorPercent: hints.number('errorErrorPercent', 0, 100, defaults.hints.errorErrorPercent),
      byKind: thresholdsByKind(hints.section('byKind')),
      trend: hints.flag('trend', defaults.hints.trend),
    },
    source: { pathRules: source.pathRules('pathRules'), services: source.textMap('services') },
    trusted: root.flag('trusted', defaults.trusted),
  };
}

const LARGEST: Readonly<Record<keyof HintThresholds, number>> = {
  warningMs: 1e12,
  errorMs: 1e12,
  warningErrorPercent: 100,
  errorErrorPercent: 100,
};

/** Only what is set and fits: the rest is as for all spans. */
function thresholdsByKind(section: Section): NonNullable<EngineSettings['hints']['byKind']> {
  const kinds = SPAN_KINDS.flatMap((kind) => {
    const own = section.section(kind);
    const set = Object.entries(LARGEST).flatMap(([key, most]) => {
      const value = own.number(key, 0, most, Number.NaN);
      return Number.isNaN(value) ? [] : [[key, value] as const];
    });
    return set.length === 0 ? [] : [[kind, Object.fromEntries(set)] as const];
  });
  return Object.fromEntries(kinds);
}

/** Part of the settings; reads each value with its default. */
class Section {
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

  section(key: string): Section {
    return new Section(this.values[key], this.nameOf(key), this.complain);
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

  textMap(key: string): Readonly<Record<string, string>> {
    const fits = (value: unknown): Readonly<Record<string, string>> | undefined => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined;
    };
    return this.read(key, 'an object from service to folder', fits) ?? {};
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
