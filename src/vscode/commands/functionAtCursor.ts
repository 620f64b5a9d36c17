import * as vscode from 'vscode';
import type { HoverContent, LinkAction, TextSpan } from '../../protocol/engine';
import type { Host } from '../host';
import { themeKind } from '../hover';
import { linkCommand, plainRow } from '../markdown';
import { openLocation } from '../openLocation';
import { registerCommand } from '../register';

interface RowItem extends vscode.QuickPickItem {
  readonly action?: LinkAction;
}

/**
 * What a hover says, for the keyboard and for screen readers: as a list whose entries are its rows and whose links are
 * entries that run.
 */
export function registerFunctionCommands(host: Host): vscode.Disposable[] {
  const { log } = host;
  return [
    registerCommand('spanlight.showLatencyAtCursor', log, () => showHere(host)),
    registerCommand('spanlight.whyNothing', log, () => showHere(host)),
    registerCommand('spanlight.showLensAt', log, async (uri, line) => {
      if (uri === undefined || line === undefined) return showHere(host);
      await openLocation(vscode.Uri.parse(uri), line);
      return showHere(host);
    }),
    registerCommand('spanlight.openLocation', log, async (uri, line) => {
      if (uri !== undefined) await openLocation(vscode.Uri.parse(uri), line ?? 0);
    }),
  ];
}

/** A function's name for a sentence. */
export function functionName(symbol: string | undefined): string {
  return symbol === undefined || symbol === '' ? 'this function' : symbol;
}

async function showHere(host: Host): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Put the cursor into a function first.');
    return;
  }
  await host.receiver.used();
  const { document, selection } = editor;
  const content = await host.engine.request('spanlight/hover', {
    uri: document.uri.toString(),
    line: selection.active.line,
    column: selection.active.character,
    theme: themeKind(),
    enclosing: true,
  });
  if (content === null || content.sections.length === 0) {
    void vscode.window.showInformationMessage(whyNoFunction(document));
    return;
  }
  const [title, ...items] = contentItems(content);
  const picked = await vscode.window.showQuickPick(items, { title: title?.label ?? 'Spanlight', matchOnDetail: true });
  const target = picked?.action === undefined ? undefined : linkCommand(picked.action);
  if (target) await vscode.commands.executeCommand(target.command, ...target.args);
}

function whyNoFunction(document: vscode.TextDocument): string {
  if (document.uri.scheme !== 'file') return 'This text is not a file on disk, so no span can point at it.';
  return 'There is no function here that a span could belong to, or the language is not one that Spanlight reads.';
}

function contentItems(content: HoverContent): RowItem[] {
  return content.sections.flatMap((section) => section.rows.flatMap((row) => rowItems(row)));
}

function rowItems(row: readonly TextSpan[]): RowItem[] {
  const links = row.filter((span) => span.link !== undefined);
  const words = plainRow(row);
  if (words === '') return [];
  if (links.length === 0) return [{ label: words }];
  if (links.length === 1) return [{ label: words, action: links[0]!.link! }];
  return links.map((span) => ({ label: `$(arrow-right) ${span.text.trim()}`, description: words, action: span.link! }));
}
