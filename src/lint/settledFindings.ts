import type { Finding } from '../model/finding';
import type { LintFiles } from './lintFiles';
import { AS_FOUND, type LintSettings } from './lintSettings';
import type { RuleDescription } from './rule';
import { ruleOf, RULES } from './ruleCatalogue';
import type { IgnoreNote } from './ignoring/ignoreNotes';
import { unknownRules } from './ignoring/suppressions';
import { UsedComments } from './ignoring/usedComments';

/** What is left of findings, and what there is to say of the comments that silence some. */
export interface Settled {
  readonly findings: readonly Finding[];
  readonly notes: readonly IgnoreNote[];
}

/** What settles findings. */
export interface SettlingOptions {
  readonly files: LintFiles;
  readonly settings: LintSettings;
  /** Files that were looked through, with comments that silence rules, besides those with findings. */
  readonly marked: Iterable<string>;
  /** What traces took back: a comment that silences such a finding is not in vain. */
  readonly takenBack: readonly Finding[];
}

/**
 * What is left of findings when settings and comments have been heard: with the severities that were asked for, each
 * place once (processes share code), by file and place.
 */
export async function settledFindings(found: readonly Finding[], options: SettlingOptions): Promise<Settled> {
  const { files, settings, marked, takenBack } = options;
  const kept = new Map<string, Finding>();
  const texts = new Map<string, readonly string[]>();
  const linesOf = async (file: string): Promise<readonly string[]> => {
    let lines = texts.get(file);
    if (lines === undefined) texts.set(file, (lines = (await files.read(file))?.split(/\r\n|\n|\r/) ?? []));
    return lines;
  };
  const used = new UsedComments();
  for (const finding of takenBack) used.add(finding, await linesOf(finding.file));
  for (const finding of found) {
    const severity = severityOf(finding, settings);
    if (severity === 'off') continue;
    const lines = await linesOf(finding.file);
    if (used.add(finding, lines)) continue;
    const { startLine, startColumn } = finding.range;
    const key = [finding.rule, finding.file, startLine, startColumn].join('\0');
    if (kept.has(key)) continue;
    const message = finding.message + slip(unknownRules(finding, lines));
    kept.set(key, { ...finding, severity, message, evidence: eachOnce(finding.evidence) });
  }
  for (const file of marked) await linesOf(file);
  const notes = used.notes(texts, unheardRules(settings));
  return { findings: [...kept.values()].sort(byPlace), notes: notes.sort(byPlace) };
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
  if (asked === AS_FOUND) return finding.severity;
  if (asked !== undefined) return asked;
  const isOff = finding.severity === 'hint' || ruleOf(finding.rule)?.offByDefault === true;
  return isOff ? 'off' : finding.severity;
}

function byPlace(a: Pick<Finding, 'file' | 'range'>, b: Pick<Finding, 'file' | 'range'>): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  const lines = a.range.startLine - b.range.startLine;
  return lines !== 0 ? lines : a.range.startColumn - b.range.startColumn;
}
