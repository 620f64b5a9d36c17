import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/event';
import type { WebviewState } from '../../protocol/webview';
import { tracePanelType } from '../contributions';
import { isTraceId, normalizeTraceId } from './traceIds';
import { TracePanel, type ShownTrace, type TracePanelHost } from './tracePanel';

/** The open traces, one panel each, and their return after a reload of the window. */
export class TracePanels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly panels = new Map<string, TracePanel>();
  private readonly shown = this.disposables.add(new Emitter<void>());
  /** Fired when a trace is on screen. */
  readonly onDidShow: Event<void> = this.shown.event;

  constructor(private readonly host: TracePanelHost) {
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(tracePanelType, this));
  }

  /** Ids of the traces of the source that are open. */
  get open(): readonly string[] {
    return this.ofSource.map(({ trace }) => trace.traceId);
  }

  /** The id of the trace of the source that has the focus, or of the only one that is open. */
  get active(): string | undefined {
    const { ofSource } = this;
    const active = ofSource.find((panel) => panel.active) ?? (ofSource.length === 1 ? ofSource[0] : undefined);
    return active?.trace.traceId;
  }

  private get ofSource(): readonly TracePanel[] {
    return [...this.panels.values()].filter(({ trace }) => trace.file === undefined);
  }

  /**
   * Opens a trace beside the code, or brings its panel to the front. Throws `SpanlightError` for what is no trace id.
   * @param spans the span to show, or those that a search found: the first is shown, all are marked.
   * @param file the URI of the trace file it is in, if it is not in the source.
   */
  async show(traceId: string, spans: string | readonly string[] = [], file?: string): Promise<void> {
    const spanIds = typeof spans === 'string' ? [spans] : spans;
    const trace: ShownTrace = { traceId: normalizeTraceId(traceId), ...(file === undefined ? {} : { file }) };
    const existing = this.panels.get(keyOf(trace));
    if (existing) return existing.reveal(spanIds);
    const viewColumn = this.column();
    // A page that only says what is missing gives its place to the trace that was chosen there.
    const replaced = [...this.panels.values()].find((other) => other.failed && other.active);
    const panel = vscode.window.createWebviewPanel(
      tracePanelType,
      'Trace',
      { viewColumn, preserveFocus: false },
      { enableScripts: true },
    );
    replaced?.dispose();
    await this.adopt(trace, panel, 'opened').load(spanIds);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { traceId, file } = (state ?? {}) as Partial<WebviewState>;
    if (typeof traceId !== 'string' || !isTraceId(traceId)) {
      panel.dispose();
      return;
    }
    const trace: ShownTrace = { traceId, ...(typeof file === 'string' ? { file } : {}) };
    await this.adopt(trace, panel, 'restored').load();
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) panel.dispose();
    this.disposables.dispose();
  }

  /** Traces share a column, so that one that leads to the next does not narrow the code further; never the code's own. */
  private column(): vscode.ViewColumn {
    const code = vscode.window.activeTextEditor?.viewColumn;
    const columns = [...this.panels.values()].map((panel) => panel.column);
    return columns.find((column) => column !== undefined && column !== code) ?? vscode.ViewColumn.Beside;
  }

  private adopt(shown: ShownTrace, panel: vscode.WebviewPanel, origin: 'opened' | 'restored'): TracePanel {
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.host.extensionUri, 'media', `spanlight-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const trace = new TracePanel(shown, panel, this.host, origin, {
      shown: () => this.shown.fire(),
      disposed: () => {
        this.panels.delete(keyOf(shown));
        trace.dispose();
      },
    });
    this.panels.set(keyOf(shown), trace);
    return trace;
  }
}

function keyOf({ traceId, file = '' }: ShownTrace): string {
  return `${traceId} ${file}`;
}
