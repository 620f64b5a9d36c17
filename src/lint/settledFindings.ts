import type { Finding } from '../model/finding';
import type { LintFiles } from './lintFiles';
import type { LintSettings } from './lintSettings';
import type { RuleDescription } from './rule';
import { ruleOf, RULES } from './ruleCatalogue';
import { isSuppressed, unknownRules } from './suppressions';

/**
 * What is left of findings when settings and comments have been heard: with the severities that were asked for, each
 * place once (processes share code), by file and place.
 */
export async function settledFindings(
  found: readonly Finding[],
  files: LintFiles,
  settings: LintSettings,
): Promise<Finding[]> {
  const kept = new Map<string, Finding>();
  const lines = new Map<string, readonly string[]>();
  for (const finding of found) {
    const severity = severityOf(finding, settings);
    if (severity === 'off') continue;
    let text = lines.get(finding.file);
    if (text === undefined)
      lines.set(finding.file, (text = (await files.read(finding.file))?.split(/\r\n|\n|\r/) ?? []));
    if (isSuppressed(finding, text)) continue;
    const { startLine, startColumn } = finding.range;
    const key = [finding.rule, finding.file, startLine, startColumn].join('\0');
    if (kept.has(key)) continue;
    const message = finding.message + slip(unknownRules(finding, text));
    kept.set(key, { ...finding, severity, message, evidence: eachOnce(finding.evidence) });
  }
  return [...kept.values()].sort(byPlace);
}

/** What two facts rest on is shown once. */
function eachOnce(evidence: Finding['evidence']): Finding['evidence'] {
  const known = new Set<string>();
  return evidence.filter(({ file, range, text }) => {
    const key = [file, range.startLine, range.startColumn, text].join('\0');
    return !known.has(key) && known.add(key);
  });
}

/** Said with the finding that stays, as nobody would look elsewhere. */
function slip(unknown: readonly string[]): string {
  return unknown.length === 0 ? '' : ` (The comment here silences nothing: there is no rule ${unknown.join(', ')}.)`;
}

/** The rules that are off, whatever they find. */
export function unheardRules(settings: LintSettings): ReadonlySet<string> {
  const isOff = ({ id, offByDefault }: RuleDescription): boolean =>
    (settings.severities.get(id) ?? (offByDefault === true ? 'off' : '')) === 'off';
  return new Set(RULES.filter(isOff).map(({ id }) => id));
}

function severityOf(finding: Finding, settings: LintSettings): Finding['severity'] | 'off' {
  const asked = settings.severities.get(finding.rule);
  if (asked !== undefined) return asked;
  const isOff = finding.severity === 'hint' || ruleOf(finding.rule)?.offByDefault === true;
  return isOff ? 'off' : finding.severity;
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  const lines = a.range.startLine - b.range.startLine;
  return lines !== 0 ? lines : a.range.startColumn - b.range.startColumn;
}
