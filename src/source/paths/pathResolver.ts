import path from 'node:path';
import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import type { FileLookup } from './fileLookup';
import { LearnedRules, type LearnedRule } from './learnedRules';
import { isTest } from '../../base/fileRoles';
import { isLibraryPath, mayBeGoLibrary } from './libraryPaths';
import type { ModulePaths } from './modulePaths';
import type { ProjectRoots } from './projectRoots';
import { commonTail, parseRuntimePath, type RuntimePath } from './runtimePath';

/** Suffixes of this many segments are unique in 81–100 % of ten measured repositories; shorter ones need a witness. */
const TELLING_SEGMENTS = 3;

/** A user's rule: runtime paths that begin with `from` lie below `to` (absolute). */
export interface PathRule {
  readonly from: string;
  readonly to: string;
}

/** What became of a runtime path. */
export type ResolvedPath =
  | { readonly kind: 'file'; readonly file: WorkspaceFile }
  | { readonly kind: 'library' }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly files: readonly WorkspaceFile[] };

/** Says of a file whether what was recorded (a function at a line) is found in it. */
export type Witness = (file: WorkspaceFile) => Promise<boolean>;

const MAX_WITNESSED = 20;

/** A file with how many segments at its end are those of a runtime path. */
interface Alike {
  readonly file: WorkspaceFile;
  readonly length: number;
}

/** Finds the workspace file that a running process means by a path. Files outside the workspace are never an answer. */
export class PathResolver {
  readonly learned = new LearnedRules();
  /** What the user said, where nothing else tells. */
  readonly told = new LearnedRules();

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
    private readonly modules: ModulePaths,
    private readonly rules: readonly PathRule[],
  ) {}

  /**
   * In this order: the very file, user rules, what the user said when asked, learned rules, Go's modules, the longest suffix
   * if it is unique and long enough, reaches a project's root, or `witness` confirms it. Each unique success of the last
   * kind teaches a rule.
   */
  async resolve(raw: string, service: string, scope: ServiceScope, witness?: Witness): Promise<ResolvedPath> {
    if (this.isLibrary(raw)) return { kind: 'library' };
    const runtime = parseRuntimePath(raw);
    if (!runtime) return { kind: 'none' };
    const direct = this.direct(runtime, service);
    if (direct) return { kind: 'file', file: direct };
    const module = await this.inGoModule(runtime);
    if (module !== undefined) return module;
    const found = await this.bySuffix(runtime, service, scope, witness);
    return found.kind !== 'file' && !runtime.absolute && mayBeGoLibrary(runtime.text) ? { kind: 'library' } : found;
  }

  /** Whether a path is one of a dependency. A workspace may itself lie in a folder that is called like those of libraries. */
  isLibrary(raw: string): boolean {
    if (!isLibraryPath(raw)) return false;
    const runtime = parseRuntimePath(raw);
    if (runtime?.absolute !== true) return true;
    const described = this.files.describe(runtime.text);
    if (described === undefined) return true;
    return this.listed(runtime.text) === undefined && isLibraryPath(described.relative);
  }

  /** Built with `-trimpath` or in a GOPATH, Go's programs name files by the import path of their package. */
  private async inGoModule(runtime: RuntimePath): Promise<ResolvedPath | undefined> {
    const { segments, absolute } = runtime;
    if (!segments.at(-1)!.endsWith('.go')) return undefined;
    const from = absolute ? segments.lastIndexOf('src') + 1 : 0;
    // Import paths begin with a host's name.
    if ((absolute && from === 0) || segments.length - from < 3 || !/\.[a-z]+$/i.test(segments[from]!)) return undefined;
    const found = await this.modules.goFile(segments.slice(from).join('/'));
    if (found === undefined || found === 'missing') return undefined;
    if (found !== 'elsewhere') return { kind: 'file', file: found };
    // A GOPATH may hold the code of a fork under the name of what it was forked from.
    return absolute ? undefined : { kind: 'library' };
  }

  /** Absolute paths that a runtime path surely is on this machine, if there is a file: itself, by rules, and by what was learned. */
  places(raw: string, service: string): string[] {
    const runtime = parseRuntimePath(raw);
    return runtime ? this.placesOf(runtime, service) : [];
  }

  private placesOf(runtime: RuntimePath, service: string): string[] {
    const places: string[] = [];
    if (runtime.absolute) {
      places.push(path.resolve(runtime.text));
      for (const rule of this.rules) {
        const rest = afterPrefix(runtime, rule.from);
        if (rest !== undefined) places.push(path.resolve(rule.to, ...rest));
      }
    }
    for (const rules of [this.told, this.learned]) {
      for (const { folder, relative } of rules.apply(service, runtime.segments))
        places.push(path.join(folder, relative));
    }
    return places;
  }

  private direct(runtime: RuntimePath, service: string): WorkspaceFile | undefined {
    for (const place of this.placesOf(runtime, service)) {
      const found = this.listed(place);
      if (found) return found;
    }
    return undefined;
  }

  /**
   * What is learned from being told that a runtime path is a file, or lies below a folder: the pair of what stands in front
   * of the part that both have. Undefined where they have none.
   * @param target absolute path.
   */
  pair(raw: string, service: string, target: string): LearnedRule | undefined {
    const runtime = parseRuntimePath(raw);
    const described = this.files.describe(target);
    if (!runtime || !described) return undefined;
    const { folder, relative } = described;
    if (this.files.get(target) !== undefined) {
      const segments = relative.split('/');
      const tail = commonTail(runtime, segments);
      if (tail === 0) return undefined;
      const to = { folder, relative: segments.slice(0, segments.length - tail).join('/') };
      return { service, from: runtime.segments.slice(0, runtime.segments.length - tail), to };
    }
    for (let from = 0; from < runtime.segments.length; from++) {
      const below = runtime.segments.slice(from).join('/');
      const found = this.lookup.at(folder, relative === '' ? below : `${relative}/${below}`);
      if (found) return { service, from: runtime.segments.slice(0, from), to: { folder, relative } };
    }
    return undefined;
  }

  private listed(absolute: string): WorkspaceFile | undefined {
    const known = this.files.get(path.resolve(absolute));
    if (known || (process.platform !== 'win32' && process.platform !== 'darwin')) return known;
    const folded = path.resolve(absolute).toLowerCase();
    return this.lookup.named(path.basename(absolute)).find((file) => file.path.toLowerCase() === folded);
  }

  private async bySuffix(
    runtime: RuntimePath,
    service: string,
    scope: ServiceScope,
    witness: Witness | undefined,
  ): Promise<ResolvedPath> {
    const named = this.lookup.named(runtime.segments.at(-1)!);
    const measured = named
      .filter((file) => scope.allowsNamed(file))
      .map((file) => ({ file, length: commonTail(runtime, file.relative.split('/')) }))
      .filter(({ length }) => length > 0);
    const best = this.mostAlike(measured, runtime, scope);
    const [only] = best;
    if (!only) return { kind: 'none' };
    if (best.length === 1 && this.tells(only, scope, runtime)) {
      this.learned.learn(service, runtime.segments, only.file);
      return { kind: 'file', file: only.file };
    }
    const confirmed: WorkspaceFile[] = [];
    for (const { file } of witness ? best.slice(0, MAX_WITNESSED) : []) if (await witness!(file)) confirmed.push(file);
    if (confirmed.length === 1) {
      this.learned.learn(service, runtime.segments, confirmed[0]!);
      return { kind: 'file', file: confirmed[0]! };
    }
    return { kind: 'several', files: best.map(({ file }) => file) };
  }

  /**
   * The files of the longest common tail, those in the service's own folder before others. Where a file that is not so near
   * agrees further than one that may be meant, neither is taken for the other.
   */
  private mostAlike(measured: readonly Alike[], runtime: RuntimePath, scope: ServiceScope): readonly Alike[] {
    const longest = longestOf(measured);
    const near = longestOf(scope.nearest(measured, ({ file }) => file));
    if (longest.length === 0 || near[0]!.length === longest[0]!.length) return near;
    if (scope.own === undefined || !near.some((one) => this.tells(one, scope, runtime))) return longest;
    // Of `/app/src/a.ts` what begins with the root of a container is no part of a path in the repository.
    return runtime.absolute && longest[0]!.length === runtime.segments.length ? near : [...near, ...longest];
  }

  private tells({ file, length }: Alike, scope: ServiceScope, runtime: RuntimePath): boolean {
    return length >= TELLING_SEGMENTS || this.reachesRoot(file, length, scope, runtime);
  }

  /** Whether the common tail is all of the file's path below the service's folder or a project's root. */
  private reachesRoot(file: WorkspaceFile, tail: number, scope: ServiceScope, runtime: RuntimePath): boolean {
    const segments = file.relative.split('/');
    const above = { folder: file.folder, relative: segments.slice(0, segments.length - tail).join('/') };
    const isOwn = scope.own !== undefined && scope.own.relative === above.relative && scope.own.folder === file.folder;
    if (!isOwn && !this.roots.has(above)) return false;
    // A lone `main.py` of a runtime that runs elsewhere says little unless the service is known to live here.
    return tail > 1 || isOwn || (runtime.absolute && this.lookup.named(segments.at(-1)!).length === 1);
  }
}

function longestOf(files: readonly Alike[]): readonly Alike[] {
  const longest = Math.max(0, ...files.map(({ length }) => length));
  return liveCode(files.filter(({ length }) => length === longest));
}

/** Tests mirror the folders of what they test. */
function liveCode(files: readonly Alike[]): readonly Alike[] {
  const live = files.filter(({ file }) => !isTest(file.relative));
  return live.length > 0 ? live : files;
}

function afterPrefix(runtime: RuntimePath, from: string): readonly string[] | undefined {
  const prefix = parseRuntimePath(from);
  const drives = [prefix, runtime].map((one) => /^[A-Z]:/.exec(one?.text ?? '')?.[0]);
  if (drives[0] !== undefined && drives[0] !== drives[1]) return undefined;
  const written = (segment: string): string => (runtime.ignoresCase ? segment.toLowerCase() : segment);
  const segments = prefix?.segments ?? [];
  const matches = segments.every((segment, i) => written(segment) === written(runtime.segments[i] ?? ''));
  return matches ? runtime.segments.slice(segments.length) : undefined;
}
