import path from 'node:path';
import { Program } from '../../code/program';
import type { Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import type { Verdict } from '../../evidence';
import type { LintSettings } from '../../lintSettings';
import type { ProcessUnit } from '../../project/processUnit';
import type { UnitCode } from '../../rule';
import { tracingOf } from './coverage';
import { CalledCode } from './calledCode';
import { deployedAddresses } from '../flow/deployedAddresses';
import { isOthersHost } from '../flow/ownNames';
import { opensRequestSpan } from '../flow/spans';
import { runsCelery } from './celeryWorkers';
import { isServiceCode, PythonProcesses } from './processes';
import { lastPart, PythonCode, type Site } from '../names/pythonCode';
import { setupOf, type Setup } from './setup';

/** A process with what is known of its tracing. */
export interface TracedProcess {
  readonly unit: ProcessUnit;
  readonly settings: LintSettings;
  readonly entry: SourceCode | undefined;
  readonly setup: Setup;
  readonly tracing: Verdict;
  /** Its instrumentations are chosen one by one, or by an agent: what is not among them was left out. */
  readonly isListed: boolean;
  /** It runs the activities of a workflow engine. */
  readonly isWorker: boolean;
  /** Its own files set tracing up, or an agent does: not only some file beside it that may belong to another process. */
  readonly tracesItself: boolean;
}

/** The code of a unit with its processes, as all rules look at it. */
export class TracedCode {
  readonly code: PythonCode;
  readonly unit: ProcessUnit;
  readonly settings: LintSettings;
  /** Rules whose findings nobody hears: see {@link UnitCode}. */
  readonly unheard: UnitCode['unheard'];
  /** The files of the service, without what lies beside it. */
  readonly sources: readonly SourceCode[];
  private readonly processes: PythonProcesses;
  private readonly called: CalledCode;
  private readonly known = new Map<unknown, TracedProcess>();
  private readonly tracedFrom = new Map<SourceCode, boolean>();
  private opens: boolean | undefined;

  constructor({ unit, program, settings, unheard }: UnitCode) {
    this.unit = unit;
    this.unheard = unheard;
    this.settings = settings;
    this.sources = program.sources.filter((source) => isServiceCode(source, unit.root) && !isGenerated(source));
    const others = unit.uses.map((id) => path.dirname(id));
    const addresses = deployedAddresses(unit.deployment.environment, isOthersHost);
    this.code = new PythonCode(new Program(this.sources), others, addresses);
    this.processes = new PythonProcesses(this.code, unit.root, others);
    const files = unit.files.map((file) => file.path);
    this.called = new CalledCode(this.code, files, this.processes.entries);
  }

  /** Whether anything in the unit is shown to export traces; where not, nothing needs to be looked at. */
  get mayExport(): boolean {
    return this.all().some(({ tracing }) => tracing.is === 'yes');
  }

  /** Whether code opens a span for each request itself, so that what requests lead to is within that. */
  get opensRequestSpans(): boolean {
    this.opens ??= this.sources.some((source) =>
      source.code.functions.some((fn) => opensRequestSpan({ source, function: fn })),
    );
    return this.opens;
  }

  /**
   * Whether the process of a call sets tracing up in files of its own. Where nothing says where it begins, as with functions
   * of a cloud, the file of the call does if what it imports does.
   */
  tracesItself(process: TracedProcess, { source }: Pick<Site, 'source'>): boolean {
    return process.tracesItself || (process.entry === undefined && this.isTracedFrom(source));
  }

  /** All processes of the unit. */
  all(): readonly TracedProcess[] {
    return this.processes.all().map((process) => this.traced(process));
  }

  /** Whether Celery's workers are started from files here that set no tracing up: there is no trace to go on with. */
  get hasUntracedWorkers(): boolean {
    const workers = this.all().filter(({ entry }) => entry !== undefined && runsCelery(entry, this.code));
    return workers.length > 0 && workers.every(({ tracing }) => tracing.is !== 'yes');
  }

  /** Whether a process that begins with loading a file exports traces. */
  isTracedFrom(source: SourceCode): boolean {
    let found = this.tracedFrom.get(source);
    if (found === undefined) {
      found = this.traced(this.processes.startingAt(source)).tracing.is === 'yes';
      this.tracedFrom.set(source, found);
    }
    return found;
  }

  /** The processes a file runs in. */
  processesOf(source: SourceCode): readonly TracedProcess[] {
    return this.processes.of(source).map((process) => this.traced(process));
  }

  /**
   * The processes a call is made in: those of its file that use the function or class it stands in, but an activity of a
   * workflow engine runs only where a worker is started.
   */
  processesAt({ source, function: fn }: Pick<Site, 'source' | 'function'>): readonly TracedProcess[] {
    const all = this.processes
      .of(source)
      .filter((process) => fn.id === 0 || !this.called.isUnused(process, source, fn))
      .map((process) => this.traced(process));
    const isActivity = [fn, ...source.around(fn)].some((one) => one.annotations.some(isActivityMark));
    return isActivity ? all.filter(({ isWorker, tracesItself }) => isWorker && tracesItself) : all;
  }

  private traced(process: ReturnType<PythonProcesses['of']>[number]): TracedProcess {
    let found = this.known.get(process);
    if (found === undefined) {
      const { unit, settings } = this;
      const mayRun = (source: SourceCode, piece: Piece): boolean => this.called.mayRunSetup(process, source, piece);
      const setup = setupOf(this.code, process.setup, mayRun);
      const tracing = tracingOf({ unit, setup, settings });
      const isListed = setup.chooses || unit.deployment.agents.length > 0;
      const isWorker = [...process.own].some((source) => startsWorker(this.code, source));
      const alone = process.entry !== undefined || !this.processes.hasEntries;
      const own = alone ? setupOf(this.code, [...process.own], mayRun) : undefined;
      const tracesItself = own !== undefined && tracingOf({ unit, setup: own, settings }).is === 'yes';
      found = { unit, settings, entry: process.entry, setup, tracing, isListed, isWorker, tracesItself };
      this.known.set(process, found);
    }
    return found;
  }
}

/** `@activity.defn` of Temporal. */
function isActivityMark(annotation: Expression): boolean {
  const callee = annotation.kind === 'call' ? annotation.callee : annotation;
  return callee.kind === 'member' && callee.name === 'defn' && lastPart(callee.object) === 'activity';
}

function startsWorker(code: PythonCode, source: SourceCode): boolean {
  if (!source.has(/temporalio/) || !source.has(/\bWorker\s*\(/)) return false;
  return code.sitesIn(source).some(({ name }) => /^temporalio\.worker\.(_worker\.)?Worker$/.test(name));
}

/** Where a file's own statements begin, behind the comments at its head. */
const FIRST_STATEMENT = /^(from|import|def|class|async|@|[A-Za-z_]\w*\s*[=(])/m;

/** Clients that tools write: nobody mends them by hand. They say so at their head. */
function isGenerated({ code: { text } }: SourceCode): boolean {
  const head = text.slice(0, 400);
  return /auto-?generated|generated by|@generated|Code generated|OpenAPI Generator|swagger-codegen/i.test(
    head.slice(0, FIRST_STATEMENT.exec(head)?.index),
  );
}
