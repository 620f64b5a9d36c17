import { LruMap } from '../../../base/tables/lruMap';
import { decodeText } from '../../workspace/decodeText';
import { MAX_FILE_BYTES } from '../../workspace/workspaceFiles';
import { parseHunks, type Hunk } from '../lineMap';
import type { RecordedRevision } from '../origin';
import type { Git } from './git';

/** Something, or the reason why there is none: a clause that follows "which". */
export type Found<T> =
  { readonly value: T; readonly why?: undefined } | { readonly value?: undefined; readonly why: string };

/** Of a version where the clone may just not have its tag. Of others it is not worth a word: most versions are no tags. */
export const TAG_NOT_HERE = 'is the name of no tag in this shallow clone (git fetch --tags gets it, if there is one)';

/** An object of a tree. */
export interface TreeEntry {
  readonly type: 'blob' | 'commit';
  readonly oid: string;
}

/** HEAD moves when somebody commits or checks out; files then change as well, and are asked about again. */
const HEAD_MS = 2_000;
/** A commit that is missing may be fetched. */
const MISSING_MS = 30_000;
/** A tree of 150,000 files; beyond, files are asked for one by one. */
const MOST_TREE_BYTES = 16 * 1024 * 1024;
const MOST_TREES = 4;
const MOST_TEXTS = 40;
const MOST_DIFFS = 500;

/** One repository's past, asked for at most once. Paths are relative to {@link top}, with `/`. */
export class Repository {
  private readonly commits = new Map<string, { readonly found: Promise<Found<string>>; readonly atMs: number }>();
  private readonly trees = new LruMap<string, Promise<ReadonlyMap<string, TreeEntry> | undefined>>(MOST_TREES);
  private readonly renamed = new LruMap<string, Promise<ReadonlyMap<string, string>>>(MOST_TREES);
  private readonly texts = new LruMap<string, Promise<Found<string>>>(MOST_TEXTS);
  private readonly diffs = new LruMap<string, Promise<readonly Hunk[]>>(MOST_DIFFS);
  private headAsked: { readonly commit: Promise<string | undefined>; readonly atMs: number } | undefined;

  /**
   * @param top absolute path of the work tree.
   * @param superproject top of the repository that this one is a submodule of.
   */
  constructor(
    private readonly git: Git,
    readonly top: string,
    readonly superproject: string | undefined,
  ) {}

  /** The commit that is checked out; undefined in a repository without any. */
  head(): Promise<string | undefined> {
    const now = Date.now();
    if (this.headAsked === undefined || now - this.headAsked.atMs > HEAD_MS) {
      this.headAsked = { commit: this.verify('HEAD^{commit}'), atMs: now };
    }
    return this.headAsked.commit;
  }

  /** The commit that a process named. */
  commit(revision: RecordedRevision): Promise<Found<string>> {
    const key = `${revision.kind}:${revision.text}`;
    const known = this.commits.get(key);
    if (known !== undefined && Date.now() - known.atMs < MISSING_MS) return known.found;
    const found = this.findCommit(revision);
    this.commits.set(key, { found, atMs: Date.now() });
    void found.then(({ value }) => {
      if (value !== undefined) this.commits.set(key, { found, atMs: Infinity });
    });
    return found;
  }

  /** Whether the repository has a commit. */
  async has(commit: string): Promise<boolean> {
    return (await this.verify(`${commit}^{commit}`)) !== undefined;
  }

  /** What a commit has at a path. */
  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    const tree = await this.tree(commit);
    if (tree !== undefined) return tree.get(path);
    const answer = await this.git.ask(this.top, ['ls-tree', '-z', '--full-tree', commit, '--', path]);
    return answer.ok ? parseTree(answer.bytes.toString('utf8')).get(path) : undefined;
  }

  /** All files of a commit; undefined where there are too many. */
  tree(commit: string): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
    let tree = this.trees.get(commit);
    if (tree === undefined) this.trees.set(commit, (tree = this.readTree(commit)));
    return tree;
  }

  /** Files that were moved between two commits, by what they are called in the later one. */
  renames(from: string, to: string): Promise<ReadonlyMap<string, string>> {
    const key = `${from}..${to}`;
    let renames = this.renamed.get(key);
    if (renames === undefined) this.renamed.set(key, (renames = this.readRenames(from, to)));
    return renames;
  }

  /** What changed in a file between two commits, without context. Empty also where git calls it binary. */
  hunks(from: string, before: string, to: string, after: string): Promise<readonly Hunk[]> {
    const key = [from, before, to, after].join('\0');
    let hunks = this.diffs.get(key);
    if (hunks === undefined) this.diffs.set(key, (hunks = this.readHunks(from, before, to, after)));
    return hunks;
  }

  /** The text of an object, if it is one that is read as source. */
  text(oid: string): Promise<Found<string>> {
    let text = this.texts.get(oid);
    if (text === undefined) this.texts.set(oid, (text = this.readText(oid)));
    return text;
  }

  private async findCommit({ text, kind }: RecordedRevision): Promise<Found<string>> {
    if (kind === 'commit') {
      const commit = await this.verify(`${text}^{commit}`);
      return commit === undefined ? { why: await this.whyMissing() } : { value: commit };
    }
    // A name of a tag, and nothing that git reads as an expression.
    const name = /^[\w][\w.+-]*$/.test(text) && !text.includes('..') ? text : undefined;
    for (const tag of name === undefined ? [] : name.startsWith('v') ? [name, name.slice(1)] : [`v${name}`, name]) {
      const commit = await this.verify(`refs/tags/${tag}^{commit}`);
      if (commit !== undefined) return { value: commit };
    }
    const shallow = await this.isShallow();
    return { why: shallow.value === true ? TAG_NOT_HERE : 'is the name of no tag in this clone' };
  }

  private async isShallow(): Promise<Found<boolean>> {
    const shallow = await this.git.ask(this.top, ['rev-parse', '--is-shallow-repository']);
    if (!shallow.ok && shallow.why !== 'failed') return { why: `cannot be looked up: ${shallow.text}` };
    return { value: shallow.ok && shallow.bytes.toString('utf8').trim() === 'true' };
  }

  private async whyMissing(): Promise<string> {
    const shallow = await this.isShallow();
    if (shallow.value === undefined) return shallow.why;
    return shallow.value
      ? 'is not in this shallow clone (git fetch --unshallow gets it)'
      : 'is not in this clone (git fetch may get it)';
  }

  private async verify(expression: string): Promise<string | undefined> {
    const answer = await this.git.ask(this.top, ['rev-parse', '--verify', '--quiet', expression]);
    const commit = answer.ok ? answer.bytes.toString('utf8').trim() : '';
    return /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  }

  private async readTree(commit: string): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
    const answer = await this.git.ask(this.top, ['ls-tree', '-r', '-z', '--full-tree', commit], MOST_TREE_BYTES);
    return answer.ok ? parseTree(answer.bytes.toString('utf8')) : undefined;
  }

  private async readRenames(from: string, to: string): Promise<ReadonlyMap<string, string>> {
    const renames = new Map<string, string>();
    if (from === to) return renames;
    const args = ['diff', ...PLAIN_DIFF, '-M', '--diff-filter=R', '--name-status', '-z', from, to];
    const answer = await this.git.ask(this.top, args);
    const words = answer.ok ? answer.bytes.toString('utf8').split('\0') : [];
    for (let i = 0; i + 2 < words.length; i += 3) renames.set(words[i + 2]!, words[i + 1]!);
    return renames;
  }

  private async readHunks(from: string, before: string, to: string, after: string): Promise<readonly Hunk[]> {
    const paths = before === after ? [after] : [before, after];
    // Ends of lines differ by platform and say nothing.
    const args = ['diff', ...PLAIN_DIFF, '-U0', '-M', '--inter-hunk-context=0', '--ignore-space-at-eol'];
    const answer = await this.git.ask(this.top, [...args, from, to, '--', ...paths]);
    return answer.ok ? parseHunks(answer.bytes.toString('latin1')) : [];
  }

  private async readText(oid: string): Promise<Found<string>> {
    const answer = await this.git.ask(this.top, ['cat-file', 'blob', oid], MAX_FILE_BYTES);
    if (!answer.ok) {
      if (answer.why === 'too-large') return { why: 'was larger than 1 MB there' };
      return { why: `cannot be read there: ${answer.text}` };
    }
    const text = decodeText(answer.bytes);
    if (text === undefined) return { why: 'was binary there' };
    return text.startsWith('version https://git-lfs') ? { why: 'is kept by Git LFS' } : { value: text };
  }
}

const PLAIN_DIFF = ['--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none', '--submodule=short'];

/** `<mode> <type> <object>\t<path>\0` of `git ls-tree -z`. */
function parseTree(text: string): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\0', from);
    if (end < 0) break;
    const tab = text.indexOf('\t', from);
    const [mode, type, oid] = text.slice(from, tab).split(' ');
    // Of a link the text is a path.
    if ((type === 'blob' && mode !== '120000') || type === 'commit')
      entries.set(text.slice(tab + 1, end), { type, oid: oid! });
    from = end + 1;
  }
  return entries;
}
