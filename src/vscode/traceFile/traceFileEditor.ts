import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { BackendRequests } from '../../protocol/backends';
import type { FromSearchPage, SearchCure, ToSearchPage } from '../../protocol/searchView';
import type { EngineClient } from '../engine/engineClient';
import { listenToPage } from '../page/listenToPage';
import { setUpPage } from '../page/setUpPage';
import { runCommand } from '../register';
import { isFromSearchPage } from '../search/searchMessages';
import { TracePanel } from '../trace/tracePanel';
import type { TracePanels } from '../trace/tracePanels';

export interface TraceFileHost {
  readonly engine: EngineClient;
  readonly traces: TracePanels;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

type OpenedFile = BackendRequests['spanlight/openFile']['result'];

/** A trace file in an editor: its one trace as a waterfall, or its traces to choose from. */
export class TraceFileEditor implements Disposable {
  private readonly disposables = new DisposableStore();
  /** Of the list; the waterfall has its own. */
  private readonly ofList = this.disposables.add(new DisposableStore());
  /** What the page shows, sent again to a page that comes anew after having been hidden. */
  private shown: ToSearchPage = { type: 'fileProgress', read: 0, of: 0 };
  private ready = false;
  private reading: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly panel: vscode.WebviewPanel,
    private readonly host: TraceFileHost,
  ) {
    const { webview } = panel;
    this.ofList.add(
      listenToPage(webview, {
        name: 'The page of a trace file',
        isMessage: isFromSearchPage,
        handle: (message) => this.handle(message),
        log: host.log,
      }),
    );
    this.ofList.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.ready = false;
      }),
    );
    this.ofList.add(
      host.engine.on('spanlight/fileProgress', ({ uri: of, ...progress }) => {
        if (of === this.uri.toString() && this.reading !== undefined) this.show({ type: 'fileProgress', ...progress });
      }),
    );
    setUpPage(webview, host.extensionUri, 'file');
    void this.read();
  }

  dispose(): void {
    this.reading?.cancel();
    this.disposables.dispose();
  }

  private async read(): Promise<void> {
    this.reading?.cancel();
    const cancel = new vscode.CancellationTokenSource();
    this.reading = cancel;
    this.show({ type: 'fileProgress', read: 0, of: 0 });
    try {
      const file = await this.host.engine.request('spanlight/openFile', { uri: this.uri.toString() }, cancel.token);
      if (this.reading === cancel) this.showFile(file);
    } catch (error) {
      if (this.reading === cancel) this.showFailure(error, cancel.token.isCancellationRequested);
    } finally {
      if (this.reading === cancel) this.reading = undefined;
      cancel.dispose();
    }
  }

  private showFile(file: OpenedFile): void {
    const [only] = file.traces;
    if (only !== undefined && file.total === 1) {
      this.showTrace(only.traceId, file.notes);
      return;
    }
    const { format, spans, total, traces, notes } = file;
    const name = vscode.workspace.asRelativePath(this.uri);
    this.show({
      type: 'file',
      contents: { uri: this.uri.toString(), name, format, spans, total, items: traces, notes },
    });
  }

  /** The same panel becomes the page of the trace. */
  private showTrace(traceId: string, notes: readonly string[]): void {
    this.ofList.dispose();
    const trace = { traceId, file: this.uri.toString() };
    const nothing = { shown: () => undefined, disposed: () => undefined };
    // Its panel belongs to the editor: VS Code disposes of it.
    const page = new TracePanel(trace, this.panel, this.host, 'editor', nothing, notes);
    this.disposables.add(page);
    void page.load();
  }

  private showFailure(error: unknown, wasCancelled: boolean): void {
    const message = wasCancelled ? 'Reading was cancelled.' : describeError(error);
    if (!wasCancelled) this.host.log.warn(message);
    this.show({
      type: 'fileFailed',
      message,
      cures: wasCancelled ? ['readAgain', 'openAsText'] : ['openAsText', 'readAgain'],
    });
  }

  private show(message: ToSearchPage): void {
    this.shown = message;
    if (this.ready) void this.panel.webview.postMessage(message);
  }

  private async handle(message: FromSearchPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.show(this.shown);
        return;
      case 'stop':
        this.reading?.cancel();
        return;
      case 'open':
        return this.host.traces.show(message.traceId, undefined, this.uri.toString());
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'cure':
        return this.cure(message.cure);
      case 'log':
        this.host.log.info(`The page of a trace file: ${message.message}`);
        return;
      case 'request':
      case 'search':
        // Of the search only.
        return;
    }
  }

  private async cure(cure: SearchCure): Promise<void> {
    if (cure === 'readAgain') await this.read();
    else if (cure === 'openAsText') await vscode.commands.executeCommand('vscode.openWith', this.uri, 'default');
    else if (cure === 'showOutput') await runCommand('spanlight.showOutput');
  }
}
