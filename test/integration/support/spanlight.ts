/** What suites inside VS Code share: the extension under test, and waiting. */
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { SLOW_MS } from '../../support/processes';
import type { ShownHint, SpanlightApi } from '../../../src/vscode/api';

/** Names, in the environment of a suite, the folder from which the extension must not come. */
const NOT_FROM = 'SPANLIGHT_NOT_FROM';

/** Activates Spanlight, as VS Code installed it. */
export async function spanlight(): Promise<SpanlightApi> {
  const extension = vscode.extensions.getExtension<SpanlightApi>('spanlight.spanlight');
  assert.ok(extension, 'the extension is not installed');
  const forbidden = process.env[NOT_FROM];
  assert.ok(!forbidden || !extension.extensionPath.startsWith(forbidden), `it runs from ${extension.extensionPath}`);
  return extension.activate();
}

/** Asks again until there is an answer. Fails with `what` and the last state after {@link SLOW_MS}. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  describe: () => unknown = () => '',
): Promise<T> {
  const deadline = Date.now() + SLOW_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) assert.fail(`${what} did not come: ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Where the receiver listens, once it does. */
export function receiverUrl(api: SpanlightApi): Promise<string> {
  return until(
    'the receiver',
    () => {
      const receiver = api.status()?.receiver;
      return receiver?.state === 'listening' ? receiver.http?.url : undefined;
    },
    () => api.status(),
  );
}

/** Opens a file of the workspace. */
export async function openFile(relative: string, folder = 0): Promise<vscode.TextEditor> {
  const root = vscode.workspace.workspaceFolders?.[folder];
  assert.ok(root, 'no folder is open');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path.join(root.uri.fsPath, relative)));
  return vscode.window.showTextDocument(document, vscode.ViewColumn.One);
}

/** The line that holds a text, counted from 0. */
export function lineOf(document: vscode.TextDocument, text: string): number {
  const line = document
    .getText()
    .split('\n')
    .findIndex((candidate) => candidate.includes(text));
  assert.notEqual(line, -1, `no line holds ${text}`);
  return line;
}

/** The hint at the line that holds a text, once its words match. */
export function hintAt(
  api: SpanlightApi,
  document: vscode.TextDocument,
  text: string,
  words: RegExp,
): Promise<ShownHint> {
  return until(
    `a hint like ${String(words)} at ${text}`,
    () =>
      api.shownHints(document.uri).find((hint) => hint.line === lineOf(document, text) && words.test(plain(hint.text))),
    () => ({ hints: api.shownHints(document.uri), status: api.status() }),
  );
}

/** Spanlight's hover over a word, as Markdown, once it has one that matches. */
export function hoverOver(document: vscode.TextDocument, word: string, expected: RegExp): Promise<string> {
  let seen: string[] = [];
  return until(
    `a hover like ${String(expected)} over ${word}`,
    async () => {
      const position = document.positionAt(document.getText().indexOf(word) + 1);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        position,
      );
      seen = hovers.flatMap((hover) => hover.contents.map((text) => (typeof text === 'string' ? text : text.value)));
      return seen.map(plain).find((text) => expected.test(text));
    },
    () => seen,
  );
}

/** Without escapes and with ordinary spaces, so that expectations can be written as they are read. */
export function plain(text: string): string {
  return text.replace(/\\(?=[!-/:-@[-`{-~])/g, '').replace(/[\u202f\u00a0]/g, ' ');
}
