import type { CompiledProject } from '../paths/compilerOptions';
import { basename, dirname, joinRelative, type FileLookup } from '../paths/fileLookup';
import type { ProjectRoots } from '../paths/projectRoots';
import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { behind, OUTPUT } from './compiledPlaces';

/** Without a map: what lies below `outDir` comes from the same path below `rootDir`, as the tsconfig says. */
export function throughCompilerOptions(
  segments: readonly string[],
  projects: readonly CompiledProject[],
  lookup: FileLookup,
): WorkspaceFile[] {
  const found = new Map<string, WorkspaceFile>();
  for (const { project, outDir, rootDirs } of projects) {
    const rest = behind(segments, outDir.split('/'));
    for (const root of rest === undefined ? [] : rootDirs) {
      for (const source of sourcesOf(rest!.join('/'))) {
        const file = lookup.at(project.folder, joinRelative(root, source) ?? '');
        if (file) found.set(file.path, file);
      }
    }
  }
  return [...found.values()];
}

/**
 * Without a map and a tsconfig that tells: `dist/a/b.js` of a project is `src/a/b.ts`, by the usual names. Of
 * `dist/lib/a.js` the outermost folder is the one that is written.
 */
export function throughUsualFolders(
  segments: readonly string[],
  scope: ServiceScope,
  lookup: FileLookup,
  roots: ProjectRoots,
): WorkspaceFile[] {
  for (const [output, segment] of segments.entries()) {
    if (!OUTPUT.test(segment)) continue;
    // A `lib` with files that people wrote is none that is written.
    const own = lookup.endingIn(segments.slice(output).join('/'));
    if (own.some((file) => scope.allowsNamed(file))) return [];
    const found = usualSources(segments.slice(output + 1).join('/'), scope, lookup, roots);
    if (found.length > 0) return found;
  }
  return [];
}

function usualSources(rest: string, scope: ServiceScope, lookup: FileLookup, roots: ProjectRoots): WorkspaceFile[] {
  const found = new Map<string, WorkspaceFile>();
  for (const candidate of sourcesOf(rest)) {
    for (const file of lookup.named(basename(candidate))) {
      if (!scope.allowsNamed(file) || !(file.relative === candidate || file.relative.endsWith(`/${candidate}`)))
        continue;
      const root = roots.nearest(file).relative;
      const inside = root === '' ? file.relative : file.relative.slice(root.length + 1);
      const base = dirname(inside.slice(0, inside.length - candidate.length) + 'x');
      if (base === '' || /^(src|lib|app|source)$/.test(base)) found.set(file.path, file);
    }
  }
  return scope.nearest([...found.values()], (file) => file);
}

/** `orders/a.js` is compiled from `orders/a.ts` or `orders/a.tsx`. */
function sourcesOf(compiled: string): string[] {
  const source = compiled.replace(/\.([mc]?)js$/, '.$1ts');
  return [source, `${source}x`];
}
