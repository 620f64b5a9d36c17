import type { FindingSeverity } from '../model/finding';
import type { LintSettings } from './lintSettings';
import { ruleOf } from './ruleCatalogue';

/** The settings as they are written. */
export interface WrittenLintSettings {
  /** Rule id → `error`, `warning`, `info`, `hint` or `off`. */
  readonly severities: Readonly<Record<string, string>>;
  /** `net/http: service-mesh wrapper`. */
  readonly coveredBy: readonly string[];
  readonly injectHelpers: readonly string[];
  readonly extractHelpers: readonly string[];
  readonly assumedAgents: readonly string[];
}

const SEVERITIES: readonly (FindingSeverity | 'off')[] = ['error', 'warning', 'info', 'hint', 'off'];

/** Reads what is written; tells `complain` of rules and severities that do not exist, and goes on without them. */
export function readLintSettings(
  written: WrittenLintSettings,
  complain: (sentence: string) => void = () => undefined,
): LintSettings {
  const severities = new Map<string, FindingSeverity | 'off'>();
  for (const [name, value] of Object.entries(written.severities)) {
    const id = name.toUpperCase();
    const severity = SEVERITIES.find((known) => known === value);
    if (ruleOf(id) === undefined) complain(`There is no rule "${name}" whose severity could be set.`);
    else if (severity === undefined) complain(`The severity of ${id} must be one of ${SEVERITIES.join(', ')}.`);
    else severities.set(id, severity);
  }
  const { injectHelpers, extractHelpers, assumedAgents } = written;
  return { severities, coveredBy: coveredBy(written.coveredBy), injectHelpers, extractHelpers, assumedAgents };
}

/** Module paths have colons only behind a scheme, which they do not have here: the first one ends the library. */
function coveredBy(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry) => {
      const [library = '', ...what] = entry.split(':');
      return [library.trim(), what.join(':').trim() || 'a setting'] as const;
    }),
  );
}
