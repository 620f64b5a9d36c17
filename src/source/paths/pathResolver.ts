import path from 'node:path';
import type { ServiceScope } from '../services/serviceScope';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';
import type { FileLookup } from './fileLookup';
import { LearnedRules, type LearnedRule } from './learnedRules';
import { isLibraryPath } from './libraryPaths';
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

/** Finds the workspace file that a running process means by a path. Files outside the workspace are never an answer. */
export class PathResolver {
  readonly learned = new LearnedRules();
  /** What the user said, where nothing else tells. */
  readonly told = new LearnedRules();

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly lookup: FileLookup,
    private readonly roots: ProjectRoots,
    private readonly rules: readonly PathRule[],
  ) {}

  /**
   * In this order: the very file, user rules, what the user said when asked, learned rules, the longest suffix if it is unique and long enough,
   * reaches a project's root, or `witness` confirms it. Each unique success of the last kind teaches a rule.
   */
  async resolve(raw: string, service: string, scope: ServiceScope, witness?: Witness): Promise<ResolvedPath> {
    if (isLibraryPath(raw)) return { kind: 'library' };
    const runtime = parseRuntimePath(raw);
    if (!runtime) return { kind: 'none' };
    const direct = this.direct(runtime, service);
    if (direct) return { kind: 'file', file: direct };
    return this.bySuffix(runtime, service, scope, witness);
  }

  private direct(runtime: RuntimePath, service: string): WorkspaceFile | undefined {
    if (runtime.absolute) {
      const exact = this.listed(runtime.text);
      if (exact) return exact;
      for (const rule of this.rules) {
        const rest = afterPrefix(runtime, rule.from);
        const found = rest === undefined ? undefined : this.listed(path.join(rule.to, ...rest));
        if (found) return found;
      }
    }
    const { segments } = runtime;
    for (const { folder, relative } of [
      ...this.told.apply(service, segments),
      ...this.learned.apply(service, segments),
    ]) {
      const found = this.lookup.at(folder, relative);
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
    const near = scope.nearest(measured, ({ file }) => file);
    const longest = Math.max(0, ...near.map(({ length }) => length));
    const best = near.filter(({ length }) => length === longest).map(({ file }) => file);
    const [only] = best;
    if (!only) return { kind: 'none' };
    if (best.length === 1 && (longest >= TELLING_SEGMENTS || this.reachesRoot(only, longest, scope, runtime))) {
      this.learned.learn(service, runtime.segments, only);
      return { kind: 'file', file: only };
    }
    const confirmed: WorkspaceFile[] = [];
    for (const file of witness ? best.slice(0, MAX_WITNESSED) : []) if (await witness!(file)) confirmed.push(file);
    if (confirmed.length === 1) {
      this.learned.learn(service, runtime.segments, confirmed[0]!);
      return { kind: 'file', file: confirmed[0]! };
    }
    return { kind: 'several', files: best };
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

function afterPrefix(runtime: RuntimePath, from: string): readonly string[] | undefined {
  const prefix = parseRuntimePath(from)?.segments ?? [];
  const matches = prefix.every((segment, i) => segment === runtime.segments[i]);
  return matches ? runtime.segments.slice(prefix.length) : undefined;
}
