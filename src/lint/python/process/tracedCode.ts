import path from 'node:path';
import { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Verdict } from '../../evidence';
import type { LintSettings } from '../../lintSettings';
import type { ProcessUnit } from '../../project/processUnit';
import type { UnitCode } from '../../rule';
import { tracingOf } from './coverage';
import { isServiceCode, PythonProcesses } from './processes';
import { PythonCode } from '../names/pythonCode';
import { setupOf, type Setup } from './setup';

/** A process with what is known of its tracing. */
export interface TracedProcess {
  readonly unit: ProcessUnit;
  readonly settings: LintSettings;
  readonly entry: SourceCode | undefined;
  readonly setup: Setup;
  readonly tracing: Verdict;
  /** How many agents and starters instrument it from outside. */
  readonly agents: number;
}

/** The code of a unit with its processes, as all rules look at it. */
export class TracedCode {
  readonly code: PythonCode;
  readonly unit: ProcessUnit;
  readonly settings: LintSettings;
  /** The files of the service, without what lies beside it. */
  readonly sources: readonly SourceCode[];
  private readonly processes: PythonProcesses;
  private readonly known = new Map<unknown, TracedProcess>();

  constructor({ unit, program, settings }: UnitCode) {
    this.unit = unit;
    this.settings = settings;
    this.sources = program.sources.filter((source) => isServiceCode(source, unit.root));
    this.code = new PythonCode(new Program(this.sources));
    this.processes = new PythonProcesses(
      this.code,
      unit.root,
      unit.uses.map((id) => path.dirname(id)),
    );
  }

  /** Whether anything in the unit is shown to export traces; where not, nothing needs to be looked at. */
  get mayExport(): boolean {
    return this.all().some(({ tracing }) => tracing.is === 'yes');
  }

  /** All processes of the unit. */
  all(): readonly TracedProcess[] {
    return this.processes.all().map((process) => this.traced(process));
  }

  /** The processes a file runs in. */
  processesOf(source: SourceCode): readonly TracedProcess[] {
    return this.processes.of(source).map((process) => this.traced(process));
  }

  private traced(process: ReturnType<PythonProcesses['of']>[number]): TracedProcess {
    let found = this.known.get(process);
    if (found === undefined) {
      const { unit, settings } = this;
      const setup = setupOf(this.code, process.setup);
      const tracing = tracingOf({ unit, setup, settings });
      const agents = unit.deployment.agents.length;
      this.known.set(process, (found = { unit, settings, entry: process.entry, setup, tracing, agents }));
    }
    return found;
  }
}
