import type { FindingSeverity } from '../model/finding';
import { agentRow } from './project/deployment/agents';
import type { UnitLanguage } from './project/processUnit';

/** What the user says of the code that the code does not say itself. */
export interface LintSettings {
  /** Severity by rule id, `off` included; the catalogue's own where there is none. */
  readonly severities: ReadonlyMap<string, FindingSeverity | 'off' | typeof AS_FOUND>;
  /** Libraries that something outside the code covers, with what does: `net/http` → `service-mesh wrapper`. */
  readonly coveredBy: ReadonlyMap<string, string>;
  /** Own functions that put the context into what they are given: the last parts of their names, `http.addTraceHeaders`. */
  readonly injectHelpers: readonly string[];
  /** Own functions that take the context out of what they are given. */
  readonly extractHelpers: readonly string[];
  /** Agents that are put in where the service is deployed, by the names of the coverage tables. */
  readonly assumedAgents: readonly string[];
}

/** On, with the severity that each finding has by itself. */
export const AS_FOUND = 'as-found';

/** Nothing said. */
export const NO_LINT_SETTINGS: LintSettings = {
  severities: new Map(),
  coveredBy: new Map(),
  injectHelpers: [],
  extractHelpers: [],
  assumedAgents: [],
};

/** What they say of a process in a language: an agent of Java's is in no Node process. */
export function settingsFor(language: UnitLanguage, settings: LintSettings): LintSettings {
  const isFor = (name: string): boolean => [language, 'any'].includes(agentRow(name)?.language ?? 'any');
  const assumedAgents = settings.assumedAgents.filter(isFor);
  return assumedAgents.length === settings.assumedAgents.length ? settings : { ...settings, assumedAgents };
}
