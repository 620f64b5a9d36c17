import * as vscode from 'vscode';

/** What VS Code shows in a file under a rule. */
export function lintDiagnostics(uri: vscode.Uri, rule: string): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ code, source }) => source === 'Spanlight' && wordOf(code) === rule);
}

/** The quick fixes in a range, with their edits. */
export function quickFixes(uri: vscode.Uri, range: vscode.Range): Thenable<vscode.CodeAction[]> {
  const kind = vscode.CodeActionKind.QuickFix.value;
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 20);
}

function wordOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}
