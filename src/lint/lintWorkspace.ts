import { isGenerated, isTest } from '../base/fileRoles';
import type { Finding } from '../model/finding';
import type { Code } from '../syntax/code/code';
import { CHECKS } from './checks';
import { Program } from './code/program';
import { SourceCode } from './code/sourceCode';
import type { LintFile, LintFiles } from './lintFiles';
import type { LintSettings } from './lintSettings';
import { mayTrace } from './project/mayTrace';
import type { ProcessUnit, UnitLanguage } from './project/processUnit';
import { readUnits } from './project/readUnits';
import type { ExplainedFact, LanguageCheck } from './rule';
import { settledFindings } from './settledFindings';
import type { SkippedFile } from './skippedFile';

/** What lint needs from outside. */
export interface LintSurroundings {
  readonly files: LintFiles;
  /** Reads a file as statements and expressions. */
  readonly code: (path: string, text: string) => Promise<Code>;
  readonly settings: LintSettings;
  readonly signal?: AbortSignal;
}

export interface LintResult {
  /** Without those that settings or comments silence; by file and place. */
  readonly findings: readonly Finding[];
  readonly units: readonly ExplainedUnit[];
  /** Manifests and sources that were not read, and why. */
  readonly skipped: readonly SkippedFile[];
}

/** A process with what is known of its tracing. */
export interface ExplainedUnit {
  readonly unit: ProcessUnit;
  readonly facts: readonly ExplainedFact[];
}

const ENDINGS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /\.[mc]?[jt]sx?$/i,
  python: /\.py$/i,
  go: /\.go$/i,
  java: /\.java$/i,
  dotnet: /\.cs$/i,
};

/** Lints all processes of a workspace. Throws only when it is cancelled. */
export async function lintWorkspace(surroundings: LintSurroundings): Promise<LintResult> {
  const { files, settings, signal } = surroundings;
  const facts = await readUnits(files);
  const reader = new CodeReader(surroundings);
  const found: Finding[] = [];
  const units: ExplainedUnit[] = [];
  for (const unit of facts.units) {
    signal?.throwIfAborted();
    const check = CHECKS.find(({ language }) => language === unit.language);
    if (check === undefined) continue;
    const program = await reader.program(unit, check);
    const code = { unit, program, settings };
    units.push({ unit, facts: check.explain(code) });
    if (unit.kind === 'process') found.push(...check.check(code));
  }
  const findings = await settledFindings(found, files, settings);
  return { findings, units, skipped: [...facts.skipped, ...reader.skipped] };
}

/** Reads each file once, however many processes share it. */
class CodeReader {
  private readonly known = new Map<string, SourceCode | undefined>();
  readonly skipped: SkippedFile[] = [];

  constructor(private readonly surroundings: LintSurroundings) {}

  async program(unit: ProcessUnit, check: LanguageCheck): Promise<Program> {
    const sources: SourceCode[] = [];
    if (!mayTrace(unit)) return new Program(sources);
    for (const file of unit.files) {
      if (!ENDINGS[unit.language].test(file.path) || isTest(file.relative) || isGenerated(file.relative)) continue;
      if (!this.known.has(file.path)) this.known.set(file.path, await this.read(file, check));
      const source = this.known.get(file.path);
      if (source !== undefined) sources.push(source);
    }
    return new Program(sources);
  }

  private async read(file: LintFile, check: LanguageCheck): Promise<SourceCode | undefined> {
    const { files, code, signal } = this.surroundings;
    signal?.throwIfAborted();
    const text = await files.read(file.path);
    if (text === undefined) {
      this.skipped.push({ file: file.path, why: 'cannot be read as text, or is larger than 1 MB' });
      return undefined;
    }
    if (!check.prefilter.test(text)) return undefined;
    const read = await code(file.path, text);
    if (read.skipped !== undefined) {
      this.skipped.push({ file: file.path, why: read.skipped });
      return undefined;
    }
    return new SourceCode(file, read);
  }
}
