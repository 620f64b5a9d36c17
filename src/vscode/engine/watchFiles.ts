import * as vscode from 'vscode';
import { isToolsOwn, isWatched } from '../../protocol/watchedFiles';

/**
 * What happens on disk, as far as it concerns the engine. Of a folder that comes, goes or is renamed VS Code tells the
 * folder alone, by whatever name it has, and not the files in it: so everything is listened to, and what may be a folder
 * is passed on.
 */
export function watchFiles(): vscode.FileSystemWatcher {
  const all = vscode.workspace.createFileSystemWatcher('**/*');
  return {
    ignoreCreateEvents: false,
    ignoreChangeEvents: false,
    ignoreDeleteEvents: false,
    onDidCreate: only(all.onDidCreate, ({ path }) => !isToolsOwn(path)),
    onDidChange: only(all.onDidChange, ({ path }) => isWatched(path) && !isToolsOwn(path)),
    onDidDelete: only(all.onDidDelete, ({ path }) => !isToolsOwn(path)),
    dispose: () => {
      all.dispose();
    },
  };
}

function only(event: vscode.Event<vscode.Uri>, wanted: (uri: vscode.Uri) => boolean): vscode.Event<vscode.Uri> {
  return (listener, thisArgument, disposables) => {
    const filtered = (uri: vscode.Uri): void => {
      if (wanted(uri)) listener.call(thisArgument, uri);
    };
    return event(filtered, undefined, disposables);
  };
}
