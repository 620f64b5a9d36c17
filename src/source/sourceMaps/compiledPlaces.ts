import path from 'node:path';
import type { CompiledProject } from '../paths/compilerOptions';
import { isBelow, type ProjectRoots } from '../paths/projectRoots';
import { commonTail, type RuntimePath } from '../paths/runtimePath';
import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFiles } from '../workspace/workspaceFiles';

/** Names compilers and bundlers give to the folder they write. */
export const OUTPUT = /^(dist|build|out|output|lib|\.next|\.output|compiled|bin)$/;

/** An output folder lies so near to the end of a path. */
const MOST_BELOW_OUTPUT = 6;
const MOST_PLACES = 64;

/** Where a compiled file may lie on this machine. */
export interface CompiledPlace {
  /** Absolute. */
  readonly path: string;
  /** Segments that it has in common with the runtime path, at their ends. */
  readonly alike: number;
}

/** Below each project in the service's reach, those that have most in common with the runtime path first. */
export function compiledPlaces(
  runtime: RuntimePath,
  scope: ServiceScope,
  projects: readonly CompiledProject[],
  roots: ProjectRoots,
  files: WorkspaceFiles,
): readonly CompiledPlace[] {
  const { segments } = runtime;
  const places = new Set<string>();
  for (const { project, outDir } of projects) {
    const rest = behind(segments, outDir.split('/'));
    if (rest !== undefined) places.add(path.join(project.folder, outDir, ...rest));
  }
  for (const { folder } of roots.all()) {
    if (scope.own && !isBelow(folder, scope.own) && !isBelow(scope.own, folder)) continue;
    for (let i = Math.max(0, segments.length - MOST_BELOW_OUTPUT); i < segments.length; i++) {
      if (OUTPUT.test(segments[i]!)) places.add(path.join(folder.folder, folder.relative, ...segments.slice(i)));
    }
  }
  const found: CompiledPlace[] = [];
  for (const place of places) {
    const described = files.describe(place);
    if (described) found.push({ path: place, alike: commonTail(runtime, described.relative.split('/')) });
  }
  return found.sort((a, b) => b.alike - a.alike).slice(0, MOST_PLACES);
}

/**
 * What comes behind the output folder in a runtime path. Of `packages/api/dist` a process may only show `dist`, for it
 * runs elsewhere; so the longest end of the folder's path that is there counts, at its last place.
 */
export function behind(segments: readonly string[], folder: readonly string[]): readonly string[] | undefined {
  for (let from = 0; from < folder.length; from++) {
    const end = folder.slice(from);
    for (let at = segments.length - end.length - 1; at >= 0; at--) {
      if (end.every((segment, i) => segments[at + i] === segment)) return segments.slice(at + end.length);
    }
  }
  return undefined;
}
