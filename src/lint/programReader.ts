import { isGenerated, isTest } from '../base/fileRoles';
import { Turns } from '../base/turns';
import type { Code } from '../syntax/code/code';
import { Program } from './code/program';
import { SameFiles } from './code/sameFiles';
import { SourceCode } from './code/sourceCode';
import { IGNORE_MARK } from './ignoring/ignoreComments';
import type { LintFile, LintFiles } from './lintFiles';
import { codeMayTrace, mayTrace } from './project/mayTrace';
import type { ProcessUnit, UnitLanguage } from './project/processUnit';
import type { LanguageCheck, MaybeMentions, TextFilter } from './rule';
import type { SkippedFile } from './skippedFile';
import type { SourceNotes } from './keptChecks';
import { withGrammars } from './withGrammars';

/** Reads files as statements and expressions, when something of them is asked for. */
export interface CodeReader {
  /**
   * What it gives throws {@link GrammarNotLoaded}.
   *
   * @param isEdited the file was edited, and may be again.
   */
  lazyCode(path: string, text: string, isEdited: boolean): Code;
}

/** Which files of a process are read, and how. */
export type FileChoice = Pick<LanguageCheck, 'prefilter' | 'isLazy'>;

type ReadSource = { readonly source: SourceCode | undefined; readonly skipped?: string; readonly isMarked?: true };

const ENDINGS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /\.[mc]?[jt]sx?$/i,
  python: /\.py$/i,
  go: /\.go$/i,
  java: /\.(java|kt)$/i,
  dotnet: /\.cs$/i,
};

/** Whether a file is a source that lint reads, by its name. */
export function isSource(file: string): boolean {
  return Object.values(ENDINGS).some((ending) => ending.test(file));
}

const NOT_READ: ReadSource = { source: undefined };
const GENERATED: ReadSource = { source: undefined, skipped: 'generated, by its name' };

/** Declarations hold nothing that runs, so that nobody misses them. */
const DECLARATIONS = /\.d\.[mc]?ts$/i;

/** What a file is by its name alone: undefined if it may matter. */
function leftAside(language: UnitLanguage, { path, relative }: LintFile): ReadSource | undefined {
  if (!ENDINGS[language].test(path) || isTest(relative)) return NOT_READ;
  if (!isGenerated(relative)) return undefined;
  return DECLARATIONS.test(path) ? NOT_READ : GENERATED;
}

/** Whether the text of a file may matter to a process in a language, by the file's name. */
export function mayBeRead(language: UnitLanguage, file: LintFile): boolean {
  return leftAside(language, file) === undefined;
}

/** Reads the code of processes: each file once, however many share it. Not tests, and nothing that a tool wrote. */
export class ProgramReader {
  private readonly sources = new Map<string, ReadSource>();
  private readonly edited = new Set<string>();
  private forgotten = 0;
  private readonly sameFiles = new SameFiles();
  /** Of sources that an earlier run read. */
  private readonly recalled = new Map<string, SkippedFile>();
  private readonly recalledMarks = new Set<string>();
  private readonly turns = new Turns();

  constructor(
    private readonly files: LintFiles,
    private readonly code: CodeReader,
  ) {}

  /** Sources that were not read, and why. */
  get skipped(): SkippedFile[] {
    const here = this.skippedHere;
    const files = new Set(here.map(({ file }) => file));
    return [...here, ...[...this.recalled.values()].filter(({ file }) => !files.has(file))];
  }

  /** Whether a parser gave up or failed, which it may not do the next time. */
  get hasFailed(): boolean {
    return [...this.sources.values()].some(
      ({ source }) => source?.isParsed === true && source.code.skipped !== undefined,
    );
  }

  private get skippedHere(): SkippedFile[] {
    return [...this.sources].flatMap(([file, { source, skipped = source?.code.skipped }]): SkippedFile[] => {
      if (skipped !== undefined) return [{ file, why: skipped }];
      // Asking what was not parsed would parse it.
      const isBroken = source?.isParsed === true && source.code.hasErrors;
      return isBroken ? [{ file, why: 'the parser does not know all of its syntax', isPartly: true }] : [];
    });
  }

  /** Sources with comments that silence rules. */
  get marked(): string[] {
    const here = [...this.sources].flatMap(([file, { isMarked }]) => (isMarked === true ? [file] : []));
    return this.recalledMarks.size === 0 ? here : [...new Set([...here, ...this.recalledMarks])];
  }

  /** Takes what an earlier run had to say of sources that it need not read again. */
  recall({ marked, skipped }: SourceNotes): void {
    for (const file of marked) this.recalledMarks.add(file);
    for (const one of skipped) this.recalled.set(one.file, one);
  }

  /** The text of a file is another, or gone. */
  forget(file: string): void {
    this.sources.delete(file);
    this.sameFiles.clear();
    this.edited.add(file);
    this.forgotten++;
  }

  /**
   * The files of a process that may matter to its rules; none of one that cannot trace.
   *
   * @param check tells by the text whether a file may matter.
   */
  async program(unit: ProcessUnit, check: FileChoice, signal?: AbortSignal): Promise<Program> {
    const traces = mayTrace(unit);
    if (traces === 'no') return new Program([]);
    const sources: SourceCode[] = [];
    for (const file of unit.files) {
      let known = this.sources.get(file.path);
      if (known === undefined) {
        signal?.throwIfAborted();
        const before = this.forgotten;
        known = leftAside(unit.language, file) ?? (await this.read(file, check.prefilter));
        // A text that changed while it was read is read again by the next who asks.
        if (before === this.forgotten) this.sources.set(file.path, known);
      }
      if (known.source !== undefined) sources.push(known.source);
    }
    if (check.isLazy === true) return new Program(sources, this.sameFiles.of(sources));
    if (traces === 'by-code' && !sources.some(({ code }) => codeMayTrace(unit.language, code.text)))
      return new Program([]);
    for (const source of sources) {
      signal?.throwIfAborted();
      if (!source.isParsed) await this.parse(source);
    }
    return new Program(sources.filter(({ code }) => code.skipped === undefined));
  }

  private async parse({ code }: SourceCode): Promise<void> {
    if (this.turns.isOver) await this.turns.next();
    await withGrammars(() => code.functions);
  }

  private async read(file: LintFile, prefilter: TextFilter): Promise<ReadSource> {
    let byBytes: 'yes' | 'no' | MaybeMentions | undefined;
    const loaded = await (prefilter.inBytes === undefined
      ? this.files.load(file.path)
      : this.files.loadIf(file.path, (bytes) => (byBytes = prefilter.inBytes?.(bytes)) !== 'no'));
    if (loaded === undefined || byBytes === 'no') return NOT_READ;
    const { text, why } = loaded;
    if (text === undefined) return { source: undefined, skipped: why };
    const mark = text.includes(IGNORE_MARK) ? ({ isMarked: true } as const) : {};
    if (!prefilter.test(text, byBytes)) return { source: undefined, ...mark };
    const read = this.code.lazyCode(file.path, text, this.edited.has(file.path));
    if (read.skipped !== undefined) return { source: undefined, skipped: read.skipped };
    return { source: new SourceCode(file, read), ...mark };
  }
}
