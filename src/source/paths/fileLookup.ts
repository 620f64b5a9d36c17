import path from 'node:path';
import { pushTo } from '../../base/tables/pushTo';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';

/** Files of the workspace by the end of their path and by folder. */
export class FileLookup {
  private readonly byBasename: Grouped;
  private readonly byExtension: Grouped;
  private readonly byFolder: Grouped;

  constructor(private readonly files: WorkspaceFiles) {
    this.byBasename = new Grouped(files, (file) => basename(file.relative).toLowerCase());
    this.byExtension = new Grouped(files, (file) => extension(file.relative));
    this.byFolder = new Grouped(files, folderKey);
  }

  add(file: WorkspaceFile): void {
    for (const grouped of [this.byBasename, this.byExtension, this.byFolder]) grouped.add(file);
  }

  remove(file: WorkspaceFile): void {
    for (const grouped of [this.byBasename, this.byExtension, this.byFolder]) grouped.remove(file);
  }

  /** Files whose name is `name`, in any case. */
  named(name: string): WorkspaceFile[] {
    return this.byBasename.get(name.toLowerCase());
  }

  /** Files whose name ends in `.` and `ending`, which is in lower case. */
  withExtension(ending: string): WorkspaceFile[] {
    return this.byExtension.get(ending);
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
    return this.byFolder.get(`${folder}\0${relative}`);
  }
}

/** Files by what a key says of each. Made when it is first asked for: a run may ask for one of several, or for none. */
class Grouped {
  private made: Map<string, WorkspaceFile[]> | undefined;

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly keyOf: (file: WorkspaceFile) => string,
  ) {}

  get(key: string): WorkspaceFile[] {
    const files = this.all().get(key) ?? [];
    // What is known of a file may be told anew: the path counts.
    return files.flatMap(({ path }) => this.files.get(path) ?? []);
  }

  add(file: WorkspaceFile): void {
    if (this.made === undefined) return;
    this.remove(file);
    pushTo(this.made, this.keyOf(file), file);
  }

  remove(file: WorkspaceFile): void {
    const key = this.keyOf(file);
    const others = this.made?.get(key)?.filter(({ path }) => path !== file.path);
    if (others) this.made?.set(key, others);
  }

  private all(): Map<string, WorkspaceFile[]> {
    if (this.made === undefined) {
      this.made = new Map();
      for (const file of this.files.all()) pushTo(this.made, this.keyOf(file), file);
    }
    return this.made;
  }
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
