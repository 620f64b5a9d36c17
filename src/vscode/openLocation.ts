import * as vscode from 'vscode';

/** How long the line that was opened is lit. */
const FLASH_MS = 1200;

/** Opens a file at a line, in the column asked for, with the line in the middle, lit for a moment. */
export async function openLocation(
  uri: vscode.Uri,
  line: number,
  options: { readonly viewColumn?: vscode.ViewColumn; readonly preserveFocus?: boolean } = {},
): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  const last = Math.max(0, document.lineCount - 1);
  const start = document.lineAt(Math.min(line, last)).firstNonWhitespaceCharacterIndex;
  const position = new vscode.Position(Math.min(line, last), start);
  const editor = await vscode.window.showTextDocument(document, {
    ...options,
    selection: new vscode.Range(position, position),
  });
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  flash(editor, position.line);
  return editor;
}

/** The column that shows code while `column` shows a trace: one with an editor in it before an empty one. */
export function columnBeside(column: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const others = vscode.window.visibleTextEditors
    .map((editor) => editor.viewColumn)
    .filter((other): other is vscode.ViewColumn => other !== undefined && other !== column);
  if (others.length > 0) return Math.min(...others);
  const groups = vscode.window.tabGroups.all.map((group) => group.viewColumn).filter((other) => other !== column);
  return groups[0] ?? vscode.ViewColumn.Beside;
}

function flash(editor: vscode.TextEditor, line: number): void {
  const type = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  editor.setDecorations(type, [editor.document.lineAt(line).range]);
  setTimeout(() => type.dispose(), FLASH_MS);
}
