import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { Severity } from '../../protocol/engine';
import { columnsOf, layoutHints, type PlacedHint, type PlacedPart } from './hintLayout';
import type { VisibleHints } from './visibleHints';

/** A moment after scrolling, so that a wheel in motion does not send decorations at every step. */
const SCROLL_PAUSE_MS = 60;

const COLOURS: Readonly<Record<Severity, string>> = {
  normal: 'editorCodeLens.foreground',
  warning: 'editorWarning.foreground',
  error: 'editorError.foreground',
};

/**
 * Draws hints behind the code, in colour by word. A hint of several colours is several `after` decorations at one
 * place: the editor shows them in the order in which they were set, so part n of every hint belongs to the n-th
 * decoration type, and a change sets all types again in order.
 */
export class HintDecorations implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly slots: vscode.TextEditorDecorationType[] = [];
  private readonly ruler = {
    warning: this.createRuler(new vscode.ThemeColor('editorOverviewRuler.warningForeground')),
    error: this.createRuler(new vscode.ThemeColor('editorOverviewRuler.errorForeground')),
  };
  private readonly drawn = new WeakMap<vscode.TextEditor, { key: string; slots: number }>();
  private readonly scrollTimers = new Map<vscode.TextEditor, NodeJS.Timeout>();

  constructor(private readonly hints: VisibleHints) {
    for (const item of [
      hints.onDidChange((document) => this.drawDocument(document)),
      vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.draw(editor))),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.drawAfterScroll(textEditor)),
      vscode.window.onDidChangeTextEditorOptions(({ textEditor }) => this.draw(textEditor)),
    ]) {
      this.disposables.add(item);
    }
    vscode.window.visibleTextEditors.forEach((editor) => this.draw(editor));
  }

  dispose(): void {
    for (const timer of this.scrollTimers.values()) clearTimeout(timer);
    // Disposing a type takes its decorations off all editors.
    for (const type of [...this.slots, this.ruler.warning, this.ruler.error]) type.dispose();
    this.disposables.dispose();
  }

  private drawDocument(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) this.draw(editor);
  }

  private drawAfterScroll(editor: vscode.TextEditor): void {
    clearTimeout(this.scrollTimers.get(editor));
    const timer = setTimeout(() => {
      this.scrollTimers.delete(editor);
      this.draw(editor);
    }, SCROLL_PAUSE_MS);
    this.scrollTimers.set(editor, timer);
  }

  private draw(editor: vscode.TextEditor): void {
    const { document } = editor;
    const all = this.hints.current(document)?.filter((hint) => hint.line < document.lineCount);
    if (all === undefined) return;
    const tabSize = typeof editor.options.tabSize === 'number' ? editor.options.tabSize : 4;
    const near = all.filter((hint) => isNearScreen(editor, hint.line));
    const placed = layoutHints(near, (line) => columnsOf(document.lineAt(line).text, tabSize));
    const ruled = all.filter((hint) => hint.severity !== 'normal').map((hint) => [hint.line, hint.severity]);
    const key = JSON.stringify([document.version, placed, ruled]);
    const before = this.drawn.get(editor);
    if (before?.key === key) return;
    const slots = Math.max(0, ...placed.map((hint) => hint.parts.length));
    for (let slot = 0; slot < Math.max(slots, before?.slots ?? 0); slot++) {
      this.slots[slot] ??= vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      });
      editor.setDecorations(this.slots[slot]!, slotDecorations(document, placed, slot));
    }
    for (const severity of ['warning', 'error'] as const) {
      const lines = all.filter((hint) => hint.severity === severity).map((hint) => hint.line);
      editor.setDecorations(
        this.ruler[severity],
        lines.map((line) => document.lineAt(line).range),
      );
    }
    this.drawn.set(editor, { key, slots });
  }

  private createRuler(overviewRulerColor: vscode.ThemeColor): vscode.TextEditorDecorationType {
    const overviewRulerLane = vscode.OverviewRulerLane.Right;
    return vscode.window.createTextEditorDecorationType({ overviewRulerColor, overviewRulerLane });
  }
}

/** Whether a line is on screen, or within one screen of it. */
function isNearScreen(editor: vscode.TextEditor, line: number): boolean {
  return editor.visibleRanges.some(({ start, end }) => {
    const height = Math.max(20, end.line - start.line);
    return line >= start.line - height && line <= end.line + height;
  });
}

function slotDecorations(
  document: vscode.TextDocument,
  placed: readonly PlacedHint[],
  slot: number,
): vscode.DecorationOptions[] {
  return placed.flatMap((hint) => {
    const part = hint.parts[slot];
    if (part === undefined) return [];
    const { end } = document.lineAt(hint.line).range;
    return [{ range: new vscode.Range(end, end), renderOptions: { after: attachment(hint, part, slot) } }];
  });
}

function attachment(
  hint: PlacedHint,
  part: PlacedPart,
  slot: number,
): vscode.ThemableDecorationAttachmentRenderOptions {
  return {
    contentText: part.text,
    color: new vscode.ThemeColor(COLOURS[part.severity]),
    ...(slot === 0 ? { margin: `0 0 0 ${hint.margin}ch` } : {}),
    ...(hint.italic ? { fontStyle: 'italic' } : {}),
    // There is no option for opacity; the declaration rides on one that is put into the style sheet as it is.
    ...(hint.dimmed ? { textDecoration: 'none; opacity: 0.6' } : {}),
  };
}
