import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { SpanlightError } from '../../base/errors';
import { Rpc } from '../../base/rpc';
import type { EngineStatus } from '../../protocol/engine';
import type { QueryCheck, QueryCompletion } from '../../protocol/queries';
import type {
  FromSearchPage,
  SearchCure,
  SearchedSource,
  SearchPageRequests,
  ToSearchPage,
} from '../../protocol/searchView';
import { views } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import type { ReceiverUse } from '../engine/receiverUse';
import { listenToPage } from '../page/listenToPage';
import { setUpPage } from '../page/setUpPage';
import { runCommand } from '../register';
import type { TracePanels } from '../trace/tracePanels';
import { RecentQueries } from './recentQueries';
import { isFromSearchPage, queryParams } from './searchMessages';
import { SearchRuns } from './searchRuns';

export interface SearchViewHost {
  readonly engine: EngineClient;
  readonly receiver: ReceiverUse;
  readonly traces: TracePanels;
  readonly extensionUri: vscode.Uri;
  /** Of the workspace: what was searched for. */
  readonly state: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** The view Traces: a page to search with. It keeps what was found while the page is away. */
export class SearchView implements vscode.WebviewViewProvider, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly recent: RecentQueries;
  private readonly runs: SearchRuns;
  private view: vscode.WebviewView | undefined;
  /** The page on screen listens. */
  private ready = false;
  /** The source that was searched last. */
  private sourceName: string | undefined;
  /** Meant for the page as soon as it listens. */
  private waiting: ToSearchPage[] = [];
  private completing: vscode.CancellationTokenSource | undefined;
  private readonly rpc = this.disposables.add(
    new Rpc<Record<never, never>, SearchPageRequests>((message) => this.post(message as ToSearchPage), {
      checkQuery: (params) => this.checkQuery(params),
      completeQuery: (params) => this.completeQuery(params),
    }),
  );

  constructor(private readonly host: SearchViewHost) {
    const { engine, state } = host;
    this.recent = new RecentQueries(state);
    this.runs = this.disposables.add(new SearchRuns(engine, (message) => this.post(message)));
    this.disposables.add(vscode.window.registerWebviewViewProvider(views.traces, this));
    this.disposables.add(engine.onDidChangeStatus((status) => this.sourceIs(status)));
    this.disposables.add(engine.onDidChangeState(() => void this.askForSource()));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.ready = false;
    view.onDidDispose(() => {
      this.view = undefined;
      this.ready = false;
    });
    view.onDidChangeVisibility(() => {
      // The page is thrown away while hidden; the next one says `ready` again.
      if (!view.visible) this.ready = false;
    });
    listenToPage(view.webview, {
      name: 'The search page',
      isMessage: isFromSearchPage,
      handle: (message) => this.handle(message),
      log: this.host.log,
    });
    setUpPage(view.webview, this.host.extensionUri, 'search');
  }

  /** Brings the view to the front with the keyboard in its field; with a query, searches for that. */
  async show(query?: string): Promise<void> {
    if (query !== undefined) this.postSoon({ type: 'prefill', query, run: true });
    this.postSoon({ type: 'focus' });
    await vscode.commands.executeCommand(`${views.traces}.focus`);
  }

  dispose(): void {
    this.completing?.dispose();
    this.disposables.dispose();
  }

  private post(message: ToSearchPage): void {
    if (this.ready) void this.view?.webview.postMessage(message);
  }

  private postSoon(message: ToSearchPage): void {
    if (this.ready && this.view?.visible === true) this.post(message);
    else this.waiting = [...this.waiting.filter(({ type }) => type !== message.type), message];
  }

  private async handle(message: FromSearchPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.pageReady();
      case 'request':
        this.rpc.receive(message);
        return;
      case 'search': {
        const { request } = message;
        const outcome = await this.runs.start(request);
        // What cannot be run is not worth offering again.
        if (outcome.kind !== 'done' || outcome.problems.length > 0) return;
        await this.recent.add(request.query);
        this.post({ type: 'recent', queries: this.recent.all() });
        return;
      }
      case 'stop':
        return this.runs.stop();
      case 'open':
        return this.host.traces.show(message.traceId, message.spanIds);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'cure':
        return cure(message.cure);
      case 'log':
        this.host.log.info(`The search page: ${message.message}`);
    }
  }

  private async pageReady(): Promise<void> {
    this.ready = true;
    const { waiting } = this;
    this.waiting = [];
    this.post({ type: 'recent', queries: this.recent.all() });
    const kept = this.runs.restore();
    if (kept !== undefined) this.post(kept);
    for (const message of waiting) this.post(message);
    // The view is open, so somebody wants to see traces: this starts the engine and the receiver.
    await this.host.receiver.used();
    await this.askForSource();
  }

  private async askForSource(): Promise<void> {
    if (this.ready) this.sourceIs(await this.host.engine.ask('spanlight/status', null));
  }

  private sourceIs(status: EngineStatus | undefined): void {
    if (status === undefined) {
      this.post({ type: 'source' });
      return;
    }
    const { name, kind, state, problem } = status.source;
    // What another source found does not answer for this one.
    if (this.sourceName !== undefined && this.sourceName !== name) this.runs.forget();
    this.sourceName = name;
    const source: SearchedSource = {
      ...{ name, isEmbedded: kind === 'embedded', state, kept: status.traces, receiver: status.receiver.state },
      ...(problem === undefined || kind === 'embedded' ? {} : { problem }),
    };
    this.post({ type: 'source', source });
  }

  private checkQuery(params: unknown): Promise<QueryCheck> {
    const asked = readQuery(params);
    return this.host.engine.request('spanlight/checkQuery', { query: asked.query, anySemconv: asked.anySemconv });
  }

  private async completeQuery(params: unknown): Promise<QueryCompletion> {
    const { query, offset, fromMs, toMs } = readQuery(params);
    const times = fromMs === undefined || toMs === undefined ? {} : { fromMs, toMs };
    this.completing?.cancel();
    const cancel = new vscode.CancellationTokenSource();
    this.completing = cancel;
    try {
      return await this.host.engine.request('spanlight/completeQuery', { query, offset, ...times }, cancel.token);
    } finally {
      cancel.dispose();
      if (this.completing === cancel) this.completing = undefined;
    }
  }
}

function readQuery(params: unknown): NonNullable<ReturnType<typeof queryParams>> {
  const asked = queryParams(params);
  if (asked === undefined) throw new SpanlightError('The search page asked about a query that is none.');
  return asked;
}

async function cure(which: SearchCure): Promise<void> {
  switch (which) {
    case 'copyExporterEnvironment':
      await runCommand('spanlight.copyExporterEnvironment');
      return;
    case 'startReceiver':
      await runCommand('spanlight.startReceiver');
      return;
    case 'showOutput':
      await runCommand('spanlight.showOutput');
      return;
    case 'retryBackend':
      await runCommand('spanlight.retryBackend');
      return;
    case 'chooseBackend':
      await runCommand('spanlight.chooseBackend');
      return;
    case 'addBackend':
      await runCommand('spanlight.addBackend');
      return;
    case 'openSettings':
      await runCommand('spanlight.openSettings', 'spanlight.trace.hidden');
      return;
    case 'readAgain':
    case 'openAsText':
      // Of trace files only.
      return;
  }
}
