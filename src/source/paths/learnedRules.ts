import type { WorkspaceFile } from '../workspace/workspaceFiles';
import type { Folder } from './projectRoots';

/** What one unique match, or a word of the user, taught: runtime paths of a service that begin with `from` lie below a folder. */
export interface LearnedRule {
  readonly service: string;
  /** Segments of the runtime's side. */
  readonly from: readonly string[];
  readonly to: Folder;
}

/** Base pairs of runtime paths and folders, by service. */
export class LearnedRules {
  private readonly byService = new Map<string, Map<string, LearnedRule>>();
  private readonly fresh = new Set<string>();
  private readonly seen = new Set<string>();

  /** Derives the base pair: what remains of both paths in front of their common tail. */
  learn(service: string, runtime: readonly string[], file: WorkspaceFile): void {
    const target = file.relative.split('/');
    let tail = 0;
    while (tail < Math.min(runtime.length, target.length) && runtime.at(-1 - tail) === target.at(-1 - tail)) tail++;
    const from = runtime.slice(0, runtime.length - tail);
    // With nothing in front, any relative path would match.
    if (from.length === 0) return;
    const relative = target.slice(0, target.length - tail).join('/');
    this.add({ service, from, to: { folder: file.folder, relative } });
  }

  /** Places a path of the service may be at, longest base first; the caller checks that a file is there. */
  apply(service: string, runtime: readonly string[]): Folder[] {
    const rules = [...(this.byService.get(service)?.values() ?? [])]
      .filter((rule) => rule.from.every((segment, i) => segment === runtime[i]))
      .sort((a, b) => b.from.length - a.from.length);
    return rules.map(({ from, to }) => {
      const rest = runtime.slice(from.length).join('/');
      return { folder: to.folder, relative: to.relative === '' ? rest : `${to.relative}/${rest}` };
    });
  }

  /** From now on these hold, and no others. */
  replace(rules: Iterable<LearnedRule>): void {
    this.byService.clear();
    for (const rule of rules) this.add(rule);
  }

  /** The services of which something was learned since the last call. */
  news(): string[] {
    const services = [...this.fresh];
    this.fresh.clear();
    return services;
  }

  private add(rule: LearnedRule): void {
    let rules = this.byService.get(rule.service);
    if (!rules) this.byService.set(rule.service, (rules = new Map<string, LearnedRule>()));
    rules.set(rule.from.join('/'), rule);
    const words = JSON.stringify(rule);
    // Two folders that look like one root may take turns.
    if (!this.seen.has(words)) this.fresh.add(rule.service);
    this.seen.add(words);
  }
}
