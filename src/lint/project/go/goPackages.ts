import path from 'node:path';
import type { LintFile } from '../../lintFiles';
import type { ProjectFiles } from '../projectFiles';
import type { GoModule } from './goMod';
import type { ModuleFolders } from './moduleFolders';

/** A folder of Go files that belong together. */
export interface GoPackage {
  /** Absolute. */
  readonly folder: string;
  readonly files: LintFile[];
  /** Import paths that its files name. */
  readonly imports: Set<string>;
  /** Where `func main` of a `package main` is. */
  main: LintFile | undefined;
  /** Functions that `main` calls and that none of its files declares: a cut-out has only some of them. */
  readonly missing: Set<string>;
}

/** The packages of a workspace's modules by folder. Test files and files that the build leaves out are not in them. */
export async function readGoPackages(
  files: ProjectFiles,
  modules: ModuleFolders,
): Promise<ReadonlyMap<string, GoPackage>> {
  const packages = new Map<string, OpenPackage>();
  for (const file of files.all) {
    if (!file.path.endsWith('.go') || file.path.endsWith('_test.go') || /(^|\/)vendor\//.test(file.relative)) continue;
    const folder = path.dirname(file.path);
    if (modules.of(folder) === undefined) continue;
    const text = await files.peek(file);
    if (text === undefined || /^\/\/\s*(go:build|\+build)\s+ignore\s*$/m.test(text.slice(0, 2_000))) continue;
    let found = packages.get(folder);
    if (found === undefined) packages.set(folder, (found = emptyPackage(folder)));
    found.files.push(file);
    for (const name of importsOf(text)) found.imports.add(name);
    if (!/^package\s+main\b/m.test(text)) continue;
    for (const [, name] of text.matchAll(/^func\s+(\w+)\s*[([]/gm)) declare(found, name!);
    if (!/^func\s+main\s*\(/m.test(text)) continue;
    found.main ??= file;
    const body = /^func\s+main\s*\(\s*\)\s*\{[^]*?^\}/m.exec(text)?.[0] ?? '';
    for (const name of calledIn(body)) if (!found.declared.has(name)) found.missing.add(name);
  }
  return packages;
}

/** A package while its files are read. */
interface OpenPackage extends GoPackage {
  readonly declared: Set<string>;
}

function emptyPackage(folder: string): OpenPackage {
  return { folder, files: [], imports: new Set(), main: undefined, missing: new Set(), declared: new Set() };
}

function declare(into: OpenPackage, name: string): void {
  into.declared.add(name);
  into.missing.delete(name);
}

const WORDS =
  /^(if|for|func|switch|select|return|go|defer|range|case|make|new|len|cap|append|copy|close|delete|panic|recover|print|println|min|max|clear|string|byte|rune|bool|error|any|u?int(8|16|32|64)?|float(32|64))$/;

/** Functions of the package that a body calls by their bare names: `run(os.Args[1:])`. */
function calledIn(body: string): string[] {
  const plain = body.replace(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\/.*|\/\*[^]*?\*\//g, '""');
  const own = new Set(namesMadeIn(plain));
  const found = [...plain.matchAll(/(?<![\w.])([a-z]\w*)\(/g)].map((match) => match[1]!);
  return found.filter((name) => name !== 'main' && !own.has(name) && !WORDS.test(name));
}

/** What a body declares itself: all names before a `:=` or after `var`, and what its closures are given. */
function* namesMadeIn(body: string): Generator<string> {
  const lists = /((?:\w+\s*,\s*)*\w+)\s*:=|\bvar\s+((?:\w+\s*,\s*)*\w+)|\bfunc\s*\(([^()]*)/g;
  for (const [, set, declared, taken] of body.matchAll(lists))
    for (const one of (set ?? declared ?? taken)!.split(',')) {
      const name = /^\s*(\w+)/.exec(one)?.[1];
      if (name !== undefined) yield name;
    }
}

/**
 * The import paths of a Go file: `import "x"` and `import ( … )`, which stand before all other declarations. Comments in a
 * list may have parentheses of their own, so that it ends with a line that begins with one.
 */
export function importsOf(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/^import\s*(?:\(([^)\n]*|[^]*?\n[ \t]*)\)|(?:[\w.]+\s+)?(["`][^"`\n]+["`]))/gm)) {
    for (const quoted of (match[1] ?? match[2]!).matchAll(/^[^"`\n/]*["`]([^"`\n]+)["`]/gm)) found.push(quoted[1]!);
  }
  return found;
}

/** What a `main` package is made of. */
export interface Reached {
  readonly packages: ReadonlySet<GoPackage>;
  /** Modules of the workspace whose packages are in it. */
  readonly modules: ReadonlySet<GoModule>;
  /** Something of the workspace's modules is imported that is not among the files: a cut-out. */
  readonly incomplete: boolean;
}

/** What is often made by the build and left out of the repository; it imports nothing that was written by hand. */
const GENERATED_PACKAGE = /\/(gen|generated|pb|\w+pb|protos?)(\/|$)/;

/** Follows imports from a package through the modules of the workspace. */
export function reachedFrom(
  start: GoPackage,
  packages: ReadonlyMap<string, GoPackage>,
  folderOf: (from: GoPackage, name: string) => { readonly folder: string; readonly module: GoModule } | undefined,
): Reached {
  const reached = new Set([start]);
  const modules = new Set<GoModule>();
  let incomplete = start.missing.size > 0;
  for (const at of reached) {
    for (const name of at.imports) {
      const place = folderOf(at, name);
      if (place === undefined) continue;
      const found = packages.get(place.folder);
      modules.add(place.module);
      if (found) reached.add(found);
      else incomplete ||= !GENERATED_PACKAGE.test(name);
    }
  }
  return { packages: reached, modules, incomplete };
}
