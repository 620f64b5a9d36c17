import * as vscode from 'vscode';
import { traceFileType } from '../contributions';
import { registerCommand } from '../register';
import type { TraceFileHost } from './traceFileEditor';
import { TraceFileEditors } from './traceFileEditors';

/** What the dialog offers first; trace files may be called anything. */
const FILTERS = { 'Trace files': ['json', 'jsonl', 'ndjson', 'pb', 'binpb', 'bin', 'gz'], 'All files': ['*'] };

/** “Open with… Spanlight trace”, and the command that asks for a file. */
export function registerTraceFiles(host: TraceFileHost): vscode.Disposable[] {
  return [
    vscode.window.registerCustomEditorProvider(traceFileType, new TraceFileEditors(host), {
      supportsMultipleEditorsPerDocument: true,
    }),
    registerCommand('spanlight.openTraceFile', host.log, async () => {
      const files = await vscode.window.showOpenDialog({
        title: 'Open Trace File',
        openLabel: 'Open Traces',
        canSelectMany: true,
        filters: FILTERS,
      });
      for (const file of files ?? []) await vscode.commands.executeCommand('vscode.openWith', file, traceFileType);
    }),
  ];
}
