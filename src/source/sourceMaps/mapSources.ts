import path from 'node:path';
import { basename, type FileLookup } from '../paths/fileLookup';
import { isLibraryPath } from '../paths/libraryPaths';
import { isBelow, type ProjectRoots } from '../paths/projectRoots';
import { commonTail, parseRuntimePath } from '../paths/runtimePath';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';

/** So many segments in common tell a file, wherever it lies. */
const TELLING_SEGMENTS = 3;

/** A file of the workspace, one of a library, or a compiled file that has a map of its own in turn; undefined: none is known. */
export type MapSource = WorkspaceFile | 'library' | { readonly compiled: string } | undefined;

/** What sources mean that maps name: maps are made on other machines, and bundlers name sources as they like. */
export class MapSources {
  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
  ) {}

  /** @param named as the map names it. @param compiled absolute path of the compiled file. */
  file(named: string, compiled: string): MapSource {
    const isRelative = !/^(?:[a-z][a-z0-9+.-]*:|[\\/])/i.test(named);
    const full = isRelative ? path.resolve(path.dirname(compiled), named) : named;
    const beside = this.files.get(full);
    if (beside) return beside;
    if (isLibraryPath(named) || /^webpack:\/\/[^/]*\/webpack\//.test(named)) return 'library';
    if (isRelative && /\.[mc]?js$/.test(full) && this.files.describe(full) !== undefined) return { compiled: full };
    return this.bySegments(named, compiled, isRelative);
  }

  private bySegments(named: string, compiled: string, isRelative: boolean): WorkspaceFile | undefined {
    // Of an address only the path says something of files.
    const runtime = parseRuntimePath(named.replace(/^https?:\/\/[^/]*/i, ''));
    const described = this.files.describe(compiled);
    if (!runtime || !described) return undefined;
    const { segments } = runtime;
    const measured = this.lookup
      .named(basename(segments.join('/')))
      .map((file) => ({ file, length: commonTail(runtime, file.relative.split('/')) }));
    const longest = Math.max(0, ...measured.map(({ length }) => length));
    const best = measured.filter(({ length }) => length > 0 && length === longest).map(({ file }) => file);
    const project = this.roots.nearest(described);
    const inside = best.filter((file) => isBelow(file, project));
    const [only, ...others] = inside.length > 0 ? inside : best;
    if (!only || others.length > 0) return undefined;
    if (longest === segments.length) return only;
    if (isRelative) return undefined;
    if (longest >= TELLING_SEGMENTS) return only;
    const root = this.roots.nearest(only).relative;
    const reachesRoot = only.relative.split('/').length - longest === (root === '' ? 0 : root.split('/').length);
    return reachesRoot && (longest > 1 || inside.length > 0) ? only : undefined;
  }
}
