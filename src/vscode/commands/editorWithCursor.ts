import * as vscode from 'vscode';
import type { Host } from '../host';

/**
 * The editor that the cursor is in; undefined, and the user is told, where there is none. Who asks wants to see traces:
 * this starts the receiver.
 */
export async function editorWithCursor(host: Host): Promise<vscode.TextEditor | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void vscode.window.showInformationMessage('Put the cursor into a function first.');
    return undefined;
  }
  await host.receiver.used();
  return editor;
}
