import * as vscode from 'vscode';
import type { BackendItem, BackendKindItem } from '../../protocol/backends';
import { EMBEDDED, indexOfItem, tidyEntry, type BackendEntry } from './backendEntry';

/** Where a backend is written down. */
export type BackendScope = 'user' | 'workspace';

const TARGETS: Readonly<Record<BackendScope, vscode.ConfigurationTarget>> = {
  user: vscode.ConfigurationTarget.Global,
  workspace: vscode.ConfigurationTarget.Workspace,
};

/** The entries that count: a list in the workspace replaces the user's. */
export function backendEntries(): readonly unknown[] {
  return entriesIn(listScope());
}

/**
 * Where a new backend can be written so that it is seen: in the workspace's list where there is one, else in the user's;
 * in a workspace of its own only where that hides none of the user's.
 */
export function possibleScopes(): readonly BackendScope[] {
  if (listScope() === 'workspace') return ['workspace'];
  const hasPlace = vscode.workspace.workspaceFolders !== undefined || vscode.workspace.workspaceFile !== undefined;
  const mayAdd = hasPlace && vscode.workspace.isTrusted && entriesIn('user').length === 0;
  return mayAdd ? ['user', 'workspace'] : ['user'];
}

/** Writes an entry: in place of `replaced`, or at the end of the list. */
export async function writeBackend(
  entry: BackendEntry,
  kind: BackendKindItem | undefined,
  scope: BackendScope = listScope(),
  replaced?: BackendItem,
): Promise<void> {
  const entries = [...entriesIn(scope)];
  const index = replaced === undefined ? -1 : indexOfItem(entries, replaced);
  entries.splice(index === -1 ? entries.length : index, index === -1 ? 0 : 1, tidyEntry(entry, kind));
  await settings().update('backends', entries, TARGETS[scope]);
}

/** Takes an entry out of the list. */
export async function removeBackend(item: BackendItem): Promise<void> {
  const scope = listScope();
  const entries = [...entriesIn(scope)];
  const index = indexOfItem(entries, item);
  if (index === -1) return;
  entries.splice(index, 1);
  await settings().update('backends', entries.length === 0 ? undefined : entries, TARGETS[scope]);
}

/** Makes a backend, or {@link EMBEDDED}, the one whose traces are shown: where that is set already, else for the user. */
export async function useBackend(name: string, scope?: BackendScope): Promise<void> {
  const set = settings().inspect<string>('backend');
  const target = scope ?? (set?.workspaceValue === undefined ? 'user' : 'workspace');
  const below = target === 'workspace' ? (set?.globalValue ?? EMBEDDED) : EMBEDDED;
  await settings().update('backend', name === below ? undefined : name, TARGETS[target]);
}

/** The scope whose list counts. */
function listScope(): BackendScope {
  return settings().inspect('backends')?.workspaceValue === undefined ? 'user' : 'workspace';
}

function entriesIn(scope: BackendScope): readonly unknown[] {
  const set = settings().inspect<unknown>('backends');
  const value = scope === 'user' ? set?.globalValue : set?.workspaceValue;
  // Proxies of VS Code's cannot be written back.
  return Array.isArray(value) ? (JSON.parse(JSON.stringify(value)) as unknown[]) : [];
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('spanlight');
}
