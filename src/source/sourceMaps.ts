import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import path from 'node:path';
import type { CompiledProject, CompilerOptions } from './paths/compilerOptions';
import { basename, dirname, joinRelative, type FileLookup } from './paths/fileLookup';
import type { ProjectRoots } from './paths/projectRoots';
import { parseRuntimePath } from './paths/runtimePath';
import type { ServiceScope } from './services/serviceScope';
import type { WorkspaceFile, WorkspaceFiles } from './workspace/workspaceFiles';

/** Compiled files and maps beyond this are bundles of everything; reading them would stall the engine. */
const MAX_MAP_BYTES = 16 * 1024 * 1024;

/** Maps kept decoded. */
const MAX_CACHED = 50;

/** Where compiled code came from. */
export interface OriginalPlace {
  readonly file: WorkspaceFile;
  /** 1-based; undefined where only the file is known (no map, but `outDir` tells). */
  readonly line: number | undefined;
}

/** Takes places in compiled JavaScript back to the sources of the workspace. */
export class SourceMaps {
  private readonly cache = new Map<string, Promise<TraceMap | undefined>>();

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
    private readonly compiler: CompilerOptions,
  ) {}

  /** Called when files were written that may be maps. */
  forget(): void {
    this.cache.clear();
  }

  /**
   * @param raw the runtime path of a JavaScript file.
   * @param line 1-based. @param column 1-based.
   * @returns undefined where neither a map nor a tsconfig says anything.
   */
  async original(
    raw: string,
    line: number | undefined,
    column: number | undefined,
    scope: ServiceScope,
  ): Promise<OriginalPlace | undefined> {
    const runtime = parseRuntimePath(raw);
    if (!runtime || !/\.[mc]?js$/.test(raw.replace(/[?#].*$/, ''))) return undefined;
    const projects = await this.compiler.compiled(scope);
    for (const compiled of this.compiledPlaces(runtime.segments, runtime.text, scope, projects)) {
      const map = await this.map(compiled);
      const found = map && this.throughMap(map, compiled, line, column);
      if (found) return found;
    }
    const told = this.throughCompilerOptions(runtime.segments, projects);
    return told ? { file: told, line: undefined } : this.throughUsualFolders(runtime.segments, scope);
  }

  /** Where the compiled file may lie on this machine: as named, else below each project in the service's reach. */
  private compiledPlaces(
    segments: readonly string[],
    text: string,
    scope: ServiceScope,
    projects: readonly CompiledProject[],
  ): string[] {
    const places = [path.resolve(text)];
    for (const { project, outDir } of projects) {
      const rest = behind(segments, outDir.split('/'));
      if (rest !== undefined) places.push(path.join(project.folder, outDir, ...rest));
    }
    for (const { folder } of this.roots.all()) {
      if (scope.own && (folder.folder !== scope.own.folder || !isSameOrBelow(folder.relative, scope.own.relative)))
        continue;
      for (let i = Math.max(0, segments.length - 6); i < segments.length; i++) {
        if (!OUTPUT.test(segments[i]!)) continue;
        places.push(path.join(folder.folder, folder.relative, ...segments.slice(i)));
      }
    }
    return places.filter((place) => this.files.describe(place) !== undefined).slice(0, 64);
  }

  private map(compiled: string): Promise<TraceMap | undefined> {
    let map = this.cache.get(compiled);
    if (!map) {
      if (this.cache.size >= MAX_CACHED) this.cache.delete(this.cache.keys().next().value!);
      this.cache.set(compiled, (map = this.readMap(compiled)));
    }
    return map;
  }

  private async readMap(compiled: string): Promise<TraceMap | undefined> {
    const text = await this.files.read(compiled, MAX_MAP_BYTES);
    if (text === undefined) return undefined;
    const named = /\/\/[#@]\s*sourceMappingURL=(\S+)\s*$/.exec(text.slice(-MAX_MAP_BYTES / 2))?.[1];
    const inline = named === undefined ? undefined : /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(named);
    const json = inline
      ? inline[1] === undefined
        ? decodeURIComponent(inline[2]!)
        : Buffer.from(inline[2]!, 'base64').toString('utf8')
      : await this.files.read(
          named === undefined || /^[a-z]+:/.test(named) ? `${compiled}.map` : path.join(path.dirname(compiled), named),
          MAX_MAP_BYTES,
        );
    if (json === undefined) return undefined;
    try {
      return new TraceMap(json);
    } catch {
      // A damaged map says nothing; the compiler's options still may.
      return undefined;
    }
  }

  private throughMap(
    map: TraceMap,
    compiled: string,
    line: number | undefined,
    column: number | undefined,
  ): OriginalPlace | undefined {
    const position =
      line === undefined ? undefined : originalPositionFor(map, { line, column: Math.max(0, (column ?? 1) - 1) });
    const named = position?.source ?? (map.sources.length === 1 ? map.sources[0] : undefined);
    if (named === undefined || named === null) return undefined;
    const file = this.sourceFile(named, compiled);
    return file && { file, line: position?.line ?? undefined };
  }

  private sourceFile(named: string, compiled: string): WorkspaceFile | undefined {
    const beside = this.files.get(path.resolve(path.dirname(compiled), named));
    if (beside) return beside;
    const runtime = parseRuntimePath(named);
    const described = this.files.describe(compiled);
    if (!runtime || !described) return undefined;
    const root = this.roots.nearest(described);
    const inProject = this.lookup.at(root.folder, joinRelative(root.relative, runtime.segments.join('/')) ?? '');
    if (inProject) return inProject;
    const ending = this.lookup.endingIn(runtime.segments.join('/'));
    return ending.length === 1 ? ending[0] : undefined;
  }

  /** Without a map: what lies below `outDir` comes from the same path below `rootDir`, as the tsconfig says. */
  private throughCompilerOptions(
    segments: readonly string[],
    projects: readonly CompiledProject[],
  ): WorkspaceFile | undefined {
    const found = new Map<string, WorkspaceFile>();
    for (const { project, outDir, rootDirs } of projects) {
      const rest = behind(segments, outDir.split('/'));
      for (const root of rest === undefined ? [] : rootDirs) {
        for (const source of sourcesOf(rest!.join('/'))) {
          const file = this.lookup.at(project.folder, joinRelative(root, source) ?? '');
          if (file) found.set(file.path, file);
        }
      }
    }
    return found.size === 1 ? [...found.values()][0] : undefined;
  }

  /** Without a map and a tsconfig that tells: `dist/a/b.js` of a project is `src/a/b.ts`, by the usual names. */
  private throughUsualFolders(segments: readonly string[], scope: ServiceScope): OriginalPlace | undefined {
    const output = segments.findLastIndex((segment) => OUTPUT.test(segment));
    if (output < 0) return undefined;
    const rest = segments.slice(output + 1).join('/');
    const found = new Map<string, WorkspaceFile>();
    for (const candidate of sourcesOf(rest)) {
      for (const file of this.lookup.named(basename(candidate))) {
        if (!scope.allows(file) || !(file.relative === candidate || file.relative.endsWith(`/${candidate}`))) continue;
        const root = this.roots.nearest(file).relative;
        const inside = root === '' ? file.relative : file.relative.slice(root.length + 1);
        const base = dirname(inside.slice(0, inside.length - candidate.length) + 'x');
        if (base === '' || /^(src|lib|app|source)$/.test(base)) found.set(file.path, file);
      }
    }
    const near = scope.nearest([...found.values()], (file) => file);
    return near.length === 1 ? { file: near[0]!, line: undefined } : undefined;
  }
}

/** Names compilers and bundlers give to the folder they write. */
const OUTPUT = /^(dist|build|out|output|lib|\.next|\.output|compiled|bin)$/;

/** `orders/a.js` is compiled from `orders/a.ts` or `orders/a.tsx`. */
function sourcesOf(compiled: string): string[] {
  const source = compiled.replace(/\.([mc]?)js$/, '.$1ts');
  return [source, `${source}x`];
}

/**
 * What comes behind the output folder in a runtime path. Of `packages/api/dist` a process may only show `dist`, for it
 * runs elsewhere; so the longest end of the folder's path that is there counts, at its last place.
 */
function behind(segments: readonly string[], folder: readonly string[]): readonly string[] | undefined {
  for (let from = 0; from < folder.length; from++) {
    const end = folder.slice(from);
    for (let at = segments.length - end.length - 1; at >= 0; at--) {
      if (end.every((segment, i) => segments[at + i] === segment)) return segments.slice(at + end.length);
    }
  }
  return undefined;
}

function isSameOrBelow(relative: string, root: string): boolean {
  return root === '' || relative === root || relative.startsWith(`${root}/`);
}
