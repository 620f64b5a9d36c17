import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { BackendRequests } from '../../protocol/backends';
import type { FromSearchPage, SearchCure, ToSearchPage } from '../../protocol/searchView';
import { traceFileType } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import { listenToPage } from '../page/listenToPage';
import { setUpPage } from '../page/setUpPage';
import { runCommand } from '../register';
import { isFromSearchPage } from '../search/searchMessages';
import { TracePanel } from '../trace/tracePanel';
import type { TracePanels } from '../trace/tracePanels';
import { SettledChanges } from './settledChanges';
import { watchTraceFile } from './watchTraceFile';

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
  /** The waterfall, if that is what the panel shows. */
  private page: TracePanel | undefined;
  private readonly changes = this.disposables.add(new SettledChanges(() => this.fileChanged()));
  /** The file changed while nobody saw it. */
  private stale = false;
  private disposed = false;

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
    this.disposables.add(watchTraceFile(uri, () => this.changes.changed()));
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible && this.stale) this.changes.changed();
      }),
    );
    setUpPage(webview, host.extensionUri, 'file');
    void this.read();
  }

  dispose(): void {
    this.disposed = true;
    this.reading?.cancel();
    this.disposables.dispose();
  }

  private async read(): Promise<void> {
    this.reading?.cancel();
    const cancel = new vscode.CancellationTokenSource();
    this.reading = cancel;
    this.show({ type: 'fileProgress', read: 0, of: 0 });
    try {
      const file = await this.openFile(cancel.token);
      if (this.reading === cancel) this.showFile(file);
    } catch (error) {
      if (this.reading === cancel) this.showFailure(error, cancel.token.isCancellationRequested);
    } finally {
      if (this.reading === cancel) this.reading = undefined;
      cancel.dispose();
    }
  }

  /** The engine reads the file anew. */
  private openFile(token?: vscode.CancellationToken): Promise<OpenedFile> {
    return this.host.engine.request('spanlight/openFile', { uri: this.uri.toString() }, token);
  }

  /** What is on screen stays there until the file was read again, also if it cannot be: it may be half written. */
  private async fileChanged(): Promise<void> {
    this.stale = !this.panel.visible;
    if (this.stale) return;
    if (this.reading !== undefined) {
      // It may have read what is older.
      this.changes.changed();
      return;
    }
    if (this.shown.type !== 'file' && this.page === undefined) return this.read();
    try {
      const file = await this.openFile();
      if (this.disposed) return;
      if (this.page === undefined) this.showFile(file);
      else if (file.traces.some(({ traceId }) => traceId === this.page?.trace.traceId)) await this.page.load();
      else void this.offerToReopen();
    } catch (error) {
      this.host.log.warn(`${this.uri.fsPath} changed and cannot be read again: ${describeError(error)}`);
    }
  }

  private async offerToReopen(): Promise<void> {
    const name = vscode.workspace.asRelativePath(this.uri);
    const again = 'Open Again';
    const said = `${name} changed and does not hold the trace any more that is shown.`;
    if ((await vscode.window.showInformationMessage(said, again)) !== again || this.disposed) return;
    const { viewColumn = vscode.ViewColumn.Active } = this.panel;
    this.panel.dispose();
    await vscode.commands.executeCommand('vscode.openWith', this.uri, traceFileType, viewColumn);
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
    this.page = this.disposables.add(page);
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
