import type { FileFacts, HandlerFact, ImportFact, Language, TypeFact } from '../syntax/facts';
import type { Touch } from './index/dependencies';
import type { SourceIndex } from './index/sourceIndex';
import { answersItself, implementationsOf, withBodies, type FoundFunction } from './implementations';
import { functionsNamed } from './names/matchFunction';
import { dialectOf, type NameDialect } from './names/qualifiedName';
import { rubyMethods } from './names/rubyMethods';
import { dirname } from './paths/fileLookup';
import { phpMethod } from './phpClasses';
import { importsOf } from './paths/importsOf';
import type { ModulePaths } from './paths/modulePaths';
import type { ServiceScope } from './services/serviceScope';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** A name declared in more files than this is no clue. */
const MAX_FILES = 40;

/** Modules of Rust that pass a name on, one to the other. */
const MAX_REEXPORTS = 3;

/** Finds functions by name: those a qualified name means, and those a route's registration names. */
export class FunctionFinder {
  constructor(
    private readonly index: SourceIndex,
    private readonly modules: ModulePaths,
  ) {}

  /**
   * The functions called `name` within types that end in `container`, in files a scope allows. The files are those that
   * declare the innermost type, or the function itself where it stands in none.
   */
  async find(
    wanted: { readonly container: readonly string[]; readonly name: string },
    dialect: NameDialect | undefined,
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    const found = await this.declared(wanted, dialect, scope, touch);
    const type = wanted.container.at(-1);
    if (found.length > 0 || type === undefined || dialect !== 'go' || !/^[A-Z]/.test(type)) return found;
    const made = await this.madeBy(type, scope, touch);
    return made === undefined ? [] : this.declared({ container: [made], name: wanted.name }, dialect, scope, touch);
  }

  private async declared(
    wanted: { readonly container: readonly string[]; readonly name: string },
    dialect: NameDialect | undefined,
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    const type = wanted.container.at(-1);
    const files = new Map<string, WorkspaceFile>();
    for (const declared of type === undefined ? [wanted.name] : [type, wanted.name]) {
      touch(`name:${declared}`);
      for (const file of this.index.filesDeclaring(declared)) files.set(file.path, file);
    }
    const isAllowed = (file: WorkspaceFile): boolean => {
      const language = this.index.store.languageOf(file.path);
      return scope.allowsNamed(file) && language !== undefined && (!dialect || dialectOf(language) === dialect);
    };
    let allowed = [...files.values()].filter(isAllowed);
    // `index` of a controller: the class tells more than the method.
    if (allowed.length > MAX_FILES && type !== undefined) allowed = this.index.filesDeclaring(type).filter(isAllowed);
    if (allowed.length > MAX_FILES) return [];
    const found: FoundFunction[] = [];
    for (const file of allowed) found.push(...(await this.inFile(file, { ...wanted, module: '' }, touch)));
    return type === undefined
      ? found
      : found.filter(({ facts, index }) => facts.functions[index]!.container.length > 0);
  }

  /** What Go's `NewOrders` returns, where no type is called `Orders`. */
  private async madeBy(type: string, scope: ServiceScope, touch: Touch): Promise<string | undefined> {
    const made = new Set<string>();
    for (const maker of [`New${type}`, `new${type}`]) {
      touch(`name:${maker}`);
      const files = this.index.filesDeclaring(maker).filter((file) => scope.allowsNamed(file));
      for (const file of files.length > MAX_FILES ? [] : files) {
        touch(`file:${file.path}`);
        const facts = await this.index.facts(file);
        for (const { name, makes } of facts?.functions ?? [])
          if (name === maker && makes !== undefined) made.add(makes);
      }
    }
    const [only] = made;
    return made.size === 1 && only !== type ? only : undefined;
  }

  /** The functions of one file that a name may mean. */
  async inFile(
    file: WorkspaceFile,
    wanted: { readonly module: string; readonly container: readonly string[]; readonly name: string },
    touch: Touch,
  ): Promise<FoundFunction[]> {
    touch(`file:${file.path}`);
    const facts = await this.index.facts(file);
    return facts ? functionsNamed(facts, wanted).map((index) => ({ file, facts, index })) : [];
  }

  /**
   * The function that a registration means, or several where source does not tell them apart.
   * @param method HTTP method, to choose among the methods of a class-based handler.
   */
  handler(
    file: WorkspaceFile,
    facts: FileFacts,
    handler: HandlerFact,
    method: string,
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> | FoundFunction[] {
    if (handler.kind === 'name') return this.handlerNamed(file, facts, handler, method, scope, touch);
    if (!facts.functions[handler.function]) return [];
    const own = { file, facts, index: handler.function };
    return answersItself(own) ? [own] : this.implementing([own], scope, touch);
  }

  private async handlerNamed(
    file: WorkspaceFile,
    facts: FileFacts,
    handler: HandlerFact & { readonly kind: 'name' },
    method: string,
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    let found: FoundFunction[] = [];
    for (const name of [handler.name, ...(handler.orElse ?? [])]) {
      found = await this.named(file, facts, name, method, scope, touch);
      if (found.length > 0) break;
    }
    return this.implementing(found, scope, touch);
  }

  /** The method that a name with PHP's namespaces means: `App\Orders.show`. */
  ofPhpClass(named: string, scope: ServiceScope, touch: Touch, near?: WorkspaceFile): Promise<FoundFunction[]> {
    return phpMethod(named, this.index, scope, touch, near);
  }

  /** The class a registration names, where none of its own methods answers. */
  async handlerType(
    file: WorkspaceFile,
    facts: FileFacts,
    handler: HandlerFact,
    touch: Touch,
  ): Promise<{ readonly file: WorkspaceFile; readonly fact: TypeFact } | undefined> {
    if (handler.kind !== 'name') return undefined;
    if (facts.language === 'elixir') return this.plugModule(handler.name, touch);
    if (facts.language !== 'python') return undefined;
    const parts = handler.name.replace(/\.as_view$/, '').split('.');
    const imported = importsOf(facts).get(parts[0]!);
    const files = imported
      ? await this.modules.resolve(file, facts.language, imported.from, imported.imported)
      : [file];
    for (const other of files) {
      touch(`file:${other.path}`);
      const types = (await this.index.facts(other))?.types ?? [];
      const fact = types.find(({ name }) => parts.includes(name));
      if (fact) return { file: other, fact };
    }
    return undefined;
  }

  /** The module of a plug or live view whose function the macros of `Plug.Builder` or `Phoenix.LiveView` write. */
  private async plugModule(
    handler: string,
    touch: Touch,
  ): Promise<{ readonly file: WorkspaceFile; readonly fact: TypeFact } | undefined> {
    const module = /^(.+)\.(?:call|mount)$/.exec(handler)?.[1];
    if (module === undefined) return undefined;
    const name = module.split('.').at(-1)!;
    touch(`name:${name}`);
    for (const file of this.index.filesDeclaring(name)) {
      touch(`file:${file.path}`);
      const types = (await this.index.facts(file))?.types ?? [];
      const fact = types.find((type) => [...type.container, type.name].join('.') === module);
      if (fact) return { file, fact };
    }
    return undefined;
  }

  /** In place of declarations what implements them, in place of generated code what people wrote. */
  async implementing(found: readonly FoundFunction[], scope: ServiceScope, touch: Touch): Promise<FoundFunction[]> {
    const bodies = new Map<string, FoundFunction>();
    for (const one of withBodies(found)) {
      for (const body of await implementationsOf(one, this.index, scope, touch)) {
        bodies.set(`${body.file.path}#${body.index}`, body);
      }
    }
    return [...bodies.values()];
  }

  private async named(
    file: WorkspaceFile,
    facts: FileFacts,
    name: string,
    method: string,
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    if (facts.language === 'php' && name.includes('.')) return this.ofPhpClass(name, scope, touch, file);
    const parts = name
      .replace(/^(this|self|cls)\./, '')
      .replace(/\.as_view$/, '')
      .split('.');
    const last = parts.at(-1)!;
    if (facts.language === 'ruby') {
      const lookup = { index: this.index, touch, allows: (other: WorkspaceFile) => scope.allowsNamed(other) };
      return scope.nearest(await rubyMethods(lookup, parts.slice(0, -1), last, true), (one) => one.file);
    }
    if (facts.language === 'elixir') return this.elixirPath(parts, scope, touch);
    if (facts.language === 'rust' && parts[0] !== 'Self') return this.rustPath(file, facts, parts, touch);
    const imported = importsOf(facts).get(parts[0]!);
    if (imported) {
      const named = await this.modules.resolve(file, facts.language, imported.from, imported.imported);
      // A file of Kotlin need not be called after what it declares.
      const isFree = named.length === 0 && facts.language === 'kotlin';
      const files = isFree ? this.index.filesDeclaring(imported.imported) : named;
      // What a library exports answers; a namesake in the workspace does not.
      if (files.length === 0) {
        touch('paths');
        return [];
      }
      const known = isPlaceholder(imported.imported) ? parts[0]! : imported.imported;
      const wanted = [known, ...parts.slice(1)];
      const found = await this.inFiles(files, wanted, method, touch);
      // `orders.Create` of an imported package of Go is a function, not a method of the same name.
      const top = found.filter((one) => one.facts.functions[one.index]!.container.length === 0);
      if (facts.language === 'go' && parts.length === 2 && top.length > 0) return top;
      if (found.length > 0) return found;
      const forwarded = await this.throughReexports(files, wanted, method, touch);
      if (forwarded.length > 0) return forwarded;
    }
    const here = parts.length > 1 && imported ? [] : this.local(file, facts, parts, method);
    if (here.length > 0) return here;
    if (facts.language === 'go') {
      const folder = this.modules.goFiles(file.folder, dirname(file.relative));
      const found = await this.inFiles(folder, [last], method, touch);
      const type = parts.at(-2);
      const ofType = found.filter((one) => one.facts.functions[one.index]!.container.at(-1) === type);
      if (found.length > 0) return ofType.length > 0 ? ofType : found;
    }
    return this.byType(facts.language, parts, scope, touch);
  }

  /** `ShopWeb.OrderController.show`: the function in the module of that whole name. */
  async elixirPath(parts: readonly string[], scope: ServiceScope, touch: Touch): Promise<FoundFunction[]> {
    const module = parts.slice(0, -1);
    const wanted = { container: module.slice(-1), name: parts.at(-1)! };
    const found = await this.find(wanted, 'elixir', scope, touch);
    const exact = found.filter(({ facts, index }) => facts.functions[index]!.container.join('.') === module.join('.'));
    // Clauses that do not stand together are one function all the same.
    const near = scope.nearest(exact, ({ file }) => file);
    return near.filter(({ file }, i) => near.findIndex((other) => other.file.path === file.path) === i);
  }

  /** What a path of Rust names, also where a module on the way only passes it on (`pub use`). */
  private async rustPath(
    file: WorkspaceFile,
    facts: FileFacts,
    path: readonly string[],
    touch: Touch,
    depth = 0,
  ): Promise<FoundFunction[]> {
    touch('paths');
    const { rust } = this.modules;
    const places = await rust.find(file, facts, path, 1);
    const found: FoundFunction[] = [];
    for (const { file: other, rest } of places) {
      const wanted = { module: '', container: rest.slice(0, -1), name: rest.at(-1) ?? '' };
      const named = await this.inFile(other, wanted, touch);
      const isExact = (one: FoundFunction): boolean =>
        one.facts.functions[one.index]!.container.length === wanted.container.length;
      const exact = named.filter(isExact);
      found.push(...(exact.length > 0 ? exact : named));
      if (named.length > 0 || depth >= MAX_REEXPORTS) continue;
      const inner = await this.index.facts(other);
      for (const fact of inner?.imports ?? []) {
        const passed = fact.names[rest[0]!] ?? ('*' in fact.names ? rest[0]! : undefined);
        if (passed === undefined) continue;
        const onward = [...fact.from.split('.'), passed, ...rest.slice(1)].filter((part) => part !== '');
        found.push(...(await this.rustPath(other, inner!, onward, touch, depth + 1)));
      }
    }
    return [...new Map(found.map((one) => [`${one.file.path}#${one.index}`, one])).values()];
  }

  private local(file: WorkspaceFile, facts: FileFacts, parts: readonly string[], method: string): FoundFunction[] {
    const all = (container: readonly string[]): FoundFunction[] =>
      functionsNamed(facts, { module: '', container, name: parts.at(-1)! }).map((index) => ({ file, facts, index }));
    const exact = all(parts.slice(0, -1));
    // The class is here and does not declare the method: it inherits it, and namesakes of other classes are not meant.
    if (exact.length === 0 && facts.types.some((fact) => fact.name === parts.at(-2))) return [];
    const found = exact.length > 0 ? exact : all([]);
    return found.length > 0 ? found : methodsOfClass(file, facts, parts.at(-1)!, method);
  }

  private async inFiles(
    files: readonly WorkspaceFile[],
    parts: readonly string[],
    method: string,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    const found: FoundFunction[] = [];
    for (const other of files.slice(0, MAX_FILES)) {
      touch(`file:${other.path}`);
      const facts = await this.index.facts(other);
      if (facts) found.push(...this.local(other, facts, parts, method));
    }
    // One file's namesake is no match where another declares the method on the very type.
    const exact = found.filter(({ facts, index }) => facts.functions[index]!.container.at(-1) === parts.at(-2));
    return parts.length > 1 && exact.length > 0 ? exact : found;
  }

  /** `index.ts` that passes on what other files export: one step. */
  private async throughReexports(
    files: readonly WorkspaceFile[],
    parts: readonly string[],
    method: string,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    for (const file of files) {
      const facts = await this.index.facts(file);
      for (const fact of facts?.imports ?? []) {
        const wanted = passedOn(fact, parts);
        if (wanted === undefined) continue;
        const behind = await this.modules.resolve(file, facts!.language, fact.from, fact.names[wanted[0]!]);
        const found = await this.inFiles(behind, wanted, method, touch);
        if (found.length > 0) return found;
      }
    }
    return [];
  }

  /** `ordersController.create`: a method of the type whose name the variable has; else the only one of that name. */
  private async byType(
    language: Language,
    parts: readonly string[],
    scope: ServiceScope,
    touch: Touch,
  ): Promise<FoundFunction[]> {
    const last = parts.at(-1)!;
    const variable = parts.at(-2);
    if (variable === undefined && language !== 'go') return [];
    const dialect = dialectOf(language);
    if (variable !== undefined && variable.length > 1) {
      const type = variable[0]!.toUpperCase() + variable.slice(1);
      const found = await this.find({ container: [type], name: last }, dialect, scope, touch);
      const named = found.filter(({ facts, index }) => facts.functions[index]!.container.at(-1) === type);
      if (named.length > 0) return named;
    }
    // A class of the workspace that does not declare the method inherits it: a namesake of another class is not meant.
    if (variable !== undefined && /^[A-Z]/.test(variable)) {
      touch(`name:${variable}`);
      if (this.index.filesDeclaring(variable).length > 0) return [];
    }
    const found = await this.find({ container: [], name: last }, dialect, scope, touch);
    // What is a member of something is no function that stands by itself.
    const members = found.filter(({ facts, index }) => facts.functions[index]!.container.length > 0);
    return scope.nearest(variable === undefined ? found : members, ({ file }) => file);
  }
}

function isPlaceholder(imported: string): boolean {
  return imported === '*' || imported === 'default';
}

/** Methods of a class that stands as a handler (Django, Flask, aiohttp views): the one for the HTTP method. */
function methodsOfClass(file: WorkspaceFile, facts: FileFacts, type: string, method: string): FoundFunction[] {
  if (!facts.types.some((fact) => fact.name === type)) return [];
  const verb = method.toLowerCase();
  // Falcon's are called `on_get`.
  const names = new Set([verb, `on_${verb}`, ...(RESOURCE_ACTIONS[method] ?? [])]);
  return facts.functions.flatMap((fact, index) =>
    fact.container.at(-1) === type && names.has(fact.name) ? [{ file, facts, index }] : [],
  );
}

/** What Django REST framework's view sets call the handlers of a method. */
const RESOURCE_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  GET: ['list', 'retrieve'],
  POST: ['create'],
  PUT: ['update'],
  PATCH: ['partial_update'],
  DELETE: ['destroy'],
};

/** What a file that passes names on gives for `Orders.create`, and for `views.Orders.create` if it is `views` itself. */
function passedOn({ names }: ImportFact, parts: readonly string[]): readonly string[] | undefined {
  if (parts[0]! in names || '*' in names || Object.keys(names).length === 0) return parts;
  return parts.length > 1 && parts[1]! in names ? parts.slice(1) : undefined;
}
