import type { FileFacts, MountFact } from '../../syntax/facts';
import { functionsAround } from '../names/matchFunction';
import { dirname } from '../paths/fileLookup';
import { importsOf } from '../paths/importsOf';
import type { ModulePaths } from '../paths/modulePaths';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { routersOfClass, type ClassSources } from './classRouters';
import { ANY_RECEIVER, AUTOLOAD, DEFAULT_VERSION, GLOBAL_PREFIX, OWN_PREFIX, VERSION_PREFIX } from './entries';
import { ownPrefixKey, routerKey } from './entries';
import { namesOf, type LinkListener } from './textResolver';

/** Languages that pass on what other modules export. */
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** Modules that pass a router on, one to the other. */
const MAX_REEXPORTS = 4;

/** Finds the routers a mount means: by the variable that holds one, or the function that fills or makes it. */
export class MountTargets {
  private readonly classes: ClassSources = {
    resolve: (...asked) => this.resolve(...asked),
    factsOf: (file) => {
      this.links.used(file);
      return this.factsOf(file);
    },
  };

  constructor(
    private readonly modules: ModulePaths,
    private readonly links: LinkListener,
    private readonly factsOf: (file: WorkspaceFile) => Promise<FileFacts | undefined>,
  ) {}

  /** @returns keys of routers, see {@link routerKey}. */
  async of(file: WorkspaceFile, facts: FileFacts, { target, receiver }: MountFact): Promise<string[]> {
    if (target.startsWith(AUTOLOAD)) return [routerKey('', AUTOLOAD)];
    if (target === OWN_PREFIX) return [ownPrefixKey(routerKey(file.path, receiver))];
    // Nest's global prefix is in front of every controller.
    if (target === ANY_RECEIVER) return [routerKey('', GLOBAL_PREFIX)];
    if (target === VERSION_PREFIX || target === DEFAULT_VERSION) return [routerKey('', target)];
    const required = /^require\(\s*['"`](.+?)['"`]\s*\)/.exec(target)?.[1];
    if (required !== undefined) {
      return this.anyOf(await this.resolve(file, facts, [], { from: required, imported: '*' }));
    }
    // PHP's route files are required by their paths.
    if (facts.language === 'php') {
      return this.anyOf(await this.resolve(file, facts, [], { from: target, imported: '*' }));
    }
    const parts = target.replace(/\(.*$/s, '').split('.');
    const last = parts.at(-1)!;
    // An extension method of C# or Kotlin, a class of Ruby and a module of Elixir are used without saying which file it is in.
    if (['csharp', 'kotlin', 'ruby', 'elixir'].includes(facts.language)) return [routerKey('', last)];
    if (facts.language === 'rust' && parts.length > 1) {
      const found = (await this.modules.rust.find(file, facts, parts, 1)).map((place) => place.file);
      if (found.length > 0) return this.named(found, last, true);
    }
    const imported = importsOf(facts).get(parts[0]!);
    if (imported) {
      const found = await this.resolve(file, facts, parts, imported);
      const path = imported.imported === '*' ? parts.slice(1) : [imported.imported, ...parts.slice(1)];
      const passed = SCRIPT.test(file.path) ? await this.passedOn(found, path) : [];
      if (passed.length > 0) return passed;
      return this.named(found, parts.length > 1 ? last : imported.imported, facts.language === 'go');
    }
    // Django's `include('shop.urls')` names a module.
    if (facts.language === 'python' && parts.length > 1) {
      const found = await this.resolve(file, facts, parts, { from: target, imported: '*' });
      if (found.length > 0) return this.anyOf(found);
    }
    if (facts.language === 'go' && !facts.functions.some(({ name }) => name === last)) {
      const beside = await this.named(this.modules.goFiles(file.folder, dirname(file.relative)), last, true);
      if (beside.length > 0) return beside;
    }
    return (await routersOfClass(file, facts, last, this.classes)) ?? [routerKey(file.path, last)];
  }

  /** The routers of other files that a variable was imported as; none for one of this file. */
  async homesOf(file: WorkspaceFile, facts: FileFacts, receiver: string): Promise<string[]> {
    const parts = receiver.split('.');
    const isByName = facts.language === 'go' || facts.language === 'java' || facts.language === 'kotlin';
    const imported = isByName ? undefined : importsOf(facts).get(parts[0]!);
    if (!imported) return [];
    const found = await this.resolve(file, facts, parts, imported);
    const name = parts.length > 1 ? parts.at(-1)! : imported.imported;
    return found.flatMap((other) => {
      if (other.path === file.path) return [];
      this.links.used(other);
      const any = routerKey(other.path, ANY_RECEIVER);
      return name === '*' || name === 'default' ? [any] : [routerKey(other.path, name), any];
    });
  }

  private async resolve(
    file: WorkspaceFile,
    facts: FileFacts,
    parts: readonly string[],
    { from, imported }: { readonly from: string; readonly imported: string },
  ): Promise<WorkspaceFile[]> {
    const found = await this.modules.resolve(file, facts.language, from, imported);
    if (found.length === 0) for (const name of namesOf(parts, { from, imported })) this.links.missing(name);
    return found;
  }

  /** The router that files without routes of their own pass on: `export * as routes from './routes'`. */
  private async passedOn(files: readonly WorkspaceFile[], path: readonly string[], depth = 0): Promise<string[]> {
    const [name] = path;
    for (const file of name === undefined || depth >= MAX_REEXPORTS ? [] : files) {
      const facts = await this.factsOf(file);
      this.links.used(file);
      if (!facts || facts.routes.length + facts.mounts.length > 0) continue;
      for (const { from, names } of facts.imports) {
        const exported = Object.hasOwn(names, name!) ? names[name!]! : undefined;
        const isAll = Object.keys(names).length === 0;
        if (exported === undefined && !isAll) continue;
        const rest = exported === undefined ? path : exported === '*' ? path.slice(1) : [exported, ...path.slice(1)];
        const behind = await this.resolve(file, facts, path, { from, imported: rest[0] ?? '*' });
        const further = await this.passedOn(behind, rest, depth + 1);
        if (further.length > 0) return further;
        if (!isAll && rest.length <= 1 && behind.length > 0) return this.named(behind, rest[0] ?? '*', false);
      }
    }
    return [];
  }

  private anyOf(files: readonly WorkspaceFile[]): string[] {
    return files.map((file) => routerKey(file.path, ANY_RECEIVER));
  }

  /** The router called `name` in each file that has one; a file without may pass it on under another name. */
  private async named(files: readonly WorkspaceFile[], name: string, onlyNamed: boolean): Promise<string[]> {
    const keys: string[] = [];
    for (const file of files) {
      this.links.used(file);
      const facts = name === '*' || name === 'default' ? undefined : await this.factsOf(file);
      const ofClass = facts && (await routersOfClass(file, facts, name, this.classes));
      if (ofClass !== undefined) keys.push(...ofClass);
      else if (facts && routersOf(facts).has(name)) keys.push(routerKey(file.path, name));
      else if (!onlyNamed) keys.push(routerKey(file.path, ANY_RECEIVER));
    }
    return keys;
  }
}

/** The variables and functions of a file that routes are registered on or in. */
function routersOf(facts: FileFacts): Set<string> {
  const names = new Set<string>();
  for (const { receiver, range } of [...facts.routes, ...facts.mounts]) {
    names.add(receiver);
    for (const index of functionsAround(facts, range.startLine)) names.add(facts.functions[index]!.name);
  }
  return names;
}
