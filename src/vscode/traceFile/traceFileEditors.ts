import type * as vscode from 'vscode';
import { TraceFileEditor, type TraceFileHost } from './traceFileEditor';

/** Makes the editors of trace files. The files are read by the engine: documents hold nothing. */
export class TraceFileEditors implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly host: TraceFileHost) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const editor = new TraceFileEditor(uri, panel, this.host);
    panel.onDidDispose(() => editor.dispose());
  }
}
