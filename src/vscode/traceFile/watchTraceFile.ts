import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';

/** Tells when a file on the disk is written to, or replaced; of files elsewhere nothing is told. */
export function watchTraceFile(uri: vscode.Uri, changed: () => void): Disposable {
  const disposables = new DisposableStore();
  if (uri.scheme !== 'file') return disposables;
  // Names may hold what patterns have a meaning for; a pattern can hold one character for another.
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/[[\]{}*?!,]/g, '?');
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name);
  const watcher = disposables.add(vscode.workspace.createFileSystemWatcher(pattern, false, false, true));
  const tell = (touched: vscode.Uri): void => {
    if (touched.toString() === uri.toString()) changed();
  };
  disposables.add(watcher.onDidChange(tell));
  disposables.add(watcher.onDidCreate(tell));
  return disposables;
}
