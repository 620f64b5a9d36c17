import { isGenerated, isTest } from '../base/fileRoles';
import type { Code } from '../syntax/code/code';
import { Program } from './code/program';
import { SourceCode } from './code/sourceCode';
import type { LintFile, LintFiles } from './lintFiles';
import { mayTrace } from './project/mayTrace';
import type { ProcessUnit, UnitLanguage } from './project/processUnit';
import type { LanguageCheck } from './rule';
import type { SkippedFile } from './skippedFile';

/** Reads files as statements and expressions: at once, or when something of them is asked for. */
export interface CodeReader {
  code(path: string, text: string): Promise<Code>;
  /** What it gives throws {@link GrammarNotLoaded}. */
  lazyCode(path: string, text: string): Code;
}

/** Which files of a process are read, and how. */
export type FileChoice = Pick<LanguageCheck, 'prefilter' | 'isLazy'>;

type ReadSource = { readonly source: SourceCode | undefined; readonly skipped?: string };

const ENDINGS: Readonly<Record<UnitLanguage, RegExp>> = {
  node: /\.[mc]?[jt]sx?$/i,
  python: /\.py$/i,
  go: /\.go$/i,
  java: /\.java$/i,
  dotnet: /\.cs$/i,
};

/** Whether a file is a source that lint reads, by its name. */
export function isSource(file: string): boolean {
  return Object.values(ENDINGS).some((ending) => ending.test(file));
}

/** Reads the code of processes: each file once, however many share it. Not tests, and nothing that a tool wrote. */
export class ProgramReader {
  private readonly sources = new Map<string, ReadSource>();

  constructor(
    private readonly files: LintFiles,
    private readonly code: CodeReader,
  ) {}

  /** Sources that were not read, and why. */
  get skipped(): SkippedFile[] {
    return [...this.sources].flatMap(([file, { source, skipped = source?.code.skipped }]) =>
      skipped === undefined ? [] : [{ file, why: skipped }],
    );
  }

  /** The text of a file is another, or gone. */
  forget(file: string): void {
    this.sources.delete(file);
  }

  /**
   * The files of a process that may matter to its rules; none of one that cannot trace.
   *
   * @param check tells by the text whether a file may matter.
   */
  async program(unit: ProcessUnit, check: FileChoice, signal?: AbortSignal): Promise<Program> {
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

  private async read(file: LintFile, { prefilter, isLazy }: FileChoice): Promise<ReadSource> {
    const text = await this.files.read(file.path);
    if (text === undefined) return { source: undefined, skipped: 'cannot be read as text, or is larger than 1 MB' };
    if (!prefilter.test(text)) return { source: undefined };
    const read = isLazy ? this.code.lazyCode(file.path, text) : await this.code.code(file.path, text);
    if (read.skipped !== undefined) return { source: undefined, skipped: read.skipped };
    return { source: new SourceCode(file, read) };
  }
}
