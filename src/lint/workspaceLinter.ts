import { describeError } from '../base/errors';
import { nullLogger, type Logger } from '../base/logger';
import type { Finding } from '../model/finding';
import type { Code } from '../syntax/code/code';
import { besideOthers } from './environmentPropagators';
import { CHECKS } from './checks';
import type { IgnoreNote } from './ignoring/ignoreNotes';
import type { KeptChecks } from './keptChecks';
import type { LintFiles } from './lintFiles';
import { settingsFor, type LintSettings } from './lintSettings';
import type { ProcessUnit } from './project/processUnit';
import type { ProjectFacts } from './project/projectFacts';
import { readUnits } from './project/readUnits';
import { isSource, ProgramReader, type CodeReader } from './programReader';
import { provenFindings, servicesOfUnits, type Proof } from './proof/provenFindings';
import type { Refutations } from './proof/refutations';
import type { ExplainedFact, LanguageCheck } from './rule';
import { settledFindings, unheardRules } from './settledFindings';
import type { SkippedFile } from './skippedFile';
import { withGrammars } from './withGrammars';

/** What lint needs from outside. */
export interface LintSurroundings {
  readonly files: LintFiles;
  readonly code: CodeReader;
  readonly settings: LintSettings;
  /** Traces that may confirm or refute what is found. */
  readonly proof?: () => Proof | undefined;
  /** What traces refuted before, and where it is remembered what they refute now. */
  readonly refutations?: Refutations;
  /** Told where the rules stopped in a process. */
  readonly logger?: Logger;
  /** Nobody asks what is known of the processes, which is work of its own. */
  readonly withoutFacts?: boolean;
  /** What an earlier run found, which knows no facts. */
  readonly kept?: KeptChecks;
}

export interface LintResult {
  /** Without those that settings or comments silence; by file and place. */
  readonly findings: readonly Finding[];
  /** About comments that silence rules, by file and place. */
  readonly notes: readonly IgnoreNote[];
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

interface CheckedWorkspace {
  readonly units: readonly CheckedUnit[];
  /** Manifests that were not read. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * Lints the processes of a workspace, and again what a change touches: an edited source only its own processes, anything
 * else the project facts. Call {@link run} one at a time.
 */
export class WorkspaceLinter {
  private facts: ProjectFacts | undefined;
  private readonly checked = new Map<string, CheckedUnit>();
  /** How often something changed: what was worked out meanwhile may be old, and is not kept. */
  private changes = 0;
  private hasFaults = false;
  private readonly reader: ProgramReader;

  constructor(private readonly surroundings: LintSurroundings) {
    this.reader = new ProgramReader(surroundings.files, surroundings.code);
  }

  /** The text of a file is another. */
  edited(file: string): void {
    if (!isSource(file)) {
      this.listed();
      return;
    }
    this.changes++;
    this.reader.forget(file);
    for (const unit of this.facts?.units ?? []) {
      if (unit.files.some((own) => own.path === file)) this.checked.delete(unit.id);
    }
  }

  /** A file came or went, or a manifest changed: the processes may be others. Sources that were read stay. */
  listed(file?: string): void {
    this.changes++;
    this.facts = undefined;
    this.checked.clear();
    if (file !== undefined) this.reader.forget(file);
  }

  /** Lints what has not been yet. Throws only when it is cancelled; the next run goes on where it stopped. */
  async run(signal?: AbortSignal): Promise<LintResult> {
    const { files, settings } = this.surroundings;
    const { units, skipped } = await this.checkedUnits(signal);
    this.keep(units);
    const heard = await this.hear(units);
    const found = besideOthers(
      heard.flatMap(({ findings }) => findings),
      units.map(({ unit }) => unit),
    );
    const takenBack = units.flatMap(({ findings }, i) => (findings === heard[i]!.findings ? [] : findings));
    const marked = this.reader.marked;
    return {
      ...(await settledFindings(found, { files, settings, marked, takenBack })),
      units: heard.map(({ unit, facts }) => ({ unit, facts })),
      skipped: [...skipped, ...this.reader.skipped],
    };
  }

  /** What the code alone gives now, without a word of traces and without remembering any: to try edits out. */
  async tryOut(signal?: AbortSignal): Promise<readonly Finding[]> {
    const { files, settings } = this.surroundings;
    const found = (await this.checkedUnits(signal)).units.flatMap(({ findings }) => findings);
    return (await settledFindings(found, { files, settings, marked: [], takenBack: [] })).findings;
  }

  /** A text as the rules see it. */
  async codeOf(file: string, text: string): Promise<Code> {
    const code = this.surroundings.code.lazyCode(file, text, false);
    await withGrammars(() => code.functions);
    return code;
  }

  private keep(units: readonly CheckedUnit[]): void {
    const { kept } = this.surroundings;
    if (kept === undefined || this.hasFaults || this.reader.hasFailed) return;
    const { marked, skipped } = this.reader;
    kept.keep({ units, marked, skipped });
  }

  private async checkedUnits(signal: AbortSignal | undefined): Promise<CheckedWorkspace> {
    const facts = await this.known();
    const units: CheckedUnit[] = [];
    for (const unit of facts.units) {
      signal?.throwIfAborted();
      const check = CHECKS.find(({ language }) => language === unit.language);
      if (check === undefined) continue;
      const before = this.changes;
      const known = this.checked.get(unit.id) ?? (await this.check(unit, check, signal));
      if (before === this.changes && facts === this.facts) this.checked.set(unit.id, known);
      units.push(known);
    }
    return { units, skipped: facts.skipped };
  }

  private async known(): Promise<ProjectFacts> {
    if (this.facts !== undefined) return this.facts;
    const before = this.changes;
    const read = await readUnits(this.surroundings.files);
    if (before === this.changes) this.facts = read;
    return read;
  }

  /** Traces are heard anew in every run: they come while the code stays. */
  private async hear(checked: readonly CheckedUnit[]): Promise<readonly CheckedUnit[]> {
    const { files, refutations, proof: atHand } = this.surroundings;
    const proof = atHand?.();
    if (proof === undefined && refutations === undefined) return checked;
    const units = checked.map(({ unit }) => unit);
    const own = proof === undefined ? undefined : servicesOfUnits(units, proof);
    const lines = new Map<string, readonly string[]>();
    for (const { file } of checked.flatMap(({ findings }) => findings))
      if (!lines.has(file)) lines.set(file, (await files.read(file))?.split(/\r\n|\n|\r/) ?? []);
    const codeOf = ({ file, range }: Finding): string => lines.get(file)?.[range.startLine] ?? '';
    return checked.map(({ unit, facts, findings }) => {
      const hearing = { own: own?.get(unit.id) ?? [], services: proof?.services ?? [], refutations, codeOf };
      const heard = provenFindings(findings, hearing);
      return { unit, facts: [...facts, ...heard.refuted], findings: heard.findings };
    });
  }

  /** One process whose code the rules cannot bear must not cost the others their findings. */
  private async check(unit: ProcessUnit, check: LanguageCheck, signal?: AbortSignal): Promise<CheckedUnit> {
    const kept = this.surroundings.kept?.check(unit);
    if (kept !== undefined) {
      this.reader.recall(kept);
      return { unit, facts: [], findings: kept.findings };
    }
    try {
      return await this.judge(unit, check, signal);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.hasFaults = true;
      const why = describeError(error);
      const { logger = nullLogger } = this.surroundings;
      logger.error(
        `The process of ${unit.manifest.file} was not linted, by a fault of Spanlight's (${why}). Please report it.`,
      );
      return {
        unit,
        facts: [{ topic: 'skipped', text: `the rules stopped here: ${why}`, evidence: [] }],
        findings: [],
      };
    }
  }

  private async judge(unit: ProcessUnit, check: LanguageCheck, signal?: AbortSignal): Promise<CheckedUnit> {
    const program = await this.reader.program(unit, check, signal);
    const settings = settingsFor(unit.language, this.surroundings.settings);
    const unheard = unheardRules(settings);
    return withGrammars(() => {
      const open = check.open({ unit, program, settings, unheard });
      const facts = this.surroundings.withoutFacts === true ? [] : open.facts();
      const mayWarn = unit.kind === 'process' && unit.unread === undefined;
      return { unit, facts, findings: mayWarn ? open.findings() : [] };
    });
  }
}
