import path from 'node:path';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import {
  calledBlocks,
  foldersOf,
  isOwnModule,
  LOADED_BY_NAME,
  mayLeadToSetup,
} from '../../project/python/calledBlocks';
import { ModuleTexts, type Block } from '../../project/python/moduleTexts';
import type { PythonCode } from '../names/pythonCode';
import type { PythonProcess } from './processes';

/** What tools write where the program is built, and not into the repository: it calls nothing of the project. */
const BUILT = /(^|\.)(\w+_pb2(_grpc)?|_?version)$/;

/**
 * Of so many imports of own modules all but so small a part lead to files that are at hand only where the whole program is:
 * the rest is of code that is gone.
 */
const WHOLE = { imports: 300, missing: 0.03 };

/** An entry that leads to so many files is the one that puts the program together. */
const WIRED = 3;

/** What loads further files by names that no import has. */
const LOADS_BY_NAME = /\b(import_module|__import__|runpy|entry_points|load_module|django|exec)\b/;

/** Modules by one word that are of the program by their names, and set tracing up. */
const SETUP_MODULE = /^[a-z_]*(?<!open)(telemetry|observability|tracing|otel|instrumentation|bootstrap)[a-z_]*$/;

/** Tells which functions and classes of its files a process uses: what nothing calls is written, but never runs. */
export class CalledCode {
  private readonly modules: UnitModules;
  private readonly hasEntries: boolean;
  private readonly isWired: boolean;
  private readonly perProcess = new Map<PythonProcess, ProcessCalls>();

  /**
   * @param files the paths of all files of the unit, those too that are not read.
   * @param entries the files that the programs of the unit begin with.
   */
  constructor(
    private readonly code: PythonCode,
    files: readonly string[],
    entries: readonly SourceCode[],
  ) {
    this.modules = new UnitModules(code.program.sources, files);
    this.hasEntries = entries.length > 0;
    this.isWired = entries.some((entry) => code.modules.importsOf(entry).length >= WIRED);
  }

  /** Whether a set-up of tracing runs in a process, or may. Where files are not at hand that may call it, it may. */
  mayRunSetup(process: PythonProcess, source: SourceCode, piece: Piece): boolean {
    if (LOADED_BY_NAME.test(source.path)) return true;
    const calls = this.callsOf(process);
    const isOwn = process.own.has(source);
    if (!isOwn || process.entry === undefined) {
      const isAtHand = this.isWired || (process.entry !== undefined && this.isWhole(process));
      if (!isAtHand || calls.mayLeadOutOfSight) return true;
      if (process.entry !== undefined && !this.isImported(process, source)) return false;
    } else if (calls.leadsOutOfSight) return true;
    return calls.isCalled(source, piece);
  }

  /** Whether all is at hand that a program's own files load: by imports of which none may be of the set-up and is missing. */
  private isWhole({ own }: PythonProcess): boolean {
    return [...own].every(
      (source) =>
        !source.has(LOADS_BY_NAME) &&
        source.code.imports.every(({ from }) => !SETUP_MODULE.test(from) || this.code.modules.find(source, from)),
    );
  }

  private isImported({ callers }: PythonProcess, source: SourceCode): boolean {
    return [...callers].some((other) => this.code.modules.importsOf(other).includes(source));
  }

  /**
   * Whether a process is shown to use nothing of the function or class that a piece of a file stands in. Where no entry leads
   * to a file, its functions may be called from outside, but nobody makes classes there.
   */
  isUnused(process: PythonProcess, source: SourceCode, piece: Piece): boolean {
    if (process.entry === source || !this.hasEntries) return false;
    const mayBeLoaded = process.entry === undefined || LOADED_BY_NAME.test(source.path);
    if (mayBeLoaded && !this.isInClass(source, piece)) return false;
    const calls = this.callsOf(process);
    return !calls.leadsOutOfSight && !calls.isCalled(source, piece);
  }

  private isInClass({ path: file }: SourceCode, { start }: Piece): boolean {
    return this.modules.texts.blocksOf(file).some((one) => one.isClass && one.start <= start && start < one.end);
  }

  private callsOf(process: PythonProcess): ProcessCalls {
    let found = this.perProcess.get(process);
    if (found === undefined) {
      found = new ProcessCalls(this.modules, process);
      this.perProcess.set(process, found);
    }
    return found;
  }
}

/** The modules of a unit: texts of those that are read, and which others there are. */
class UnitModules {
  readonly texts: ModuleTexts;
  /** The names of all folders. */
  readonly folders: ReadonlySet<string>;
  /** Modules and packages with the folders around them, by their names. */
  private readonly byName = new Map<string, Set<string>>();

  constructor(sources: readonly SourceCode[], files: readonly string[]) {
    this.texts = new ModuleTexts(new Map(sources.map(({ path: file, code: { text } }) => [file, text])));
    this.folders = foldersOf(files);
    for (const file of files) {
      for (let module = file.replace(/\.py$/, ''); ; module = path.dirname(module)) {
        const name = path.basename(module);
        const known = this.byName.get(name);
        if (known?.has(module) === true || name === '') break;
        if (known) known.add(module);
        else this.byName.set(name, new Set([module]));
      }
    }
  }

  /** Whether a module that a file imports is among the files of the unit. */
  isAtHand(file: string, module: string): boolean {
    const dots = /^\.*/.exec(module)![0].length;
    const parts = module.slice(dots).split('.').filter(Boolean);
    const candidates = this.byName.get(parts.at(-1) ?? '');
    if (parts.length === 0) return true;
    if (dots > 0) {
      const folder = path.resolve(path.dirname(file), ...Array.from({ length: dots - 1 }, () => '..'));
      return candidates?.has(path.join(folder, ...parts)) === true;
    }
    const tail = path.sep + path.join(...parts);
    return [...(candidates ?? [])].some((one) => one.endsWith(tail));
  }
}

/** What the files of one process call. */
class ProcessCalls {
  private readonly files: ReadonlySet<string>;
  private readonly called = new Map<string, ReadonlySet<Block>>();
  private outOfSight: readonly string[] | undefined;

  constructor(
    private readonly shared: UnitModules,
    private readonly process: PythonProcess,
  ) {
    this.files = new Set([...process.callers].map((source) => source.path));
  }

  isCalled({ path: file }: SourceCode, { start }: Piece): boolean {
    const block = this.shared.texts.blocksOf(file).find((one) => one.start <= start && start < one.end);
    if (block === undefined) return true;
    let called = this.called.get(file);
    if (called === undefined) {
      called = calledBlocks(this.shared.texts, file, (one) => this.files.has(one));
      this.called.set(file, called);
    }
    return called.has(block);
  }

  /** Own modules are imported that are not at hand. */
  get leadsOutOfSight(): boolean {
    return this.modulesOutOfSight.length > 0;
  }

  /** Own modules are imported that are not at hand and through which a program may come to its set-up. */
  get mayLeadOutOfSight(): boolean {
    return this.modulesOutOfSight.some((module) => mayLeadToSetup(module, this.shared.folders));
  }

  private get modulesOutOfSight(): readonly string[] {
    const { folders } = this.shared;
    if (this.outOfSight !== undefined) return this.outOfSight;
    const own = this.process.setup.flatMap(({ path: file, code: { imports } }) =>
      imports.flatMap(({ from }) => (BUILT.test(from) || !isOwnModule(from, folders) ? [] : [{ file, from }])),
    );
    const missing = own.filter(({ file, from }) => !this.shared.isAtHand(file, from));
    const isWhole = own.length >= WHOLE.imports && missing.length <= own.length * WHOLE.missing;
    return (this.outOfSight = isWhole ? [] : missing.map(({ from }) => from));
  }
}
