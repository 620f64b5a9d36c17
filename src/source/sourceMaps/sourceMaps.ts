import type { CompilerOptions } from '../paths/compilerOptions';
import type { FileLookup } from '../paths/fileLookup';
import type { ProjectRoots } from '../paths/projectRoots';
import { parseRuntimePath } from '../paths/runtimePath';
import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import { compiledPlaces } from './compiledPlaces';
import { MapFiles } from './mapFiles';
import { positionIn } from './mapPosition';
import { MapSources } from './mapSources';
import { throughCompilerOptions, throughUsualFolders } from './withoutMap';

/** Compiled code that is compiled again, at most so often. */
const MOST_STEPS = 3;

/** From so many segments in common on it is certain which of several compiled files is meant. */
const TELLING_SEGMENTS = 3;

/** Where compiled code came from. */
export interface OriginalPlace {
  readonly kind: 'place';
  readonly file: WorkspaceFile;
  /** 1-based; undefined where only the file is known (no map, but `outDir` tells). */
  readonly line: number | undefined;
  /** The file's text when it was compiled, if its map keeps it. */
  readonly content?: string | undefined;
}

/** `silent`: there is a map, and it does not tell; `text` is a sentence that says why. */
export type Original =
  | OriginalPlace
  | { readonly kind: 'several'; readonly files: readonly WorkspaceFile[] }
  | { readonly kind: 'library' }
  | { readonly kind: 'silent'; readonly text: string; readonly cure: string };

/** A place in compiled code, 1-based. */
export interface CompiledPosition {
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** Takes places in compiled JavaScript back to the sources of the workspace. */
export class SourceMaps {
  private readonly maps: MapFiles;
  private readonly sources: MapSources;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
    private readonly compiler: CompilerOptions,
  ) {
    this.maps = new MapFiles(files);
    this.sources = new MapSources(files, lookup, roots);
  }

  /** Called when files were written that may be maps. */
  forget(): void {
    this.maps.forget();
  }

  /**
   * @param raw the runtime path of a JavaScript file.
   * @param known absolute paths that the file surely has on this machine, if it is there.
   * @returns undefined where neither a map nor a tsconfig says anything.
   */
  async original(
    raw: string,
    at: CompiledPosition,
    scope: ServiceScope,
    known: readonly string[],
  ): Promise<Original | undefined> {
    const runtime = parseRuntimePath(raw);
    if (!runtime || !isScript(runtime.segments.at(-1)!)) return undefined;
    const { segments } = runtime;
    let silent: Original | undefined;
    for (const place of known) {
      const found = await this.through(place, at);
      if (found?.kind === 'silent') silent ??= found;
      else if (found) return found;
    }
    const projects = await this.compiler.compiled(scope);
    const found = new Map<string, Original>();
    let alike = 0;
    for (const place of compiledPlaces(runtime, scope, projects, this.roots, this.files)) {
      if (place.alike < alike) break;
      const one = await this.through(place.path, at);
      if (one === undefined) continue;
      if (one.kind === 'silent') silent ??= one;
      else {
        found.set(one.kind === 'place' ? one.file.path : one.kind, one);
        alike = place.alike;
      }
    }
    const told = throughCompilerOptions(segments, projects, this.lookup);
    const guessed = told.length > 0 ? told : throughUsualFolders(segments, scope, this.lookup, this.roots);
    if (found.size > 0) {
      // Where nothing says whose file it is, one that was not compiled here may be meant as well.
      const isSure = scope.own !== undefined || alike >= TELLING_SEGMENTS;
      for (const file of isSure ? [] : guessed) if (!found.has(file.path)) found.set(file.path, placeOf(file));
      return found.size === 1 ? [...found.values()][0] : { kind: 'several', files: filesOf(found.values()) };
    }
    return guessed.length === 1 ? placeOf(guessed[0]!) : silent;
  }

  /** The same of a compiled file that is known: a map leads on from it, or not. @param compiled absolute path. */
  async through(compiled: string, at: CompiledPosition): Promise<Exclude<Original, { kind: 'several' }> | undefined> {
    let place = compiled;
    let { line, column } = at;
    for (let step = 0; step < MOST_STEPS; step++) {
      const described = this.files.describe(place);
      const map = described && (await this.maps.of(place));
      if (described === undefined || map === undefined) return undefined;
      const name = described.relative;
      if (map === 'damaged') return silent(`The source map of ${name} cannot be read.`, 'Build it again.');
      const found = positionIn(map, line, column);
      if (found === 'line') return silent(`The source map of ${name} says nothing of line ${line ?? '?'}.`, OUTDATED);
      if (found === 'column') {
        const text = `Line ${line} of ${name} was made of many lines, and the span names no column.`;
        return silent(text, 'Build it without minifying, or send code.column.number.');
      }
      const source = found.isIgnored ? 'library' : this.sources.file(found.source, place);
      if (source === undefined)
        return silent(`${name} was compiled from ${found.source}, which is no file of the workspace.`, OUTDATED);
      if (source === 'library') return { kind: 'library' };
      if (!('compiled' in source)) return { kind: 'place', file: source, line: found.line, content: found.content };
      place = source.compiled;
      ({ line, column } = found);
    }
    return undefined;
  }
}

const OUTDATED = 'Build it again, if its sources were changed or moved since.';

function silent(text: string, cure: string): Original & { readonly kind: 'silent' } {
  return { kind: 'silent', text, cure };
}

function placeOf(file: WorkspaceFile): OriginalPlace {
  return { kind: 'place', file, line: undefined };
}

function filesOf(found: Iterable<Original>): WorkspaceFile[] {
  return [...found].flatMap((one) => (one.kind === 'place' ? [one.file] : []));
}

/** Whether a file of that name is JavaScript, which may have been compiled. */
export function isScript(name: string): boolean {
  return /\.[mc]?js$/.test(name);
}
