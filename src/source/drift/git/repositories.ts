import path from 'node:path';
import { LruMap } from '../../../base/tables/lruMap';
import type { RecordedRevision } from '../origin';
import type { Git } from './git';
import { Repository, type Found } from './repository';

/** Folders whose repository is remembered. */
const MOST_FOLDERS = 5_000;

/** A file within its repository. */
export interface RepositoryFile {
  readonly repository: Repository;
  /** Relative to the repository's top, with `/`. */
  readonly path: string;
}

interface FolderPlace {
  readonly repository: Repository;
  /** The folder, relative to the top, with `/` at its end; '' for the top. */
  readonly prefix: string;
}

/** The repositories that the workspace's files lie in: each file belongs to the innermost, which may be a submodule. */
export class Repositories {
  private readonly byTop = new Map<string, Repository>();
  private readonly folders = new LruMap<string, Promise<Found<FolderPlace>>>(MOST_FOLDERS);

  constructor(private readonly git: Git) {}

  /** @param file absolute. */
  async place(file: string): Promise<Found<RepositoryFile>> {
    const found = await this.folder(path.dirname(file));
    if (found.value === undefined) return found;
    const { repository, prefix } = found.value;
    return { value: { repository, path: prefix + path.basename(file) } };
  }

  /**
   * The commit of a file's repository that a revision names; of a submodule also the one that the commit of the
   * repository around it points at.
   */
  async commit(repository: Repository, revision: RecordedRevision): Promise<Found<string>> {
    const own = await repository.commit(revision);
    if (own.value !== undefined || repository.superproject === undefined) return own;
    const around = await this.folder(repository.superproject);
    const outer = around.value?.repository;
    const commit = outer && (await outer.commit(revision)).value;
    if (outer === undefined || commit === undefined) return own;
    const at = path.relative(outer.top, repository.top).split(path.sep).join('/');
    const link = await outer.entry(commit, at);
    if (link?.type !== 'commit') return { why: `has no submodule ${at}` };
    if (await repository.has(link.oid)) return { value: link.oid };
    return { why: `has another commit of the submodule ${at}, which is not in this clone` };
  }

  /** Asks anew where folders lie: repositories come and go, and git becomes allowed. */
  forget(): void {
    this.folders.clear();
    this.byTop.clear();
  }

  folder(folder: string): Promise<Found<FolderPlace>> {
    let place = this.folders.get(folder);
    if (place === undefined) this.folders.set(folder, (place = this.find(folder)));
    return place;
  }

  private async find(folder: string): Promise<Found<FolderPlace>> {
    const args = ['rev-parse', '--show-toplevel', '--show-prefix', '--show-superproject-working-tree'];
    const answer = await this.git.ask(folder, args);
    if (!answer.ok) {
      const isOutside = answer.why === 'failed' && /not a git repository/.test(answer.text);
      return { why: `cannot be looked up: ${isOutside ? 'the code lies in no git repository' : answer.text}` };
    }
    const [top = '', prefix = '', superproject = ''] = answer.bytes.toString('utf8').split('\n');
    let repository = this.byTop.get(top);
    if (repository === undefined) {
      const around = superproject === '' ? undefined : path.resolve(superproject);
      repository = new Repository(this.git, path.resolve(top), around);
      this.byTop.set(top, repository);
    }
    return { value: { repository, prefix } };
  }
}
