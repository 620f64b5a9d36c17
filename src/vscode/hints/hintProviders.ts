import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Hint, Severity } from '../../protocol/engine';
import { hintText } from './hintLayout';
import { hintSelector } from './hover';
import type { VisibleHints } from './visibleHints';

/** A lens has one colour for all of its text, so what is over the line is told by a sign. */
const SIGNS: Readonly<Record<Severity, string>> = { normal: '', warning: '$(warning) ', error: '$(error) ' };

/**
 * Hints as code lenses, for those who choose them. A change asks every lens provider of the file again, other
 * extensions' too: that is why this style is not the default.
 */
export class HintLenses implements vscode.CodeLensProvider, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly hints: VisibleHints) {
    this.disposables.add(onChangedWords(hints, () => this.changed.fire()));
    this.disposables.add(vscode.languages.registerCodeLensProvider(hintSelector, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return hintsWithin(this.hints, document).map((hint) => {
      const args = [document.uri.toString(), hint.line];
      return new vscode.CodeLens(document.lineAt(hint.line).range, {
        title: `${SIGNS[hint.severity]}${hintText(hint)}`,
        command: 'spanlight.showLensAt',
        arguments: args,
      });
    });
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

/** Hints as inlay hints at the ends of their lines, for those who choose them. */
export class HintInlays implements vscode.InlayHintsProvider, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeInlayHints = this.changed.event;

  constructor(private readonly hints: VisibleHints) {
    this.disposables.add(onChangedWords(hints, () => this.changed.fire()));
    this.disposables.add(vscode.languages.registerInlayHintsProvider(hintSelector, this));
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    return hintsWithin(this.hints, document)
      .filter((hint) => hint.line >= range.start.line && hint.line <= range.end.line)
      .map((hint) => {
        const label = new vscode.InlayHintLabelPart(hintText(hint));
        label.command = {
          title: 'Show latency',
          command: 'spanlight.showLensAt',
          arguments: [document.uri.toString(), hint.line],
        };
        const inlay = new vscode.InlayHint(document.lineAt(hint.line).range.end, [label]);
        inlay.paddingLeft = true;
        return inlay;
      });
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

function hintsWithin(hints: VisibleHints, document: vscode.TextDocument): Hint[] {
  return (hints.current(document) ?? []).filter((hint) => hint.line < document.lineCount);
}

/** Calls back when a document's hints differ in line or words from those seen before. */
function onChangedWords(hints: VisibleHints, run: () => void): Disposable {
  const seen = new WeakMap<vscode.TextDocument, string>();
  return hints.onDidChange((document) => {
    const words = JSON.stringify(hintsWithin(hints, document).map((hint) => [hint.line, hintText(hint)]));
    if (seen.get(document) === words) return;
    seen.set(document, words);
    run();
  });
}
