import path from 'node:path';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';

/** Files of the workspace by the end of their path and by folder. */
export class FileLookup {
  private readonly byBasename = new Map<string, Set<string>>();
  private readonly byExtension = new Map<string, Set<string>>();
  private readonly byFolder = new Map<string, Set<string>>();

  constructor(private readonly files: WorkspaceFiles) {
    for (const file of files.all()) this.add(file);
  }

  add(file: WorkspaceFile): void {
    insert(this.byBasename, basename(file.relative).toLowerCase(), file.path);
    insert(this.byExtension, extension(file.relative), file.path);
    insert(this.byFolder, folderKey(file), file.path);
  }

  remove(file: WorkspaceFile): void {
    this.byBasename.get(basename(file.relative).toLowerCase())?.delete(file.path);
    this.byExtension.get(extension(file.relative))?.delete(file.path);
    this.byFolder.get(folderKey(file))?.delete(file.path);
  }

  /** Files whose name is `name`, in any case. */
  named(name: string): WorkspaceFile[] {
    return [...(this.byBasename.get(name.toLowerCase()) ?? [])].flatMap((path) => this.files.get(path) ?? []);
  }

  /** Files whose name ends in `.` and `ending`, which is in lower case. */
  withExtension(ending: string): WorkspaceFile[] {
    return [...(this.byExtension.get(ending) ?? [])].flatMap((path) => this.files.get(path) ?? []);
  }

  /** Files whose path within their workspace folder is `tail` or ends in `/tail`; case counts. */
  endingIn(tail: string): WorkspaceFile[] {
    return this.named(basename(tail)).filter((file) => file.relative === tail || file.relative.endsWith(`/${tail}`));
  }

  /** The file at `relative` (with `/`) in a workspace folder, if it is listed. */
  at(folder: string, relative: string): WorkspaceFile | undefined {
    const file = this.files.get(path.join(folder, relative));
    return file?.folder === folder ? file : undefined;
  }

  /** The files directly in a folder given as a path relative to its workspace folder. */
  inFolder(folder: string, relative: string): WorkspaceFile[] {
    return [...(this.byFolder.get(`${folder}\0${relative}`) ?? [])].flatMap((path) => this.files.get(path) ?? []);
  }
}

function insert(map: Map<string, Set<string>>, key: string, path: string): void {
  const set = map.get(key);
  if (set) set.add(path);
  else map.set(key, new Set([path]));
}

/** What is behind the last dot of a name, in lower case; '' where there is none. */
function extension(relative: string): string {
  const name = basename(relative);
  return name.slice(name.lastIndexOf('.') + 1 || name.length).toLowerCase();
}

function folderKey(file: WorkspaceFile): string {
  return `${file.folder}\0${dirname(file.relative)}`;
}

/** The last segment of a path with `/`. */
export function basename(relative: string): string {
  return relative.slice(relative.lastIndexOf('/') + 1);
}

/** Everything before the last segment, '' for a path of one. */
export function dirname(relative: string): string {
  return relative.slice(0, Math.max(0, relative.lastIndexOf('/')));
}

/** How many folders two paths begin with in common. */
export function sharedFolders(a: string, b: string): number {
  const own = dirname(a).split('/');
  const other = dirname(b).split('/');
  let shared = 0;
  while (shared < own.length && own[shared] !== '' && own[shared] === other[shared]) shared++;
  return shared;
}

/** Joins with `/` and takes out `.` and `..`; undefined if it climbs out of the top. */
export function joinRelative(base: string, next: string): string | undefined {
  const segments: string[] = [];
  for (const part of `${base}/${next}`.split('/')) {
    if (part === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') segments.push(part);
  }
  return segments.join('/');
}
