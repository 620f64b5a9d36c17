import path from 'node:path';
import { pushTo } from '../../base/tables/pushTo';
import type { Range0 } from '../../base/positions';
import { LineTable } from '../../base/texts/lineTable';
import type { Evidence } from '../evidence';
import type { LintFile, LintFiles } from '../lintFiles';
import type { Dependency } from './processUnit';
import type { SkippedFile } from '../skippedFile';

/** A manifest or deployment file larger than this is written by a tool. */
const MAX_MANIFEST_BYTES = 2 * 1024 * 1024;

/** The lock file of a very large monorepo is some 10 MB. */
const MAX_LOCK_BYTES = 20 * 1024 * 1024;

/** A file that was read, with the means to point into it. */
export class ReadFile {
  private lines: LineTable | undefined;

  constructor(
    readonly file: LintFile,
    readonly text: string,
  ) {}

  get path(): string {
    return this.file.path;
  }

  /** Its folder, absolute. */
  get folder(): string {
    return path.dirname(this.file.path);
  }

  /** A place in it; up to the end of the line where no end is given. */
  at(start: number, end: number | undefined, text: string): Evidence {
    return { file: this.path, range: this.range(start, end ?? endOfLine(this.text, start)), text };
  }

  /** The same where offsets take time to find: they are asked for when somebody wants to know the range. */
  later(place: { readonly start: number; readonly end: number }, text: string): Evidence {
    const range = (): Range0 => this.range(place.start, place.end);
    return {
      file: this.path,
      get range() {
        return range();
      },
      text,
    };
  }

  private range(start: number, end: number): Range0 {
    this.lines ??= new LineTable(this.text);
    return this.lines.range(start, end);
  }
}

/** Where something may be put before what stands at an offset, and the white space that is before it on its line. */
export function placeBefore(file: ReadFile, offset: number): NonNullable<Dependency['before']> {
  const line = file.text.lastIndexOf('\n', offset - 1) + 1;
  const indent = /^[ \t]*/.exec(file.text.slice(line, offset))![0];
  return { range: file.at(offset, offset, '').range, indent };
}

/** The files of a workspace by folder and name, read once each. */
export class ProjectFiles {
  private readonly names = new Map<string, LintFile[]>();
  private readonly nameList: readonly string[];
  private folders: ReadonlyMap<string, readonly LintFile[]> | undefined;
  private readonly texts = new Map<string, Promise<ReadFile | undefined>>();
  readonly skipped: SkippedFile[] = [];
  /** By path. */
  readonly all: readonly LintFile[];

  constructor(private readonly source: LintFiles) {
    this.all = Array.from(source.all(), (file) => file.path)
      .sort()
      .map((file) => source.get(file)!);
    for (const file of this.all) {
      // `path.basename` goes through each character.
      const name = file.path.slice(file.path.lastIndexOf(path.sep) + 1);
      pushTo(this.names, name, file);
    }
    this.nameList = [...this.names.keys()];
  }

  /** The files of one folder. */
  inFolder(folder: string): readonly LintFile[] {
    this.folders ??= byFolder(this.all);
    return this.folders.get(folder) ?? [];
  }

  /** A listed file by its absolute path. */
  get(file: string): LintFile | undefined {
    return this.source.get(file);
  }

  /** All files of a name. */
  called(name: string): readonly LintFile[] {
    return this.names.get(name) ?? [];
  }

  /** All files whose name matches. */
  named(name: RegExp): LintFile[] {
    return this.byName((one) => name.test(one) || undefined).map(([file]) => file);
  }

  /** All files of which something is known by their names, with what that is, in the order of their paths. */
  byName<T>(judge: (name: string) => T | undefined): (readonly [LintFile, T])[] {
    const found = this.nameList.flatMap((name) => {
      const known = judge(name);
      return known === undefined ? [] : this.names.get(name)!.map((file) => [file, known] as const);
    });
    return found.sort(([a], [b]) => (a.path < b.path ? -1 : 1));
  }

  /** A file's text, or undefined with a note in {@link skipped}. */
  async read(file: LintFile, kind: 'manifest' | 'lock' = 'manifest'): Promise<ReadFile | undefined> {
    let known = this.texts.get(file.path);
    if (known === undefined) this.texts.set(file.path, (known = this.load(file, kind)));
    return known;
  }

  /** The same for a file that is looked at once: its text is not kept. */
  async look(file: LintFile): Promise<ReadFile | undefined> {
    return this.load(file, 'manifest');
  }

  /** The text of a source file, which is not kept; undefined where there is none, without a note. */
  async peek(file: LintFile): Promise<string | undefined> {
    return this.source.read(file.path);
  }

  /** The same for a path that may not be there, which is no reason for a note. */
  async readAt(file: string, kind: 'manifest' | 'lock' = 'manifest'): Promise<ReadFile | undefined> {
    const listed = this.get(file);
    return listed && this.read(listed, kind);
  }

  skip(file: string, why: string): void {
    this.note({ file, why });
  }

  /** The same for a file of which the rest was read. */
  skipPart(file: string, why: string): void {
    this.note({ file, why, isPartly: true });
  }

  private note(skipped: SkippedFile): void {
    const { file, why } = skipped;
    if (!this.skipped.some((other) => other.file === file && other.why === why)) this.skipped.push(skipped);
  }

  private async load(file: LintFile, kind: 'manifest' | 'lock'): Promise<ReadFile | undefined> {
    const limit = kind === 'lock' ? MAX_LOCK_BYTES : MAX_MANIFEST_BYTES;
    const { text, why } = await this.source.load(file.path, limit);
    if (text === undefined) this.skip(file.path, why);
    return text === undefined ? undefined : new ReadFile(file, text);
  }
}

function byFolder(files: readonly LintFile[]): Map<string, LintFile[]> {
  const folders = new Map<string, LintFile[]>();
  for (const file of files) {
    const folder = path.dirname(file.path);
    pushTo(folders, folder, file);
  }
  return folders;
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from, from + 400).search(/[\r\n]/);
  return end < 0 ? Math.min(text.length, from + 400) : from + end;
}

/** Whether `file` is `folder` or lies below it; both absolute. */
export function isUnder(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
