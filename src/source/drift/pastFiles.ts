import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LruMap } from '../../base/tables/lruMap';
import type { FileFacts, Language } from '../../syntax/facts';
import type { FactsProvider } from '../index/factsStore';
import { decodeText } from '../workspace/decodeText';
import { MAX_FILE_BYTES, type WorkspaceFile, type WorkspaceFiles } from '../workspace/workspaceFiles';
import { codeVersion, lineHashes, type CodeVersion } from './codeVersion';
import { compareLines } from './compareLines';
import type { Repositories, RepositoryFile } from './git/repositories';
import { TAG_NOT_HERE, type Repository } from './git/repository';
import { LineMap } from './lineMap';
import { uncommittedMoves, type FolderOfRepository, type MovedFile } from './movedFiles';
import type { CodeOrigin, RecordedRevision } from './origin';
import type { Snapshot, Snapshots } from './snapshots';

/** A file as it was where spans were recorded, beside the file of now. */
export interface PastFile {
  readonly old: CodeVersion;
  readonly now: CodeVersion;
  /** From the old lines to those of now. */
  readonly lines: LineMap;
  /** What the file was called, where that is another name: in its repository, with `/`. */
  readonly before?: string;
  /** It is no revision's: what the process began with, or what a source map keeps of the file that was compiled. */
  readonly instead?: 'snapshot' | 'compiled';
}

/**
 * What is known of a file's past. `new`: it was not there. `saved`: it was written after the process had begun, nobody
 * knows what was in it. `unknown`: it cannot be told, and where a revision was named `why` says it ("… which `why`").
 */
export type PastAnswer =
  | { readonly kind: 'same'; readonly before?: string }
  | { readonly kind: 'other'; readonly past: PastFile }
  | { readonly kind: 'new' | 'saved' }
  | { readonly kind: 'unknown'; readonly why?: string };

/** What comes of a file whose past nobody can tell. */
export const NO_PAST: PastAnswer = { kind: 'unknown' };

/** What the past is made of. */
export interface PastSources {
  readonly files: WorkspaceFiles;
  readonly syntax: FactsProvider;
  /** Facts of a file as it is now. */
  readonly facts: (file: WorkspaceFile) => Promise<FileFacts | undefined>;
  readonly repositories?: Repositories | undefined;
  readonly snapshots?: Snapshots | undefined;
}

/** Old versions of texts, by their lines. */
const MOST_LINES = 500_000;
const MOST_ANSWERS = 2_000;
/** The disk's clock and ours may differ by as much. */
const CLOCK_MS = 1_000;

/** Finds files as they were where spans were recorded: in git by the revision, else by a snapshot of the process. */
export class PastFiles {
  private readonly versions = new LruMap<string, CodeVersion>(MOST_LINES, ({ lines }) => lines.length + 1);
  private readonly answers = new LruMap<string, { readonly text: string; readonly answer: PastAnswer }>(MOST_ANSWERS);
  private moves = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(private readonly sources: PastSources) {}

  /** A file came or went: what was moved is found anew. */
  filesChanged(): void {
    this.moves.clear();
  }

  /** Git became allowed, or its repositories others. */
  forget(): void {
    this.moves.clear();
    this.answers.clear();
    this.sources.repositories?.forget();
  }

  /** A file where an operation of `service` was recorded. */
  async at(file: WorkspaceFile, service: string, origin: CodeOrigin): Promise<PastAnswer> {
    const { revision, process } = origin;
    if (revision !== undefined) {
      const answer = await this.inGit(file, revision);
      // The name of a version is no promise that somebody tagged it.
      if (revision.kind === 'commit' || answer.kind !== 'unknown') return answer;
      if (process === undefined && answer.why === TAG_NOT_HERE) return answer;
    }
    return process === undefined ? NO_PAST : this.sinceStart(file, `${service}|${process}`, origin.sinceMs);
  }

  /** Files that were moved since a revision. */
  async movedSince(revision: RecordedRevision): Promise<MovedFile[]> {
    const { files } = this.sources;
    const moved: MovedFile[] = [];
    for (const { folder, repository, prefix } of await this.folders()) {
      const commit = (await this.sources.repositories!.commit(repository, revision)).value;
      const head = await repository.head();
      if (commit === undefined || head === undefined) continue;
      const renames = await repository.renames(commit, head);
      const uncommitted = await this.uncommitted(repository, head);
      const seen = new Set<string>();
      for (const [now, atHead] of [...uncommitted, ...[...renames.keys()].map((name) => [name, name] as const)]) {
        const before = renames.get(atHead) ?? atHead;
        const file = now.startsWith(prefix) ? files.get(path.join(folder, now.slice(prefix.length))) : undefined;
        if (file === undefined || seen.has(now)) continue;
        seen.add(now);
        moved.push({ file, before });
      }
    }
    return moved;
  }

  private async inGit(file: WorkspaceFile, revision: RecordedRevision): Promise<PastAnswer> {
    const { files, repositories } = this.sources;
    if (repositories === undefined) return NO_PAST;
    const placed = await repositories.place(file.path);
    if (placed.value === undefined) return { kind: 'unknown', why: placed.why };
    const commit = await repositories.commit(placed.value.repository, revision);
    if (commit.value === undefined) return { kind: 'unknown', why: commit.why };
    const text = await files.read(file.path);
    if (text === undefined) return NO_PAST;
    const head = (await placed.value.repository.head()) ?? commit.value;
    const key = `${commit.value}\0${head}\0${file.path}`;
    const known = this.answers.get(key);
    if (known?.text === text) return known.answer;
    const answer = await this.compare(file, placed.value, commit.value, head, text);
    this.answers.set(key, { text, answer });
    return answer;
  }

  private async compare(
    file: WorkspaceFile,
    { repository, path: name }: RepositoryFile,
    commit: string,
    head: string,
    text: string,
  ): Promise<PastAnswer> {
    const isAtHead = (await repository.entry(head, name)) !== undefined;
    const atHead = isAtHead ? name : ((await this.uncommitted(repository, head)).get(name) ?? name);
    const before = (await repository.renames(commit, head)).get(atHead) ?? atHead;
    const entry = await repository.entry(commit, before);
    if (entry?.type !== 'blob') return { kind: 'new' };
    const moved = before === name ? {} : { before };
    if (isBlob(text, entry.oid)) return { kind: 'same', ...moved };
    const facts = await this.sources.facts(file);
    const old = await repository.text(entry.oid);
    if (old.value === undefined) return { kind: 'unknown', why: `is known, but ${before} ${old.why}` };
    if (facts === undefined || facts.skipped !== undefined) return NO_PAST;
    const was = await this.version(entry.oid, before, old.value);
    const now = codeVersion(text, facts);
    const current = await repository.entry(head, atHead);
    const hunks =
      current === undefined || current.oid === entry.oid ? [] : await repository.hunks(commit, before, head, atHead);
    const committed = hunks.length === 0 ? undefined : (await repository.text(current!.oid)).value;
    const lines =
      committed === undefined
        ? compareLines(was.lines, now.lines)
        : LineMap.of(hunks).then(compareLines(lineHashes(committed, facts.language), now.lines));
    return { kind: 'other', past: { old: was, now, lines, ...moved } };
  }

  private async version(oid: string, name: string, text: string): Promise<CodeVersion> {
    const key = `${path.extname(name)}:${oid}`;
    let version = this.versions.get(key);
    if (version === undefined) {
      version = codeVersion(text, await this.sources.syntax.facts(name, text));
      this.versions.set(key, version);
    }
    return version;
  }

  private async sinceStart(file: WorkspaceFile, process: string, sinceMs: number | undefined): Promise<PastAnswer> {
    const { files, snapshots } = this.sources;
    if (snapshots === undefined) return NO_PAST;
    let snapshot = snapshots.get(process, file.path);
    if (snapshot === undefined) {
      snapshot = await this.take(file, sinceMs);
      if (snapshot === undefined) return NO_PAST;
      snapshots.set(process, file.path, snapshot);
    }
    if (snapshot.kind === 'saved') return { kind: 'saved' };
    const facts = await this.sources.facts(file);
    const text = await files.read(file.path);
    if (facts === undefined || facts.skipped !== undefined || text === undefined) return NO_PAST;
    const now = codeVersion(text, facts);
    const lines = compareLines(snapshot.version.lines, now.lines);
    return lines.isSame
      ? { kind: 'same' }
      : { kind: 'other', past: { old: snapshot.version, now, lines, instead: 'snapshot' } };
  }

  /** A file beside the text that it had when it was compiled; undefined where it is as it was, or not read. */
  async beside(file: WorkspaceFile, content: string): Promise<PastFile | undefined> {
    const { files, facts: factsOf, syntax } = this.sources;
    const facts = await factsOf(file);
    const text = await files.read(file.path);
    if (facts === undefined || facts.skipped !== undefined || text === undefined) return undefined;
    const now = codeVersion(text, facts);
    const lines = compareLines(lineHashes(content, facts.language), now.lines);
    if (lines.isSame) return undefined;
    return { old: codeVersion(content, await syntax.facts(file.path, content)), now, lines, instead: 'compiled' };
  }

  /** The file as it is on the disk, which is what runs, and not in an editor. */
  private async take(file: WorkspaceFile, sinceMs: number | undefined): Promise<Snapshot | undefined> {
    try {
      const { mtimeMs, size } = statSync(file.path);
      if (sinceMs !== undefined && mtimeMs > sinceMs + CLOCK_MS) return { kind: 'saved' };
      const text = size > MAX_FILE_BYTES ? undefined : decodeText(readFileSync(file.path));
      if (text === undefined) return undefined;
      const isNow = text === (await this.sources.files.read(file.path));
      const facts = isNow ? await this.sources.facts(file) : await this.sources.syntax.facts(file.path, text);
      return facts === undefined ? undefined : { kind: 'version', version: codeVersion(text, facts) };
    } catch {
      // It is gone, or was never saved: there is nothing that could run.
      return undefined;
    }
  }

  private async folders(): Promise<FolderOfRepository[]> {
    const { files, repositories } = this.sources;
    const found: FolderOfRepository[] = [];
    for (const folder of repositories === undefined ? [] : files.folders) {
      const place = (await repositories!.folder(folder)).value;
      if (place !== undefined) found.push({ folder, ...place });
    }
    return found;
  }

  private async uncommitted(repository: Repository, head: string): Promise<ReadonlyMap<string, string>> {
    const key = `${repository.top}\0${head}`;
    let moves = this.moves.get(key);
    if (moves === undefined) this.moves.set(key, (moves = this.findMoves(repository, head)));
    return moves;
  }

  private async findMoves(repository: Repository, head: string): Promise<ReadonlyMap<string, string>> {
    const all = new Map<string, string>();
    const languageOf = (file: string): Language | undefined => this.sources.syntax.languageOf(file);
    for (const place of await this.folders()) {
      if (place.repository !== repository) continue;
      for (const [now, before] of await uncommittedMoves(place, head, this.sources.files, languageOf))
        all.set(now, before);
    }
    return all;
  }
}

/** Whether a text is what git keeps by this name, with ends of lines as git keeps or as Windows writes them. */
function isBlob(text: string, oid: string): boolean {
  const algorithm = oid.length === 64 ? 'sha256' : 'sha1';
  const hash = (content: string): string => {
    const bytes = Buffer.from(content, 'utf8');
    return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  };
  return hash(text) === oid || (text.includes('\r\n') && hash(text.replaceAll('\r\n', '\n')) === oid);
}
