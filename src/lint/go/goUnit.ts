import { toLine1 } from '../../base/positions';
import type { CodeFunction } from '../../syntax/code/code';
import type { Piece } from '../../syntax/code/piece';
import type { SourceCode } from '../code/sourceCode';
import type { Evidence } from '../evidence';
import type { UnitCode } from '../rule';
import { goFileOf, type CallPlace, type GoFile } from './goFile';
import type { Callee } from './values/callee';
import { GoPackages } from './values/packages';
import { GoTypes } from './values/types';

export { calledName, type CallPlace } from './goFile';

/** A process's Go code with what all rules ask of it. */
export class GoUnit {
  readonly packages: GoPackages;
  readonly types: GoTypes;
  private readonly named = new Map<string, readonly CallPlace[]>();

  private whole: boolean | undefined;
  private beside: readonly string[] | undefined;

  /** What its files say by themselves, in their order. */
  readonly files: readonly GoFile[];

  constructor(readonly code: UnitCode) {
    this.files = code.program.sources.map(goFileOf);
    this.packages = new GoPackages(code.program, code.unit);
    this.types = new GoTypes(this.packages);
  }

  /** All functions with their files. */
  *functions(): Generator<{ readonly source: SourceCode; readonly function: CodeFunction }> {
    for (const source of this.code.program.sources)
      for (const fn of source.code.functions) yield { source, function: fn };
  }

  /** All calls whose callee ends in a name: `Do` finds `client.Do(req)`. */
  callsNamed(name: string): readonly CallPlace[] {
    let found = this.named.get(name);
    if (found === undefined) {
      found = this.files.flatMap((file) => file.callsNamed(name));
      this.named.set(name, found);
    }
    return found;
  }

  /** All calls whose callee ends in a name like this, in the order of the files. @param pattern one of few that are kept. */
  *callsLike(pattern: RegExp): Generator<CallPlace> {
    for (const file of this.files) yield* file.callsLike(pattern);
  }

  callee({ source, function: fn, call }: CallPlace): Callee {
    return this.types.callee(source, fn, call);
  }

  /** Whether an import path, or a name in it, is of the own repository, whatever module of it. */
  isOfRepository(name: string): boolean {
    const parts = this.moduleName?.split('/').slice(0, 3) ?? [];
    if (parts.length > 0 && `${name}/`.startsWith(`${parts.join('/')}/`)) return true;
    return this.inFolders.some((module) => `${name}/`.startsWith(`${module}/`) || name.startsWith(`${module}.`));
  }

  /** Modules that are taken from a folder beside the own one, whatever they are called. */
  private get inFolders(): readonly string[] {
    return (this.beside ??= [...this.code.unit.dependencies.values()]
      .filter(({ folder }) => folder !== undefined)
      .map(({ name }) => name));
  }

  /** A name; one of the own repository without what the repository is called. */
  withoutRepository(name: string): string {
    if (!this.isOfRepository(name)) return name;
    const parts = this.moduleName?.split('/').slice(0, 3) ?? [];
    return name.slice(parts.join('/').length);
  }

  /** Whether an import path, or a name in it, is of the same owner as the own module: `github.com/acme/…`. */
  isOfOwner(name: string): boolean {
    const parts = this.moduleName?.split('/').slice(0, 2) ?? [];
    return parts.length === 2 && parts[0]!.includes('.') && name.startsWith(`${parts.join('/')}/`);
  }

  /** Whether all packages of the own module that are imported are among the files, and `main` is: no cut-out. */
  get isWhole(): boolean {
    return (this.whole ??= this.seesAll());
  }

  private seesAll(): boolean {
    const module = this.moduleName;
    if (module === undefined) return false;
    const { sources } = this.code.program;
    const hasMain = sources.some(
      ({ code }) => code.namespace === 'main' && code.functions.some(({ name }) => name === 'main'),
    );
    if (!hasMain) return false;
    const imported = new Set(sources.flatMap(({ code }) => code.imports.map(({ from }) => from)));
    // Another module of the own repository is no less part of it: `replace example.com/shop => ../..`.
    const isOwn = (from: string): boolean => from.startsWith(`${module}/`) || this.isOfRepository(from);
    return [...imported].every((from) => !isOwn(from) || this.packages.byImport(from) !== undefined);
  }

  private get moduleName(): string | undefined {
    return /^go\.mod of (\S+)$/.exec(this.code.unit.manifest.text)?.[1];
  }

  /** The full name of others' function or method that is called: `net/http.Get`, `net/http.Client.Do`. */
  external(place: CallPlace): string | undefined {
    const callee = this.callee(place);
    if (callee.kind === 'external') return callee.name;
    return callee.kind === 'externalMethod' ? `${callee.type}.${callee.name}` : undefined;
  }
}

/** A piece of code as evidence. */
export function evidenceAt(source: SourceCode, piece: Piece, text: string): Evidence {
  return { file: source.path, range: source.range(piece), text };
}

/** `internal/otel.go:42`, for messages. */
export function placeOf(source: SourceCode, piece: Piece): string {
  return `${source.file.relative}:${toLine1(source.range(piece).startLine)}`;
}

/** From the start of a piece to the end of its first line: what a finding marks. */
export function firstLine(source: SourceCode, piece: Piece): Piece {
  const { text } = source.code;
  const line = text.slice(piece.start, piece.end).search(/\r?\n/);
  return line < 0 ? piece : { start: piece.start, end: piece.start + line };
}
