import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../base/logger';
import { describeError } from '../../base/errors';
import { Turns } from '../../base/turns';
import { decodeText, isBinary, isUtf16 } from './decodeText';
import { FileBytes } from './fileBytes';
import { FolderLister, type KeptFolders, type ListedFolder } from './folderLister';
import { isSkippedFolder } from './ignoreRules';
import { stampOf } from './stamps';

/** Files above this size are not source that someone reads. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** Beyond this many files a workspace is listed in part, and the log says so. */
const MAX_FILES = 100_000;

/** A file that belongs to the workspace. */
export interface WorkspaceFile {
  /** Absolute, as the platform writes it. */
  readonly path: string;
  /** The workspace folder it lies in, absolute. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly relative: string;
}

/** A file's text, or why there is none. */
export type LoadedText =
  { readonly text: string; readonly why?: undefined } | { readonly text?: undefined; readonly why: string };

/**
 * The files of a workspace: listed once (then told of changes), read on demand, with the text of open documents laid
 * over the disk. Links are not followed, so a cycle of links cannot trap it, and nothing outside the folders is read.
 */
export class WorkspaceFiles {
  private readonly known = new Map<string, WorkspaceFile>();
  private readonly overlay = new Map<string, string>();
  private readonly listed = new Map<string, Pick<ListedFolder, 'rules' | 'tracked'>>();
  private readonly bytes = new FileBytes();
  private readonly turns = new Turns();
  private readonly lister: FolderLister;
  readonly folders: readonly string[];
  /** True after {@link list} had to stop at the limit. */
  truncated = false;

  /** @param kept what the folders held in an earlier session. */
  constructor(
    folders: readonly string[],
    private readonly logger: Logger,
    private readonly limit: number = MAX_FILES,
    kept?: KeptFolders,
  ) {
    this.lister = new FolderLister(this.bytes, logger, kept);
    this.folders = [...new Set(folders.map((folder) => path.resolve(folder)))];
  }

  /** Reads the folders anew. */
  async list(signal?: AbortSignal): Promise<void> {
    this.known.clear();
    this.listed.clear();
    this.truncated = false;
    for (const folder of this.folders) await this.listFolder(folder, signal);
    if (this.truncated) {
      this.logger.warn(
        `Only the first ${this.limit} files of the workspace are indexed; exclude folders by .gitignore.`,
      );
    }
  }

  all(): IterableIterator<WorkspaceFile> {
    return this.known.values();
  }

  get size(): number {
    return this.known.size;
  }

  get(file: string): WorkspaceFile | undefined {
    return this.known.get(file);
  }

  /** The file as part of the workspace if it lies in one of the folders, listed or not. */
  describe(file: string): WorkspaceFile | undefined {
    const full = path.resolve(file);
    const folder = this.folders.filter((candidate) => isInside(candidate, full)).sort((a, b) => b.length - a.length)[0];
    if (folder === undefined) return undefined;
    return { path: full, folder, relative: path.relative(folder, full).split(path.sep).join('/') };
  }

  /**
   * Whether a file that came into being is left out like those that were there: by folder, or by `.gitignore` unless git
   * tracks it.
   */
  isIgnored(file: string): boolean {
    const described = this.describe(file);
    if (!described) return true;
    const folders = described.relative.split('/').slice(0, -1);
    if (folders.some((name) => isSkippedFolder(name, []))) return true;
    for (let depth = folders.length; depth >= 0; depth--) {
      const around = this.listed.get(path.join(described.folder, ...folders.slice(0, depth)));
      if (!around) continue;
      const { rules, tracked } = around;
      const parents = folders.map((_, i) => `${folders.slice(0, i + 1).join('/')}/`);
      const isNamed = [...parents, described.relative].some((relative) => rules.ignores(relative));
      return isNamed && tracked?.now()?.hasFile(described.path) !== true;
    }
    return false;
  }

  /** A file that came into being; returns it unless it lies outside the folders. */
  add(file: string): WorkspaceFile | undefined {
    const described = this.describe(file);
    if (described) this.known.set(described.path, described);
    return described;
  }

  remove(file: string): void {
    this.known.delete(path.resolve(file));
    this.overlay.delete(path.resolve(file));
  }

  /** The file if it is known, or the known files of a folder: of one that is gone, nobody tells them one by one. */
  knownAt(gone: string): string[] {
    const full = path.resolve(gone);
    if (this.known.has(full)) return [full];
    return [...this.known.keys()].filter((file) => file.startsWith(full + path.sep));
  }

  /**
   * The text of an open document, or undefined when it is closed and the disk counts again.
   *
   * @returns whether the text that counts is another one now: a document that is opened has the text of the disk.
   */
  setOverlay(file: string, text: string | undefined): boolean {
    const full = path.resolve(file);
    const before = this.overlay.get(full);
    if (text === undefined) this.overlay.delete(full);
    else this.overlay.set(full, text);
    return before === undefined || text === undefined ? !this.isOnDisk(full, text ?? before) : before !== text;
  }

  isOpen(file: string): boolean {
    return this.overlay.size > 0 && this.overlay.has(path.resolve(file));
  }

  /**
   * The text of a file inside the folders (also an ignored one, such as a source map in `dist`); undefined if there is
   * none, or it is binary, larger than `maxBytes`, or a link that leads outside.
   */
  async read(file: string, maxBytes: number = MAX_FILE_BYTES): Promise<string | undefined> {
    return (await this.load(file, maxBytes)).text;
  }

  /** The same, with the reason where there is no text, as in `is not read: …`. */
  async load(file: string, maxBytes: number = MAX_FILE_BYTES): Promise<LoadedText> {
    const full = this.known.has(file) ? file : path.resolve(file);
    const open = this.overlay.get(full);
    if (open !== undefined) return open.length <= maxBytes ? { text: open } : tooLarge(open.length, maxBytes);
    if (this.turns.isOver) await this.turns.next();
    try {
      const why = this.known.has(file) ? undefined : await this.whyNotRead(full);
      return why === undefined ? textOf(this.bytes.read(full, maxBytes), maxBytes) : { why };
    } catch (error) {
      return { why: whyFailed(error) };
    }
  }

  /**
   * The same of a listed file, but undefined where its bytes do not matter, so that no text need be made of them. Not asked
   * of UTF-16, nor of a document that is open.
   */
  async loadIf(file: string, matters: (bytes: Uint8Array) => boolean): Promise<LoadedText | undefined> {
    if (!this.known.has(file) || this.overlay.has(file)) return this.load(file);
    if (this.turns.isOver) await this.turns.next();
    try {
      const bytes = this.bytes.read(file, MAX_FILE_BYTES);
      const isLeftOut = typeof bytes !== 'number' && !isUtf16(bytes) && !isBinary(bytes) && !matters(bytes);
      return isLeftOut ? undefined : textOf(bytes, MAX_FILE_BYTES);
    } catch (error) {
      return { why: whyFailed(error) };
    }
  }

  /** See {@link stampOf}; undefined of an open one, too. */
  async stamp(file: string): Promise<string | undefined> {
    if (this.overlay.has(file)) return undefined;
    if (this.turns.isOver) await this.turns.next();
    return stampOf(file);
  }

  private isOnDisk(full: string, text: string | undefined): boolean {
    try {
      const bytes = this.bytes.read(full, MAX_FILE_BYTES);
      return typeof bytes !== 'number' && decodeText(bytes) === text;
    } catch {
      // There is none on disk, or none that can be read.
      return false;
    }
  }

  /** What is listed is a file inside the folders; of another path it is not known. */
  private async whyNotRead(full: string): Promise<string | undefined> {
    if (!this.folders.some((folder) => isInside(folder, full))) return 'outside the workspace';
    if (!statSync(full).isFile()) return 'not a file';
    return this.known.has(full) || (await this.staysInside(full)) ? undefined : 'a link that leads outside';
  }

  private async staysInside(full: string): Promise<boolean> {
    const real = await realpath(full);
    for (const folder of this.folders) if (isInside(await realpath(folder), real)) return true;
    return false;
  }

  private async listFolder(folder: string, signal?: AbortSignal): Promise<void> {
    const pending = [this.lister.top(folder)];
    for (let at = pending.pop(); at; at = pending.pop()) {
      if (this.turns.isOver) await this.turns.next();
      signal?.throwIfAborted();
      const { here, isStamped } = at;
      const listed = this.lister.list(at);
      if (listed === undefined) continue;
      const { rules, tracked, isAsBefore } = listed;
      this.listed.set(here, { rules, tracked });
      const before = here.endsWith(path.sep) ? here : here + path.sep;
      const within = at.relative === '' ? '' : `${at.relative}/`;
      for (const name of listed.folders) {
        const isIgnored = at.isIgnored || listed.ignored.has(name);
        pending.push({
          here: before + name,
          relative: within + name,
          rules,
          tracked,
          isIgnored,
          isAsBefore,
          isStamped,
        });
      }
      for (const name of listed.files) {
        if (this.known.size >= this.limit) {
          this.truncated = true;
          return;
        }
        const full = before + name;
        this.known.set(full, { path: full, folder, relative: within + name });
      }
    }
  }
}

/** @param bytes or how many there are, where those are too many. */
function textOf(bytes: Uint8Array | number, maxBytes: number): LoadedText {
  if (typeof bytes === 'number') return tooLarge(bytes, maxBytes);
  const text = decodeText(bytes);
  return text === undefined ? { why: 'binary' } : { text };
}

function tooLarge(bytes: number, maxBytes: number): LoadedText {
  return { why: `larger than ${Math.round(maxBytes / 1e6)} MB (${(bytes / 1e6).toFixed(1)} MB)` };
}

function whyFailed(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'gone';
  if (code === 'EISDIR') return 'not a file';
  if (code === 'EACCES' || code === 'EPERM') return 'its permissions forbid it';
  return describeError(error);
}

/** Whether `file` is `folder` or lies below it; both absolute. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
