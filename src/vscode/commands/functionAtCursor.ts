import * as vscode from 'vscode';
import type { HoverContent, LinkAction, TextSpan } from '../../protocol/engine';
import type { Host } from '../host';
import { themeKind } from '../hints/hover';
import { linkCommand, plainRow } from '../hints/markdown';
import { openLocation } from '../openLocation';
import { registerCommand } from '../register';
import { editorWithCursor } from './editorWithCursor';

/** What has no more rows than these is a sentence rather than a list. */
const MESSAGE_ROWS = 3;
/** Characters that an entry of VS Code's lists shows. */
const ENTRY_WIDTH = 90;

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
    registerCommand('spanlight.whyNothing', log, () => showWhy(host)),
    registerCommand('spanlight.whyHere', log, () => showWhy(host)),
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
  const content = await contentAtCursor(host);
  if (content === undefined) return;
  if (hoverRows(content).length > MESSAGE_ROWS) await showList(content);
  else await showMessage(content);
}

/** All operations that were considered for the function; what has no functions explains itself as in its hover. */
async function showWhy(host: Host): Promise<void> {
  const editor = await editorWithCursor(host);
  if (editor === undefined) return;
  const { document, selection } = editor;
  const asked = { uri: document.uri.toString(), line: selection.active.line };
  const content = await host.engine.request('spanlight/why', asked);
  if (content === null) return showHere(host);
  if (hoverRows(content).length > MESSAGE_ROWS) await showList(content);
  else await showMessage(content);
}

async function contentAtCursor(host: Host): Promise<HoverContent | undefined> {
  const editor = await editorWithCursor(host);
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const content = await host.engine.request('spanlight/hover', {
    uri: document.uri.toString(),
    line: selection.active.line,
    column: selection.active.character,
    theme: themeKind(),
    enclosing: true,
  });
  if (content !== null && hoverRows(content).length > 0) return content;
  void vscode.window.showInformationMessage(whyNoFunction(document));
  return undefined;
}

/** A title and a sentence, as there are where nothing is shown: a message, whose buttons are the links. */
async function showMessage(content: HoverContent): Promise<void> {
  const rows = hoverRows(content);
  const links = rows.flat().filter((span) => span.link !== undefined);
  const sentences = rows.map((row) => plainRow(row.filter((span) => !isLinkOrDot(span)))).filter((text) => text !== '');
  const [title = '', ...rest] = sentences;
  // The title says that nothing is shown, which who asked knows: its name is enough before a sentence.
  const name = plainRow(rows[0]?.filter((span) => span.style === 'strong') ?? []);
  const message = rest.length === 0 ? title : `${name || title}: ${rest.join(' ')}`;
  const picked = await vscode.window.showInformationMessage(message, ...links.map((span) => span.text));
  await follow(links.find((span) => span.text === picked)?.link);
}

async function showList(content: HoverContent): Promise<void> {
  const [title, ...rows] = hoverRows(content);
  const picked = await vscode.window.showQuickPick(rows.flatMap(rowItems), {
    title: title === undefined ? 'Spanlight' : plainRow(title),
  });
  await follow(picked?.action);
}

async function follow(action: LinkAction | undefined): Promise<void> {
  const target = action === undefined ? undefined : linkCommand(action);
  if (target) await vscode.commands.executeCommand(target.command, ...target.args);
}

function hoverRows(content: HoverContent): (readonly TextSpan[])[] {
  return content.sections.flatMap((section) => section.rows).filter((row) => plainRow(row) !== '');
}

function isLinkOrDot(span: TextSpan): boolean {
  return span.link !== undefined || span.text.trim() === '·';
}

function whyNoFunction(document: vscode.TextDocument): string {
  if (document.uri.scheme !== 'file') return 'This text is not a file on disk, so no span can point at it.';
  return 'There is no function here that a span could belong to, or the language is not one that Spanlight reads.';
}

/** A row of links becomes an entry for each; what stands before them says what they do. */
function rowItems(row: readonly TextSpan[]): RowItem[] {
  const links = row.filter((span) => span.link !== undefined);
  if (links.length === 0) return wrap(plainRow(row)).map((label) => ({ label }));
  const verb = plainRow(row.slice(0, row.indexOf(links[0]!)));
  return links.map((span) => ({ label: `${verb} ${span.text.trim()}`.trim(), action: span.link! }));
}

/** Lists cut long entries off, so their words go on in the next. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < ENTRY_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
