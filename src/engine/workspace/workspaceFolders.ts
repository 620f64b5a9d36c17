import type { WorkspaceFolder } from 'vscode-languageserver/node';
import { pathOfUri } from './uris';

/** The folders of the window. */
export interface WorkspaceFolders {
  /** Absolute paths of those that are on disk. */
  readonly paths: readonly string[];
  /** Names of those that are nowhere on disk. */
  readonly virtual: readonly string[];
}

export const NO_FOLDERS: WorkspaceFolders = { paths: [], virtual: [] };

/** The folders after some came and some went. */
export function changedFolders(
  { paths, virtual }: WorkspaceFolders,
  { added, removed }: { readonly added: readonly WorkspaceFolder[]; readonly removed: readonly WorkspaceFolder[] },
): WorkspaceFolders {
  const isVirtual = ({ uri }: WorkspaceFolder): boolean => pathOfUri(uri) === undefined;
  const namesOf = (folders: readonly WorkspaceFolder[]): string[] => folders.filter(isVirtual).map(({ name }) => name);
  const pathsOf = (folders: readonly WorkspaceFolder[]): string[] => folders.flatMap(({ uri }) => pathOfUri(uri) ?? []);
  const [gone, goneNames] = [new Set(pathsOf(removed)), new Set(namesOf(removed))];
  return {
    paths: [...paths.filter((folder) => !gone.has(folder)), ...pathsOf(added)],
    virtual: [...virtual.filter((name) => !goneNames.has(name)), ...namesOf(added)],
  };
}
