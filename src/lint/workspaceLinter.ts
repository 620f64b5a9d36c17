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
import type { ProjectFacts } from './project/projectFacts';
import { readUnits } from './project/readUnits';
import { provenFindings, servicesOfUnits, type Proof } from './proof/provenFindings';
import type { ExplainedFact, LanguageCheck } from './rule';
import { settledFindings } from './settledFindings';
import type { SkippedFile } from './skippedFile';

/** What lint needs from outside. */
export interface LintSurroundings {
  readonly files: LintFiles;
  /** Reads a file as statements and expressions. */
  readonly code: (path: string, text: string) => Promise<Code>;
  readonly settings: LintSettings;
  /** Traces that may confirm or refute what is found. */
  readonly proof?: () => Proof | undefined;
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

interface CheckedUnit extends ExplainedUnit {
  readonly findings: readonly Finding[];
}

type ReadSource = { readonly source: SourceCode | undefined; readonly skipped?: string };

const ENDINGS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /\.[mc]?[jt]sx?$/i,
  python: /\.py$/i,
  go: /\.go$/i,
  java: /\.java$/i,
  dotnet: /\.cs$/i,
};

/**
 * Lints the processes of a workspace, and again what a change touches: an edited source only its own processes, anything
 * else the project facts. Call {@link run} one at a time.
 */
export class WorkspaceLinter {
  private facts: ProjectFacts | undefined;
  private readonly checked = new Map<string, CheckedUnit>();
  /** Each file is read once, however many processes share it. */
  private readonly sources = new Map<string, ReadSource>();

  constructor(private readonly surroundings: LintSurroundings) {}

  /** The text of a file is another. */
  edited(file: string): void {
    if (!Object.values(ENDINGS).some((ending) => ending.test(file))) {
      this.listed();
      return;
    }
    this.sources.delete(file);
    for (const unit of this.facts?.units ?? []) {
      if (unit.files.some((own) => own.path === file)) this.checked.delete(unit.id);
    }
  }

  /** A file came or went, or a manifest changed: the processes may be others. Sources that were read stay. */
  listed(file?: string): void {
    this.facts = undefined;
    this.checked.clear();
    if (file !== undefined) this.sources.delete(file);
  }

  /** Lints what has not been yet. Throws only when it is cancelled; the next run goes on where it stopped. */
  async run(signal?: AbortSignal): Promise<LintResult> {
    const { files, settings } = this.surroundings;
    const facts = (this.facts ??= await readUnits(files));
    const units: CheckedUnit[] = [];
    for (const unit of facts.units) {
      signal?.throwIfAborted();
      const check = CHECKS.find(({ language }) => language === unit.language);
      if (check === undefined) continue;
      const known = this.checked.get(unit.id) ?? (await this.check(unit, check, signal));
      this.checked.set(unit.id, known);
      units.push(known);
    }
    const heard = this.hear(units);
    const found = heard.flatMap(({ findings }) => findings);
    const left = [...this.sources].flatMap(([file, { skipped }]) =>
      skipped === undefined ? [] : [{ file, why: skipped }],
    );
    return {
      findings: await settledFindings(found, files, settings),
      units: heard.map(({ unit, facts: known }) => ({ unit, facts: known })),
      skipped: [...facts.skipped, ...left],
    };
  }

  /** Traces are heard anew in every run: they come while the code stays. */
  private hear(checked: readonly CheckedUnit[]): readonly CheckedUnit[] {
    const proof = this.surroundings.proof?.();
    if (proof === undefined) return checked;
    const services = servicesOfUnits(
      checked.map(({ unit }) => unit),
      proof,
    );
    return checked.map(({ unit, facts, findings }) => {
      const heard = provenFindings(findings, services.get(unit.id) ?? [], proof);
      return { unit, facts: [...facts, ...heard.refuted], findings: heard.findings };
    });
  }

  private async check(unit: ProcessUnit, check: LanguageCheck, signal?: AbortSignal): Promise<CheckedUnit> {
    const program = await this.program(unit, check, signal);
    const code = { unit, program, settings: this.surroundings.settings };
    const findings = unit.kind === 'process' ? check.check(code) : [];
    return { unit, facts: check.explain(code), findings };
  }

  private async program(unit: ProcessUnit, check: LanguageCheck, signal?: AbortSignal): Promise<Program> {
    const sources: SourceCode[] = [];
    if (!mayTrace(unit)) return new Program(sources);
    for (const file of unit.files) {
      if (!ENDINGS[unit.language].test(file.path) || isTest(file.relative) || isGenerated(file.relative)) continue;
      signal?.throwIfAborted();
      const known = this.sources.get(file.path) ?? (await this.read(file, check));
      this.sources.set(file.path, known);
      if (known.source !== undefined) sources.push(known.source);
    }
    return new Program(sources);
  }

  private async read(file: LintFile, check: LanguageCheck): Promise<ReadSource> {
    const { files, code } = this.surroundings;
    const text = await files.read(file.path);
    if (text === undefined) return { source: undefined, skipped: 'cannot be read as text, or is larger than 1 MB' };
    if (!check.prefilter.test(text)) return { source: undefined };
    const read = await code(file.path, text);
    if (read.skipped !== undefined) return { source: undefined, skipped: read.skipped };
    return { source: new SourceCode(file, read) };
  }
}
