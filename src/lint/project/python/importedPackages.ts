import path from 'node:path';
import type { LintFile } from '../../lintFiles';
import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft, UnitReference } from '../unitDraft';
import { normalised } from './requirement';

/** The files of a project that are looked at for its imports: the shallowest, where programs begin. */
const MAX_FILES = 200;

/**
 * What projects of a workspace need of each other without a manifest saying so: a Dockerfile or a base image installs the
 * package, and the code imports it. Only packages that are named as their project is count, so that `app` or `common` of
 * one project is not taken for that of another; one word may be any package of the registry, and so counts only for who
 * neither has it itself nor asks for anything of that name.
 */
export async function importedPackages(
  files: ProjectFiles,
  drafts: readonly UnitDraft[],
): Promise<ReadonlyMap<UnitDraft, readonly UnitReference[]>> {
  const packages = new Map<string, string>();
  for (const draft of drafts) {
    const name = packageOf(files, draft);
    if (name !== undefined) packages.set(name, draft.root);
  }
  const found = new Map<UnitDraft, readonly UnitReference[]>();
  if (packages.size === 0 || drafts.length < 2) return found;
  const imports = new RegExp(`^[ \\t]*(?:from|import)[ \\t]+(${[...packages.keys()].join('|')})\\b`, 'gm');
  const own = filesByRoot(files, drafts);
  for (const draft of drafts) {
    const roots = new Set<string>();
    for (const file of own.get(draft.root) ?? []) {
      const text = (await files.peek(file)) ?? '';
      for (const [, name] of text.matchAll(imports))
        if (name!.includes('_') || isNobodyElses(name!, draft, own.get(draft.root)!)) roots.add(packages.get(name!)!);
    }
    roots.delete(draft.root);
    if (roots.size > 0)
      found.set(
        draft,
        [...roots].map((folder) => ({ folder })),
      );
  }
  return found;
}

/** Modules of the standard library whose names projects have, too. */
const STANDARD =
  /^(calendar|code|copy|email|html|http|inspect|io|json|logging|platform|profile|queue|random|resource|sched|secrets|select|signal|site|statistics|string|test|time|token|trace|types|uuid)$/;

/** Whether a name of one word is neither that of a module of a project's own nor one among what it asks for. */
function isNobodyElses(name: string, { root, dependencies }: UnitDraft, own: readonly LintFile[]): boolean {
  if (STANDARD.test(name)) return false;
  const inOwn = new RegExp(`[\\\\/]${name}(\\.py$|[\\\\/])`);
  if (own.some((file) => inOwn.test(file.path.slice(root.length)))) return false;
  return ![...dependencies.keys()].some((asked) => asked.split('-').includes(name));
}

/** The package that a project is there for: of its own name, in its folder or in `src`. */
function packageOf(files: ProjectFiles, { names, root }: UnitDraft): string | undefined {
  for (const name of names) {
    const module = name.replace(/-/g, '_');
    if (!/^[a-z]\w+$/.test(module)) continue;
    const folders = [path.join(root, module), path.join(root, 'src', module)];
    const isThere = folders.some((folder) => files.inFolder(folder).some((file) => file.path.endsWith('.py')));
    if (isThere && normalised(module) === name) return module;
  }
  return undefined;
}

/**
 * The files of each project, by its root: those that no project further in has. Several in one folder have none, as
 * nobody knows whose they are.
 */
export function filesByRoot(
  files: ProjectFiles,
  drafts: readonly UnitDraft[],
): ReadonlyMap<string, readonly LintFile[]> {
  const found = new Map<string, LintFile[]>(drafts.map(({ root }) => [root, []]));
  for (const file of files.all) {
    if (!file.path.endsWith('.py')) continue;
    for (let folder = path.dirname(file.path); ; folder = path.dirname(folder)) {
      const own = found.get(folder);
      own?.push(file);
      if (own !== undefined || folder === path.dirname(folder)) break;
    }
  }
  const roots = drafts.map(({ root }) => root);
  for (const [i, root] of roots.entries()) if (roots.indexOf(root) !== i) found.delete(root);
  const depth = ({ path: file }: LintFile): number => file.split(path.sep).length;
  for (const [root, own] of found) found.set(root, own.sort((a, b) => depth(a) - depth(b)).slice(0, MAX_FILES));
  return found;
}
