import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError, SpanlightError } from '../../base/errors';
import { formatDuration } from '../../base/format';
import { Rpc } from '../../base/rpc';
import type { SpanDetailsView, TraceView } from '../../protocol/traceView';
import type { FailureCure, FromWebview, ToWebview, WebviewRequests } from '../../protocol/webview';
import type { EngineClient } from '../engine/engineClient';
import { withExactBuffers } from './exactBuffers';
import { columnBeside, openLocation } from '../openLocation';
import { listenToPage } from '../page/listenToPage';
import { setUpPage } from '../page/setUpPage';
import { runCommand } from '../register';
import { rowOfSpan, rowsOfSpans, traceTitle } from './traceRows';
import { notKeptWords } from './traceWords';
import { isFromWebview } from './webviewMessages';

/** What a panel needs from its surroundings. */
export interface TracePanelHost {
  readonly engine: EngineClient;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** Told of what becomes of a panel. */
export interface TracePanelListener {
  /** The trace was sent to the page. */
  shown(): void;
  /** The panel was closed. */
  disposed(): void;
}

/** Which trace it is. */
export interface ShownTrace {
  readonly traceId: string;
  /** The URI of the trace file it is in; without one it is in the source. */
  readonly file?: string;
}

/** How a panel came to be: opened, brought back after a reload, or as the editor of a file. */
export type PanelOrigin = 'opened' | 'restored' | 'editor';

/** One trace in a webview. The columns pass through to the page; only the id stays here. */
export class TracePanel implements Disposable {
  private readonly disposables = new DisposableStore();
  /** The page that is on screen listens. */
  private ready = false;
  /** What that page is to show as soon as it listens; the latest counts. */
  private waiting: ToWebview | undefined;
  /** The trace was sent to the page that is on screen. */
  private drawn = false;
  /** Answers on their way from the engine. */
  private loading = 0;
  /** Spans that are marked, as a search found them. */
  private found: readonly string[] = [];
  /** What was said in place of the trace. */
  private failure: string | undefined;
  /** The page asks, this end answers; failures travel back as such. */
  private readonly rpc = this.disposables.add(
    new Rpc<Record<never, never>, WebviewRequests>((message) => this.post(message as ToWebview), {
      spanDetails: ({ row }) => this.spanDetails(row),
      findByAttribute: ({ key, value }) => this.findByAttribute(key, value),
    }),
  );

  constructor(
    readonly trace: ShownTrace,
    private readonly panel: vscode.WebviewPanel,
    private readonly host: TracePanelHost,
    private readonly origin: PanelOrigin,
    private readonly listener: TracePanelListener,
    /** Said above the trace besides what the engine says. */
    private readonly notes: readonly string[] = [],
  ) {
    this.disposables.add(panel.onDidDispose(() => listener.disposed()));
    this.disposables.add(
      listenToPage(panel.webview, {
        name: 'The trace page',
        isMessage: isFromWebview,
        handle: (message) => this.handle(message),
        log: host.log,
      }),
    );
    // The page is thrown away while hidden; the next one says `ready` again and is sent everything again.
    this.disposables.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.ready = this.drawn = false;
      }),
    );
    this.disposables.add(
      host.engine.onDidChangeState((state) => {
        if (state === 'running' && !this.drawn) void this.load();
      }),
    );
    // What is missing may arrive yet: from a service that is slow to send, or from a file that is opened again.
    this.disposables.add(
      host.engine.onDidChangeStatus(() => {
        if (this.failed && panel.visible && this.loading === 0) void this.load();
      }),
    );
    setUpPage(panel.webview, host.extensionUri, 'trace');
  }

  /** Whether it stands there without its trace. */
  get failed(): boolean {
    return this.failure !== undefined;
  }

  /** Whether the user works in it. */
  get active(): boolean {
    return this.panel.active;
  }

  get column(): vscode.ViewColumn | undefined {
    return this.panel.viewColumn;
  }

  /** Brings the panel to the front, and spans of it into view: see {@link load}. */
  async reveal(spanIds: readonly string[]): Promise<void> {
    this.panel.reveal(this.panel.viewColumn, false);
    await this.load(spanIds);
  }

  /**
   * Fetches the trace and sends it to the page. Failures are shown in the page.
   *
   * @param spanIds the first is shown; if there are several, all are marked, until others are asked for.
   */
  async load(spanIds: readonly string[] = []): Promise<void> {
    const [spanId] = spanIds;
    if (spanId !== undefined) this.found = spanIds.length > 1 ? spanIds : [];
    let trace: TraceView | null;
    this.loading++;
    try {
      trace = await this.host.engine.request('spanlight/openTrace', this.trace);
    } catch (error) {
      this.fail(describeError(error), ['tryAgain', 'showOutput']);
      return;
    } finally {
      this.loading--;
    }
    if (trace === null) {
      this.fail(await this.missingWords(), ['searchTraces', 'openTraceById']);
      return;
    }
    const view = withExactBuffers({ ...trace, notices: [...trace.notices, ...this.notes] });
    // The editor of a file is called like the file.
    if (this.origin !== 'editor') this.panel.title = traceTitle(view, formatDuration);
    const focusRow = spanId === undefined ? undefined : rowOfSpan(view, spanId);
    this.failure = undefined;
    this.drawn = true;
    this.listener.shown();
    const { file } = this.trace;
    const foundRows = rowsOfSpans(view, this.found);
    this.post({
      ...{ type: 'show', trace: view },
      ...(foundRows.length === 0 ? {} : { foundRows }),
      ...(focusRow === undefined ? {} : { focusRow }),
      ...(file === undefined ? {} : { file }),
    });
  }

  dispose(): void {
    this.disposables.dispose();
    this.panel.dispose();
  }

  private async missingWords(): Promise<string> {
    const { traceId, file } = this.trace;
    if (file === undefined) {
      const source = (await this.host.engine.ask('spanlight/status', null))?.source;
      const backend = source === undefined || source.kind === 'embedded' ? undefined : source.name;
      return notKeptWords(traceId, this.origin === 'restored' ? 'restored' : 'opened', backend);
    }
    return `${vscode.workspace.asRelativePath(vscode.Uri.parse(file))} holds no trace ${traceId} any more.`;
  }

  private fail(message: string, cures: readonly FailureCure[]): void {
    // A trace on screen is worth more than the news that it could not be fetched again.
    if (this.drawn) {
      this.host.log.warn(message);
      return;
    }
    // Screen readers would read out every repetition.
    if (this.ready && this.failure === message) return;
    this.failure = message;
    this.post({ type: 'failed', message, cures });
  }

  private post(message: ToWebview): void {
    if (this.ready) void this.panel.webview.postMessage(message);
    // An answer to a page that is gone has nobody to hear it.
    else if (message.type === 'show' || message.type === 'failed') this.waiting = message;
  }

  private async handle(message: FromWebview): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.pageReady();
      case 'request':
        this.rpc.receive(message);
        return;
      case 'openSource':
        return this.openSource(message.row, message.beside);
      case 'openTrace':
        await runCommand('spanlight.openTrace', message.traceId, message.spanId);
        return;
      case 'openFrame':
        return this.openFrame(message.file, message.line);
      case 'cure':
        return this.cure(message.cure);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'log':
        this.host.log.info(`The trace page: ${message.message}`);
        return;
    }
  }

  private async pageReady(): Promise<void> {
    const { waiting } = this;
    this.ready = true;
    this.waiting = undefined;
    if (waiting !== undefined) {
      this.post(waiting);
      return;
    }
    // A page made anew after having been hidden starts empty.
    this.drawn = false;
    this.failure = undefined;
    if (this.loading === 0) await this.load();
  }

  private async cure(cure: FailureCure): Promise<void> {
    switch (cure) {
      case 'searchTraces':
        await runCommand('spanlight.searchTraces');
        return;
      case 'openTraceById':
        await runCommand('spanlight.openTraceById');
        return;
      case 'showOutput':
        await runCommand('spanlight.showOutput');
        return;
      case 'tryAgain':
        this.drawn = false;
        this.failure = undefined;
        await this.load();
    }
  }

  private async spanDetails(row: unknown): Promise<SpanDetailsView> {
    if (typeof row !== 'number') throw new SpanlightError('The trace page asked for a row that is none.');
    const details = await this.host.engine.request('spanlight/spanDetails', { ...this.trace, row });
    if (details === null) throw new SpanlightError('This trace is not kept any more, so its details cannot be shown.');
    return details;
  }

  private async findByAttribute(key: unknown, value: unknown): Promise<{ rows: Uint32Array }> {
    if (typeof key !== 'string' || typeof value !== 'string') {
      throw new SpanlightError('The trace page asked for an attribute that is none.');
    }
    const { engine } = this.host;
    return withExactBuffers(await engine.request('spanlight/findByAttribute', { ...this.trace, key, value }));
  }

  private async openSource(row: number, beside: boolean): Promise<void> {
    const source = await this.host.engine.request('spanlight/spanSource', { ...this.trace, row });
    if ('reason' in source) {
      void vscode.window.setStatusBarMessage(`$(info) ${source.reason}`, 8000);
      return;
    }
    await this.openBeside(source.uri, source.line, beside);
  }

  private async openFrame(file: string, line: number): Promise<void> {
    const found = await this.host.engine.request('spanlight/resolveFrame', { file, line });
    if ('reason' in found) void vscode.window.setStatusBarMessage(`$(info) ${found.reason}`, 8000);
    else await this.openBeside(found.uri, found.line, false);
  }

  private async openBeside(uri: string, line: number, keepFocus: boolean): Promise<void> {
    const viewColumn = columnBeside(this.panel.viewColumn);
    await openLocation(vscode.Uri.parse(uri), line, { viewColumn, preserveFocus: keepFocus });
  }
}
