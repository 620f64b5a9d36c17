import * as vscode from 'vscode';
import { Emitter, type Event } from '../../base/event';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Hint } from '../../protocol/engine';
import { supportedLanguages } from '../contributions';
import type { EngineClient } from '../engine/engineClient';

/** While somebody types nothing is drawn; this long after the last key it is. */
export const TYPING_PAUSE_MS = 300;

interface Entry {
  hints: readonly Hint[];
  /** Of the document when the hints were asked for. */
  version: number;
  timer: NodeJS.Timeout | undefined;
  cancellation: vscode.CancellationTokenSource | undefined;
}

/** The hints of the files on screen, asked for again when the engine says that they changed or when a text was edited. */
export class VisibleHints implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new Emitter<vscode.TextDocument>());
  private readonly entries = new Map<string, Entry>();

  /** Fired with a document whose hints were received; they may be the same as before. */
  readonly onDidChange: Event<vscode.TextDocument> = this.changed.event;

  constructor(private readonly engine: EngineClient) {
    for (const item of [
      vscode.window.onDidChangeVisibleTextEditors(() => this.followEditors()),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.contentChanges.length > 0) this.refresh(event.document, TYPING_PAUSE_MS);
      }),
      engine.onDidChangeHints((uris) => this.refreshUris(uris)),
      engine.onDidChangeState((state) => {
        if (state === 'running') this.refreshAll();
      }),
    ]) {
      this.disposables.add(item);
    }
    this.followEditors();
  }

  /** Hints of a visible document that still fit its text; undefined while they are on their way. */
  current(document: vscode.TextDocument): readonly Hint[] | undefined {
    const entry = this.entries.get(document.uri.toString());
    return entry?.version === document.version ? entry.hints : undefined;
  }

  dispose(): void {
    for (const uri of [...this.entries.keys()]) this.drop(uri);
    this.disposables.dispose();
  }

  private followEditors(): void {
    const visible = new Map(visibleDocuments().map((document) => [document.uri.toString(), document]));
    for (const uri of [...this.entries.keys()]) if (!visible.has(uri)) this.drop(uri);
    for (const [uri, document] of visible) {
      if (this.entries.has(uri)) continue;
      this.entries.set(uri, { hints: [], version: -1, timer: undefined, cancellation: undefined });
      this.refresh(document, 0);
    }
  }

  private refreshUris(uris: readonly string[]): void {
    // Parsed and written again, because there are several ways to encode one address.
    const changed = new Set(uris.map((uri) => vscode.Uri.parse(uri).toString()));
    for (const document of visibleDocuments()) if (changed.has(document.uri.toString())) this.refresh(document, 0);
  }

  private refreshAll(): void {
    for (const document of visibleDocuments()) this.refresh(document, 0);
  }

  private refresh(document: vscode.TextDocument, delayMs: number): void {
    const entry = this.entries.get(document.uri.toString());
    if (!entry) return;
    // A request that waits for typing to end is not brought forward by news from the engine.
    if (delayMs === 0 && entry.timer !== undefined) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      entry.timer = undefined;
      void this.ask(document, entry);
    }, delayMs);
  }

  private async ask(document: vscode.TextDocument, entry: Entry): Promise<void> {
    entry.cancellation?.cancel();
    const cancellation = new vscode.CancellationTokenSource();
    entry.cancellation = cancellation;
    const { version, uri } = document;
    const answer = await this.engine.ask('spanlight/hints', { uri: uri.toString() }, cancellation.token);
    if (cancellation.token.isCancellationRequested || this.entries.get(uri.toString()) !== entry) return;
    // Edited meanwhile: the timer set by that edit asks again.
    if (answer === undefined || document.version !== version) return;
    entry.hints = [...answer.hints].sort((a, b) => a.line - b.line);
    entry.version = version;
    this.changed.fire(document);
  }

  private drop(uri: string): void {
    const entry = this.entries.get(uri);
    clearTimeout(entry?.timer);
    entry?.cancellation?.cancel();
    entry?.cancellation?.dispose();
    this.entries.delete(uri);
  }
}

/** Whether a document is one whose functions can carry hints. */
export function carriesHints(document: vscode.TextDocument): boolean {
  const languages: readonly string[] = supportedLanguages;
  return document.uri.scheme === 'file' && languages.includes(document.languageId);
}

function visibleDocuments(): vscode.TextDocument[] {
  return vscode.window.visibleTextEditors.map((editor) => editor.document).filter(carriesHints);
}
