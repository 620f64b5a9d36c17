import { closest } from '../base/closest';
import type { FindingSeverity } from '../model/finding';
import type { LintSettings } from './lintSettings';
import { agentNames, agentRow } from './project/deployment/agents';
import { ruleOf, RULES } from './ruleCatalogue';

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

/**
 * Reads what is written; tells `complain` of rules, severities, agents and functions that do not exist or cannot be, with the
 * setting and a cure, and goes on without them.
 */
export function readLintSettings(
  written: WrittenLintSettings,
  complain: (sentence: string) => void = () => undefined,
): LintSettings {
  const tell = (setting: string, sentence: string): void => complain(`spanlight.lint.${setting}: ${sentence}`);
  return {
    severities: severities(written.severities, (sentence) => tell('severities', sentence)),
    coveredBy: coveredBy(written.coveredBy, (sentence) => tell('coveredBy', sentence)),
    injectHelpers: helpers(written.injectHelpers, (sentence) => tell('injectHelpers', sentence)),
    extractHelpers: helpers(written.extractHelpers, (sentence) => tell('extractHelpers', sentence)),
    assumedAgents: agents(written.assumedAgents, (sentence) => tell('assumedAgents', sentence)),
  };
}

type Complain = (sentence: string) => void;

function severities(written: Readonly<Record<string, string>>, complain: Complain): LintSettings['severities'] {
  const read = new Map<string, FindingSeverity | 'off'>();
  for (const [name, value] of Object.entries(written)) {
    const id = name.toUpperCase();
    const severity = SEVERITIES.find((known) => known === value);
    if (ruleOf(id) === undefined) {
      const ids = RULES.map((rule) => rule.id);
      complain(
        `There is no rule "${name}" whose severity could be set. ${cure(id, ids, `The rules are ${ids.join(', ')}.`)}`,
      );
    } else if (severity === undefined)
      complain(`The severity of ${id} must be one of ${SEVERITIES.join(', ')}, not "${value}".`);
    else read.set(id, severity);
  }
  return read;
}

/** Module paths have colons only behind a scheme, which they do not have here: the first one ends the library. */
function coveredBy(entries: readonly string[], complain: Complain): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  for (const entry of entries) {
    const [library = '', ...what] = entry.split(':');
    if (library.trim() === '') complain(`"${entry}" names no library. Write it as in "net/http: service mesh".`);
    else read.set(library.trim(), what.join(':').trim() || 'a setting');
  }
  return read;
}

function helpers(names: readonly string[], complain: Complain): readonly string[] {
  return names.filter((name) => {
    const isName = /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u.test(name);
    if (!isName)
      complain(`"${name}" is no name of a function. Write it without parentheses, as in "http.addTraceHeaders".`);
    return isName;
  });
}

function agents(names: readonly string[], complain: Complain): readonly string[] {
  return names.filter((name) => {
    const isKnown = agentRow(name) !== undefined;
    const known = agentNames();
    if (!isKnown) complain(`There is no agent "${name}". ${cure(name, known, `The agents are ${known.join(', ')}.`)}`);
    return isKnown;
  });
}

function cure(written: string, known: readonly string[], otherwise: string): string {
  const meant = closest(written, known);
  return meant === undefined ? otherwise : `${meant} is one.`;
}
