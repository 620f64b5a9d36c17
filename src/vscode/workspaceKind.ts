import * as vscode from 'vscode';
import type { ContextTypes } from './contributions';

/** What can be done with the folders that are open: the engine reads files from disk only. */
export function workspaceKind(): ContextTypes['spanlight.workspace'] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return 'none';
  return folders.some((folder) => folder.uri.scheme === 'file') ? 'files' : 'virtual';
}

/** One sentence about a limit of this window, or undefined where there is none. */
export function workspaceLimit(): string | undefined {
  switch (workspaceKind()) {
    case 'none':
      return 'No folder is open: traces are received and open, hints need the code of a folder.';
    case 'virtual':
      return 'This folder is virtual, so its code cannot be read from disk: traces open, hints at functions do not show, and nothing is linted.';
    case 'files':
      return vscode.workspace.isTrusted
        ? undefined
        : 'Restricted Mode: the workspace settings for ports, addresses and paths are ignored.';
  }
}
