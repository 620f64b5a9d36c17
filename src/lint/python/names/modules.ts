import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import type { CodeImport } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';

/** Finds the files that Python's imports mean, as far as they were read. */
export class PythonModules {
  /** By the last part of the module's name. */
  private readonly byLastPart = new Map<string, { source: SourceCode; parts: readonly string[] }[]>();
  private readonly known = new Map<SourceCode, readonly SourceCode[]>();

  /** Folders of projects, whose packages are imported by one word from anywhere. */
  private readonly roots: ReadonlySet<string>;

  constructor(sources: readonly SourceCode[], roots: readonly string[] = []) {
    this.roots = new Set(roots.map((root) => modulePath(path.join(root, '__init__.py')).join('/')));
    for (const source of sources) {
      const parts = modulePath(source.path);
      const last = parts.at(-1);
      if (last === undefined) continue;
      pushTo(this.byLastPart, last, { source, parts });
    }
  }

  /** The file of a module as an import names it: `shop.tracing`, `..tracing`, `.`. */
  find(from: SourceCode, module: string): SourceCode | undefined {
    const dots = /^\.*/.exec(module)![0].length;
    const names = module.slice(dots).split('.').filter(Boolean);
    if (dots > 0) return this.relative(from, dots, names);
    const candidates = (this.byLastPart.get(names.at(-1) ?? '') ?? []).filter(
      ({ source, parts }) => source !== from && endsWith(parts, names) && this.isInReach(from, parts, names),
    );
    return candidates.sort((a, b) => shared(b.source.path, from.path) - shared(a.source.path, from.path))[0]?.source;
  }

  /** The files a file imports, its packages' `__init__` included. */
  importsOf(source: SourceCode): readonly SourceCode[] {
    let found = this.known.get(source);
    if (found === undefined) this.known.set(source, (found = [...this.read(source)]));
    return found;
  }

  /** The files that some files lead to by imports, with themselves. */
  reach(starts: readonly SourceCode[]): ReadonlySet<SourceCode> {
    const reached = new Set(starts);
    for (const at of reached) for (const next of this.importsOf(at)) reached.add(next);
    return reached;
  }

  /** The files that one import means. */
  targetsOf(source: SourceCode, { from, names }: CodeImport): readonly SourceCode[] {
    const separator = from.endsWith('.') ? '' : '.';
    const modules = Object.values(names).flatMap((name) => (name === '*' ? [] : [`${from}${separator}${name}`]));
    const found = [from, ...modules].flatMap((module) => this.find(source, module) ?? []);
    return found.filter((one) => one !== source);
  }

  private read(source: SourceCode): Set<SourceCode> {
    return new Set(source.code.imports.flatMap((one) => this.targetsOf(source, one)));
  }

  private relative(from: SourceCode, dots: number, names: readonly string[]): SourceCode | undefined {
    let folder = path.dirname(from.path);
    for (let i = 1; i < dots; i++) folder = path.dirname(folder);
    const target = [...modulePath(path.join(folder, '__init__.py')), ...names];
    const last = target.at(-1) ?? '';
    return this.byLastPart.get(last)?.find(({ parts }) => parts.length === target.length && endsWith(parts, target))
      ?.source;
  }

  /** A module of one word lies where the importing file or a folder above it lies, or in a project that is used; else it is somebody else's package. */
  private isInReach(from: SourceCode, parts: readonly string[], names: readonly string[]): boolean {
    if (names.length > 1) return true;
    const root = parts.slice(0, parts.length - names.length);
    const own = modulePath(from.path);
    if (this.roots.has(root.join('/'))) return true;
    return (
      root.every((part, i) => own[i] === part) || /^(src|lib|packages?|libs|_?shared|commons?)$/.test(root.at(-1) ?? '')
    );
  }
}

function modulePath(file: string): readonly string[] {
  const parts = file.split(/[\\/]/).filter(Boolean);
  const last = parts.pop() ?? '';
  return last === '__init__.py' ? parts : [...parts, last.replace(/\.py$/, '')];
}

function endsWith(parts: readonly string[], tail: readonly string[]): boolean {
  if (tail.length === 0 || parts.length < tail.length) return false;
  return tail.every((part, i) => parts[parts.length - tail.length + i] === part);
}

function shared(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}
