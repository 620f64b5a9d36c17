import * as vscode from 'vscode';
import type { Host } from '../host';
import { registerCommand } from '../register';

const SCHEME = 'spanlight';

/** The mapping report as a page to read: a document that nobody has to save, shown as Markdown is read. */
export function registerReportCommand(host: Host): vscode.Disposable[] {
  const report = vscode.Uri.from({ scheme: SCHEME, path: '/Mapping report.md' });
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => host.engine.request('spanlight/mappingReport', null),
    }),
    registerCommand('spanlight.showMappingReport', host.log, async () => {
      await host.receiver.used();
      // What an open report says is of the time when it was opened.
      changed.fire(report);
      await show(report);
    }),
  ];
}

async function show(report: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', report);
  } catch {
    // The Markdown extension of VS Code can be switched off; the source is readable as it is.
    await vscode.window.showTextDocument(report, { preview: true });
  }
}
