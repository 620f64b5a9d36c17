import assert from 'node:assert/strict';
import { toLine1, type Range0 } from '../../../../src/base/positions';
import { LineTable } from '../../../../src/base/texts/lineTable';
import type { Program } from '../../../../src/lint/code/program';
import type { LintFiles } from '../../../../src/lint/lintFiles';
import { NO_LINT_SETTINGS, type LintSettings } from '../../../../src/lint/lintSettings';
import type { ProcessUnit } from '../../../../src/lint/project/processUnit';
import type { ProjectFacts } from '../../../../src/lint/project/projectFacts';
import { ProgramReader, type FileChoice } from '../../../../src/lint/programReader';
import { readUnits } from '../../../../src/lint/project/readUnits';
import type { ExplainedFact, LanguageCheck } from '../../../../src/lint/rule';
import { withGrammars } from '../../../../src/lint/withGrammars';
import type { Finding } from '../../../../src/model/finding';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { MemoryFiles, relativeToProject } from './memoryFiles';

/** A finding as a test writes it: relative paths, lines from 1. */
export interface FoundPlace {
  readonly rule: string;
  readonly severity: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  /** `package.json:4 text`. */
  readonly evidence: readonly string[];
  /** `src/a.ts:9 text`. */
  readonly related: readonly string[];
  /** The finding itself, for its range and fixes. */
  readonly finding: Finding;
}

export interface LintedProject {
  readonly facts: ProjectFacts;
  /** In the order of file, line and rule. */
  readonly findings: readonly FoundPlace[];
  /** `RULE file:line` of each finding, for short assertions. */
  readonly short: readonly string[];
  /** `topic: text` of what the check explains of all units. */
  readonly explained: readonly string[];
}

/**
 * Runs one language's check over files given as text, as the command line does over a folder: real parser, real facts,
 * every unit of the language in turn. The same finding of two units counts once. Fails where a finding has no evidence.
 */
export async function lintProject(
  check: LanguageCheck,
  files: Readonly<Record<string, string>>,
  settings: LintSettings = NO_LINT_SETTINGS,
): Promise<LintedProject> {
  const source = new MemoryFiles(files);
  const facts = await readUnits(source);
  const found = new Map<string, FoundPlace>();
  const explained: ExplainedFact[] = [];
  for (const unit of facts.units.filter(({ language }) => language === check.language)) {
    const program = await readUnitProgram(source, unit, check);
    const known = await withGrammars(() => {
      const open = check.open({ unit, program, settings });
      return { explained: open.facts(), findings: open.findings() };
    });
    explained.push(...known.explained);
    for (const finding of known.findings) {
      assert.ok(finding.evidence.length > 0, `${finding.rule} shows no evidence`);
      assert.match(finding.message, /\w:\d+/, `${finding.rule} names no place`);
      const place = placeOf(finding);
      found.set(JSON.stringify([place.rule, place.file, finding.range]), place);
    }
  }
  const findings = [...found.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule),
  );
  return {
    facts,
    findings,
    short: findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
    explained: explained.map(({ topic, text }) => `${topic}: ${text}`),
  };
}

/** The files of a unit that may matter, read. */
export async function readUnitProgram(source: LintFiles, unit: ProcessUnit, choice: FileChoice): Promise<Program> {
  const syntax = await sharedSyntax();
  return new ProgramReader(source, syntax).program(unit, choice);
}

/** The files after a finding's fix (the first unless told), as the test gave them. */
export function applyFix(
  files: Readonly<Record<string, string>>,
  finding: Finding,
  which = 0,
): Readonly<Record<string, string>> {
  const fixed = { ...files };
  const edits = [...(finding.fixes[which]?.edits ?? [])].sort((a, b) => after(a.range, b.range));
  for (const { file, range, newText } of edits) {
    const name = relativeToProject(file);
    const text = fixed[name] ?? '';
    const lines = new LineTable(text);
    const start = lines.offset(range.startLine, range.startColumn);
    const end = lines.offset(range.endLine, range.endColumn);
    fixed[name] = text.slice(0, start) + newText + text.slice(end);
  }
  return fixed;
}

/** The last edit first, so that the places of those before it hold. */
function after(a: Range0, b: Range0): number {
  return b.startLine - a.startLine || b.startColumn - a.startColumn;
}

function placeOf(finding: Finding): FoundPlace {
  const { rule, severity, file, range, message, evidence, related } = finding;
  const at = (place: { file: string; range: Range0 }): string =>
    `${relativeToProject(place.file)}:${toLine1(place.range.startLine)}`;
  return {
    rule,
    severity,
    file: relativeToProject(file),
    line: toLine1(range.startLine),
    message,
    evidence: evidence.map((one) => `${at(one)} ${one.text}`),
    related: related.map((one) => `${at(one)} ${one.message}`),
    finding,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
