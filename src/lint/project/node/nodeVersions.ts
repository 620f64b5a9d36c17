import path from 'node:path';
import { pushTo } from '../../../base/tables/pushTo';
import type { LintFile } from '../../lintFiles';
import { namesTracing, speaksOfTracing } from '../mayTrace';
import type { ProjectFiles } from '../projectFiles';
import type { UnitDraft } from '../unitDraft';
import { readBunLock } from './bunLock';
import { setLocked, type NodeDependency } from './nodeDependency';
import type { NodeLock, NodeLockReader, NodeManager } from './nodeLock';
import { readNpmLock } from './npmLock';
import { readPnpmLock } from './pnpmLock';
import { readYarnLock } from './yarnLock';

const LOCKS: readonly (readonly [name: string, reader: NodeLockReader])[] = [
  ['package-lock.json', readNpmLock],
  ['npm-shrinkwrap.json', readNpmLock],
  ['yarn.lock', readYarnLock],
  ['pnpm-lock.yaml', readPnpmLock],
  ['bun.lock', readBunLock],
];

/** The lock files of a workspace, read once each. */
export class NodeVersions {
  private readonly byFolder = new Map<string, Promise<readonly NodeLock[]>>();
  /** What lies in folders that have any, in the order of {@link LOCKS}. */
  private readonly lockFiles = new Map<string, [LintFile, NodeLockReader][]>();

  constructor(private readonly files: ProjectFiles) {
    for (const [name, reader] of LOCKS) {
      for (const file of files.called(name)) {
        const folder = path.dirname(file.path);
        pushTo(this.lockFiles, folder, [file, reader]);
      }
    }
  }

  /**
   * Puts the installed versions into a package's dependencies. Of several lock files that disagree, the one of the
   * manifest's own manager (`packageManager`) counts; without one such a version stays unknown.
   */
  async resolve(draft: UnitDraft, declared: Iterable<NodeDependency>, manager: NodeManager | undefined): Promise<void> {
    const { folder, locks } = await this.nearest(draft.root);
    if (locks.length === 0) return;
    const own = locks.filter((lock) => lock.manager === manager);
    const trusted = own.length > 0 ? own : locks;
    const others = locks.filter((lock) => !trusted.includes(lock));
    const passedBy: string[] = [];
    const importer = path.relative(folder, draft.root).split(path.sep).join('/');
    const disputed: string[] = [];
    for (const dependency of declared) {
      const { name, range } = dependency;
      const versions = new Map<string, NodeLock>();
      for (const lock of trusted) {
        const version = lock.version(importer, name, range);
        if (version !== undefined && !versions.has(version)) versions.set(version, lock);
      }
      if (versions.size > 1) {
        disputed.push(`${name} (${[...versions.keys()].join(', ')})`);
        dependency.disputed = [...versions.keys()];
      }
      if (versions.size !== 1) continue;
      for (const [version, lock] of versions) {
        setLocked(dependency, version, lock);
        const other = others.map((one) => one.version(importer, name, range)).find((one) => one !== undefined);
        if (other !== undefined && other !== version) passedBy.push(`${name} (${version}, ${other})`);
      }
    }
    const [believed] = trusted;
    if (disputed.length > 0)
      this.files.skipPart(believed!.file.path, `${disagreement(trusted, disputed)}: these versions are not known`);
    if (passedBy.length > 0)
      this.files.skipPart(
        others[0]!.file.path,
        `${disagreement([believed!, ...others], passedBy)}: the first is believed, as package.json names ${believed!.manager}`,
      );
    if (importer === '') addIndirect(draft, trusted[0]!);
  }

  private async nearest(root: string): Promise<{ folder: string; locks: readonly NodeLock[] }> {
    for (let folder = root; ; folder = path.dirname(folder)) {
      const locks = this.lockFiles.has(folder) ? await this.locksIn(folder) : [];
      if (locks.length > 0 || folder === path.dirname(folder)) return { folder, locks };
    }
  }

  private locksIn(folder: string): Promise<readonly NodeLock[]> {
    let known = this.byFolder.get(folder);
    if (known === undefined) this.byFolder.set(folder, (known = this.read(folder)));
    return known;
  }

  private async read(folder: string): Promise<readonly NodeLock[]> {
    const locks: NodeLock[] = [];
    for (const [listed, reader] of this.lockFiles.get(folder) ?? []) {
      const file = await this.files.read(listed, 'lock');
      if (file === undefined) continue;
      const lock = reader(file);
      if (typeof lock === 'string') this.files.skip(file.path, lock);
      else locks.push(lock);
    }
    return locks;
  }
}

function disagreement(locks: readonly NodeLock[], disputed: readonly string[]): string {
  const files = locks.map(({ file }) => path.basename(file.path)).join(' and ');
  const more = disputed.length > 3 ? ` and ${disputed.length - 3} more` : '';
  return `${files} disagree on ${disputed.slice(0, 3).join(', ')}${more}`;
}

/** Of what only other packages need, only what may trace matters to lint: lock files have thousands of names. */
function addIndirect(draft: UnitDraft, lock: NodeLock): void {
  for (const [name, version, offset] of lock.packages(speaksOfTracing)) {
    if (draft.dependencies.has(name) || !namesTracing(name)) continue;
    const at = lock.file.at(offset(), undefined, `${name} ${version}`);
    draft.dependencies.set(name, { name, range: '', version, scope: 'indirect', at });
  }
}
