import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { basename, dirname } from './fileLookup';

const MANIFESTS: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'setup.py',
  'requirements.txt',
  'Pipfile',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'go.mod',
  'Cargo.toml',
  'mix.exs',
  'Dockerfile',
  'manage.py',
]);

/** A folder of the workspace: the workspace folder it lies in and the path from there (`''` for itself, with `/`). */
export interface Folder {
  readonly folder: string;
  readonly relative: string;
}

/** One text for a folder, for maps and sets. */
export function folderId(folder: Folder): string {
  return `${folder.folder}\0${folder.relative}`;
}

/** Whether a file lies in a folder or below it. */
export function isBelow(file: Folder, folder: Folder): boolean {
  if (file.folder !== folder.folder) return false;
  return folder.relative === '' || file.relative === folder.relative || file.relative.startsWith(`${folder.relative}/`);
}

/** The folders that hold a manifest of some build tool, by {@link folderId}; each workspace folder is one too. */
export class ProjectRoots {
  private readonly roots = new Map<string, { folder: Folder; manifests: string[] }>();

  constructor(private readonly folders: readonly string[]) {}

  /** Finds the roots anew. */
  scan(files: Iterable<WorkspaceFile>): void {
    this.roots.clear();
    for (const folder of this.folders) this.root({ folder, relative: '' });
    const packages = new Set<string>();
    const scripts: Folder[] = [];
    for (const file of files) {
      const name = basename(file.relative);
      const within = { folder: file.folder, relative: dirname(file.relative) };
      if (name === '__init__.py') packages.add(folderId(within));
      else if (name === 'manage.py') scripts.push(within);
      else if (isManifest(name)) {
        this.root(within).manifests.push(name);
      }
    }
    for (const script of scripts) {
      // Within a package Django's script is a part of the project around.
      if (!packages.has(folderId(script))) this.root(script).manifests.push('manage.py');
    }
  }

  /** Files whose change may move a root. */
  static isManifest(relative: string): boolean {
    return isManifest(basename(relative));
  }

  all(): { readonly folder: Folder; readonly manifests: readonly string[] }[] {
    return [...this.roots.values()];
  }

  has(folder: Folder): boolean {
    return this.roots.has(folderId(folder));
  }

  /** The nearest root above a file, itself included if it is a folder. */
  nearest(file: Folder): Folder {
    let relative = file.relative;
    while (relative !== '') {
      const known = this.roots.get(folderId({ folder: file.folder, relative }));
      if (known) return known.folder;
      relative = dirname(relative);
    }
    return { folder: file.folder, relative: '' };
  }

  private root(folder: Folder): { folder: Folder; manifests: string[] } {
    const id = folderId(folder);
    let root = this.roots.get(id);
    if (!root) this.roots.set(id, (root = { folder, manifests: [] }));
    return root;
  }
}

function isManifest(name: string): boolean {
  return MANIFESTS.has(name) || (name.endsWith('.csproj') && name !== '.csproj');
}
