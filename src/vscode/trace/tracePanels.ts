import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/event';
import type { WebviewState } from '../../protocol/webview';
import { tracePanelType } from '../contributions';
import { isTraceId, normalizeTraceId } from './traceIds';
import { TracePanel, type TracePanelHost } from './tracePanel';

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

  /** Ids of the traces that are open. */
  get open(): readonly string[] {
    return [...this.panels.keys()];
  }

  /** The id of the trace that has the focus, or of the only one that is open. */
  get active(): string | undefined {
    const active = [...this.panels].find(([, panel]) => panel.active)?.[0];
    return active ?? (this.panels.size === 1 ? this.open[0] : undefined);
  }

  /** Opens a trace beside the code, or brings its panel to the front. Throws `SpanlightError` for what is no trace id. */
  async show(traceId: string, spanId?: string): Promise<void> {
    const id = normalizeTraceId(traceId);
    const existing = this.panels.get(id);
    if (existing) return existing.reveal(spanId);
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
    await this.adopt(id, panel, 'opened').load(spanId);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const traceId = (state as Partial<WebviewState> | undefined)?.traceId;
    if (typeof traceId !== 'string' || !isTraceId(traceId)) {
      panel.dispose();
      return;
    }
    await this.adopt(traceId, panel, 'restored').load();
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

  private adopt(traceId: string, panel: vscode.WebviewPanel, origin: 'opened' | 'restored'): TracePanel {
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.host.extensionUri, 'media', `spanlight-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const trace = new TracePanel(traceId, panel, this.host, origin, {
      shown: () => this.shown.fire(),
      disposed: () => {
        this.panels.delete(traceId);
        trace.dispose();
      },
    });
    this.panels.set(traceId, trace);
    return trace;
  }
}
