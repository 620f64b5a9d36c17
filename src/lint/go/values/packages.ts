import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import type { CodeFunction, CodeType } from '../../../syntax/code/code';
import { packageNames } from '../../../syntax/code/go/imports';
import type { Assign } from '../../../syntax/code/statement';
import { ownerOf, type FunctionPlace, type Program, type TypePlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import type { ProcessUnit } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';

/** Go's own packages by their first segment: what has no dot there is either one of these or the module's own. */
const STANDARD =
  /^(archive|arena|bufio|bytes|cmp|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt|go|hash|html|image|index|internal|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort|strconv|strings|structs|sync|syscall|testing|text|time|unicode|unique|unsafe|weak|C)(\/|$)/;

/** A variable or constant of a package. */
export interface GlobalPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly statement: Assign;
  /** Which of the targets it is. */
  readonly index: number;
}

/** One folder of Go files with what is declared in it. */
export interface GoPackage {
  /** Absolute. */
  readonly folder: string;
  /** As the `package` clause says it. */
  readonly name: string;
  readonly sources: readonly SourceCode[];
  readonly functions: ReadonlyMap<string, FunctionPlace>;
  /** By `Type.Method`. */
  readonly methods: ReadonlyMap<string, FunctionPlace>;
  readonly types: ReadonlyMap<string, TypePlace>;
  readonly globals: ReadonlyMap<string, GlobalPlace>;
  /** What its files import, each once. */
  readonly imports: readonly string[];
}

/** A type that has a method of some name itself. */
export interface MethodOwner {
  readonly pack: GoPackage;
  readonly type: string;
  readonly method: FunctionPlace;
}

/** The packages of a process's own code, and which of them an import path means. */
export class GoPackages {
  private readonly byFolder = new Map<string, GoPackage>();
  private readonly bySource = new Map<SourceCode, GoPackage>();
  private readonly resolved = new Map<string, GoPackage | undefined>();
  private readonly called = new Map<SourceCode, Map<string, string>>();
  private methodOwners: ReadonlyMap<string, readonly MethodOwner[]> | undefined;

  constructor(
    readonly program: Program,
    private readonly unit: ProcessUnit,
  ) {
    const folders = new Map<string, SourceCode[]>();
    for (const source of program.sources) {
      const folder = path.dirname(source.path);
      pushTo(folders, folder, source);
    }
    for (const [folder, sources] of folders) {
      const pack = packageOf(folder, sources);
      this.byFolder.set(folder, pack);
      for (const source of sources) this.bySource.set(source, pack);
    }
  }

  get all(): Iterable<GoPackage> {
    return this.byFolder.values();
  }

  /**
   * The import that a name stands for where the package is called otherwise than its folder, and the import does not say so:
   * `kafkaclient.Send(…)` after `import "example.com/shop/kafka/client"`.
   */
  importCalled(source: SourceCode, name: string): string | undefined {
    let own = this.called.get(source);
    if (own === undefined) {
      own = new Map();
      for (const { from, names } of source.code.imports) {
        const pack = this.byImport(from);
        // One that the import names itself goes by that name alone.
        const isGuessed = packageNames(from).some((guess) => Object.hasOwn(names, guess));
        if (pack !== undefined && isGuessed && !Object.hasOwn(names, pack.name)) own.set(pack.name, from);
      }
      this.called.set(source, own);
    }
    return own.get(name);
  }

  /** All types that declare a method of a name. */
  ownersOfMethod(name: string): readonly MethodOwner[] {
    this.methodOwners ??= ownersByMethod(this.all);
    return this.methodOwners.get(name) ?? [];
  }

  /** The package a file belongs to. */
  of(source: SourceCode): GoPackage {
    return this.bySource.get(source)!;
  }

  inFolder(folder: string): GoPackage | undefined {
    return this.byFolder.get(folder);
  }

  /** The package an import path means, if it is of the workspace; undefined for others' code. */
  byImport(from: string): GoPackage | undefined {
    if (!this.resolved.has(from)) this.resolved.set(from, this.resolve(from));
    return this.resolved.get(from);
  }

  /**
   * The manifest says what the own module is called; other modules of the workspace are known by where they are, so that
   * import paths are matched by how they end.
   */
  private resolve(from: string): GoPackage | undefined {
    if (STANDARD.test(from)) return undefined;
    const { manifest, dependencies } = this.unit;
    const name = /^go\.mod of (\S+)$/.exec(manifest.text)?.[1];
    if (name !== undefined && (from === name || from.startsWith(`${name}/`)))
      return this.byFolder.get(path.join(path.dirname(manifest.file), from.slice(name.length)));
    const module = moduleOf(from, dependencies);
    if (module !== undefined) return this.inUsedModule(from, module);
    const segments = from.split('/');
    for (let length = segments.length - 1; length >= 1; length--) {
      const tail = segments.slice(-length).join('/');
      const found = [...this.byFolder.values()].filter(({ folder }) => endsWith(folder, tail));
      if (found.length > 0) return nearest(found, path.dirname(manifest.file));
    }
    return undefined;
  }

  private inUsedModule(from: string, module: string): GoPackage | undefined {
    const taken = this.unit.dependencies.get(module)?.folder;
    const replaced = taken === undefined ? undefined : this.byFolder.get(path.join(taken, from.slice(module.length)));
    if (replaced) return replaced;
    const name = module
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1)!;
    for (const id of this.unit.uses) {
      const root = path.dirname(id);
      if (path.basename(root) !== name) continue;
      const found = this.byFolder.get(path.join(root, from.slice(module.length)));
      if (found) return found;
    }
    return undefined;
  }
}

function ownersByMethod(packages: Iterable<GoPackage>): ReadonlyMap<string, readonly MethodOwner[]> {
  const found = new Map<string, MethodOwner[]>();
  for (const pack of packages) {
    for (const [name, owners] of ownersIn(pack)) for (const owner of owners) pushTo(found, name, owner);
  }
  return found;
}

const owners = new WeakMap<GoPackage, ReadonlyMap<string, readonly MethodOwner[]>>();

/** A package's types by the methods they have. */
function ownersIn(pack: GoPackage): ReadonlyMap<string, readonly MethodOwner[]> {
  const known = owners.get(pack);
  if (known !== undefined) return known;
  const found = new Map<string, MethodOwner[]>();
  // In the order of the types, not of their methods: the first implementation speaks for all.
  for (const [type, names] of methodsByType(pack)) {
    for (const [name, method] of names) {
      pushTo(found, name, { pack, type, method });
    }
  }
  owners.set(pack, found);
  return found;
}

function methodsByType(pack: GoPackage): ReadonlyMap<string, Map<string, FunctionPlace>> {
  const found = new Map([...pack.types.keys()].map((type) => [type, new Map<string, FunctionPlace>()]));
  for (const [key, method] of pack.methods) {
    const dot = key.indexOf('.');
    found.get(key.slice(0, dot))?.set(key.slice(dot + 1), method);
  }
  return found;
}

/** The module a path is in: of several, whose names begin alike, the one with the longest. */
function moduleOf(from: string, modules: ReadonlyMap<string, unknown>): string | undefined {
  for (let end = from.length; end > 0; end = from.lastIndexOf('/', end - 1)) {
    const name = from.slice(0, end);
    if (modules.has(name)) return name;
  }
  return undefined;
}

function endsWith(folder: string, tail: string): boolean {
  const normal = folder.split(path.sep).join('/');
  return normal === tail || normal.endsWith(`/${tail}`);
}

/** The one below the module's own folder, and of several the one nearest to it. */
function nearest(found: readonly GoPackage[], root: string): GoPackage {
  const rank = ({ folder }: GoPackage): number => (isUnder(root, folder) ? 0 : 1_000) + folder.length;
  return found.reduce((best, one) => (rank(one) < rank(best) ? one : best));
}

/** Packages by their first file: processes of a module share most of theirs. */
const known = new WeakMap<SourceCode, GoPackage>();

function packageOf(folder: string, sources: readonly SourceCode[]): GoPackage {
  const [first] = sources as [SourceCode];
  let found = known.get(first);
  if (found === undefined || !isSame(found.sources, sources)) known.set(first, (found = readPackage(folder, sources)));
  return found;
}

function isSame(some: readonly SourceCode[], others: readonly SourceCode[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

function readPackage(folder: string, sources: readonly SourceCode[]): GoPackage {
  const functions = new Map<string, FunctionPlace>();
  const methods = new Map<string, FunctionPlace>();
  const types = new Map<string, TypePlace>();
  const globals = new Map<string, GlobalPlace>();
  for (const source of sources) {
    for (const fn of source.code.functions) {
      if (fn.parent !== 0 || fn.modifiers.includes('lambda')) continue;
      const owner = ownerOf(source, fn);
      if (owner === undefined) functions.set(fn.name, { source, function: fn });
      else methods.set(`${owner}.${fn.name}`, { source, function: fn });
    }
    for (const type of source.code.types) if (type.function === 0) types.set(type.name, { source, type });
    addGlobals(source, globals);
  }
  const imports = [...new Set(sources.flatMap(({ code }) => code.imports.map(({ from }) => from)))];
  return { folder, name: sources[0]!.code.namespace, sources, functions, methods, types, globals, imports };
}

function addGlobals(source: SourceCode, globals: Map<string, GlobalPlace>): void {
  const top = source.code.functions[0]!;
  for (const statement of statementsIn(top.body)) {
    if (statement.kind !== 'assign') continue;
    statement.targets.forEach((target, index) => {
      if (target.kind === 'name') globals.set(target.name, { source, function: top, statement, index });
    });
  }
}

/** The fields of a type with those of a `type` it is declared as. */
export function fieldOf(type: CodeType, name: string): { readonly type?: string } | undefined {
  return type.fields.find((field) => field.name === name);
}
