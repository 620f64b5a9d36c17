import { existsSync } from 'node:fs';
import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import { CodeActionKind, FileChangeType } from 'vscode-languageserver/node';
import { DisposableStore, type Disposable } from '../base/disposable';
import type { Logger } from '../base/logger';
import type { OperationId, OperationStats } from '../model/operation';
import { nanos, nanosFromMillis, millisLossy } from '../model/time';
import type { ServiceSummary } from '../model/traceSource';
import type { EngineInitialization, EngineSettings, EngineStatus } from '../protocol/engine';
import { isIgnoreFile } from '../protocol/watchedFiles';
import { OtlpIngest } from '../traces/ingest';
import { EmbeddedStore } from '../traces/store/embeddedStore';
import { answersFrom } from './answers';
import { ChoiceKeeper } from './choices/choiceKeeper';
import { PathAsker } from './choices/pathAsker';
import { PathKeeper } from './choices/pathKeeper';
import { readChoices } from './choices/readChoices';
import { withSharedRules } from './choices/sharedRules';
import { CalleeServices } from './hints/calleeServices';
import { changedPaths } from './workspace/changedPaths';
import { DOCUMENT_SYNC, Documents } from './workspace/documents';
import { ErrorPlaces } from './hints/errorPlaces';
import { HoverAnswers } from './hints/hoverAnswers';
import { LiveHints } from './hints/liveHints';
import { ParentPlaces } from './hints/parentPlaces';
import { codeActionsFor } from './lint/codeActions';
import { resolvedAction } from './lint/resolvedAction';
import { LintControl } from './lint/lintControl';
import { LiveProof } from './lint/liveProof';
import { readRefutations } from './lint/readRefutations';
import { suspectViews } from './lint/suspectViews';
import { Refutations } from '../lint/proof/refutations';
import { connectionLogger } from './log';
import { EmbeddedSource } from './sources/embeddedSource';
import { HostSecrets } from './sources/hostSecrets';
import { SourceControl } from './sources/sourceControl';
import { hiddenOperations, type IsHidden } from './traces/hiddenOperations';
import type { LiveSource } from './sources/liveSource';
import { mappingHealth } from './boards/mappingHealth';
import { movedPortNotices, type Notice } from './receiver/movedPort';
import { OperationBoard } from './boards/operationBoard';
import { listenForOtlp } from './receiver/otlpReceiver';
import { Processes, tellingProcesses } from './sources/processes';
import { CodePast } from './workspace/codePast';
import { PlaceFinder } from './hints/placeFinder';
import { hostProgress, silentProgress } from './workspace/readingProgress';
import { ReceiverControl } from './receiver/receiverControl';
import { SpanSamples } from './hints/spanSamples';
import { Refresher, type Notify } from './refresher';
import { listenForRequests } from './requests';
import { DEFAULT_SETTINGS, readSettings } from './settings';
import { TraceAnswers } from './traces/traceAnswers';
import { findingsOf, surroundingsOf } from './traces/traceFindings';
import { pathOfUri } from './workspace/uris';
import type { KnownState } from './hints/whyNothing';
import { changedFolders, NO_FOLDERS } from './workspace/workspaceFolders';
import { WorkspaceReader } from './workspace/workspaceReader';

const NS_PER_MINUTE = 60_000_000_000n;
/** Reasons in a status; the mapping report has all. */
const MOST_REASONS = 50;
/** Services of a backend that are asked about while none of them is known to be in the workspace. */
const MOST_UNBOUND_SERVICES = 20;
const BYTES_PER_MEGABYTE = 1024 * 1024;
/** A commit that git does not have may be fetched. */
const ASK_AGAIN_MS = 45_000;

/** One engine for one window: builds the parts when the host says hello, and wires them together. */
export class EngineSession implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly logger: Logger;
  private settings: EngineSettings = DEFAULT_SETTINGS;
  private folders = NO_FOLDERS;
  /** Messages the user has seen. */
  private readonly told = new Set<string>();
  /** Programs are started in trusted workspaces only. */
  private mayRunGit = false;
  private askedAgainMs = 0;
  private canShowProgress = false;
  private canChangeFolders = false;
  private canPutSnippets = false;

  private readonly store = new EmbeddedStore();
  private readonly processes = new Processes((operation) => this.store.operationTable.id(operation));
  private readonly places: PlaceFinder;
  private readonly errors: ErrorPlaces;
  private readonly sources: SourceControl;
  private readonly source: LiveSource;
  private isHidden: IsHidden = hiddenOperations(DEFAULT_SETTINGS.traces.hidden);
  private readonly callees: CalleeServices;
  private readonly parents = new ParentPlaces((id) => this.source.traceAtHand(id));
  private readonly samples: SpanSamples;
  private readonly board: OperationBoard;
  private readonly live: LiveHints;
  private readonly traces: TraceAnswers;
  private readonly receiver: ReceiverControl;
  private readonly refresher: Refresher;
  private readonly documents: Documents;
  private readonly lint: LintControl;
  private readonly proof: LiveProof;
  private readonly choices: ChoiceKeeper;
  private readonly paths: PathKeeper;
  private readonly asker: PathAsker;
  private refutations = new Refutations();
  private reader: WorkspaceReader | undefined;

  private readonly notify: Notify = (method, params) => {
    this.connection.sendNotification(method, params).catch(() => {
      // The host is gone, and this process with it in a moment.
    });
  };

  constructor(private readonly connection: Connection) {
    this.logger = connectionLogger(connection);
    this.sources = this.disposables.add(
      new SourceControl({
        embedded: new EmbeddedSource(this.store),
        secrets: new HostSecrets(connection, this.notify),
        logger: this.logger,
        relevant: (services) => this.relevantServices(services),
      }),
    );
    this.source = this.sources.active;
    this.callees = new CalleeServices((id) => this.source.traceAtHand(id));
    this.places = this.disposables.add(new PlaceFinder(this.logger));
    this.errors = this.disposables.add(new ErrorPlaces(this.logger));
    this.samples = this.disposables.add(new SpanSamples((id) => this.source.traceAtHand(id)));
    this.board = new OperationBoard(this.places, this.callees, this.errors, this.parents, this.samples);
    this.choices = this.disposables.add(new ChoiceKeeper(this.logger));
    this.paths = this.disposables.add(new PathKeeper());
    this.asker = this.disposables.add(
      new PathAsker({
        board: this.board,
        places: this.places,
        keeper: this.paths,
        tell: (notice) => this.tell([notice]),
        describeFile: (file) => this.reader?.describeFile(file) ?? file,
      }),
    );
    this.live = new LiveHints(this.board, () => this.settings.hints);
    this.traces = new TraceAnswers(
      this.source,
      this.places,
      findingsOf,
      (trace, row) =>
        suspectViews(trace, row, {
          folderOf: (service) => this.reader?.mapper?.serviceFolder(service),
          suspects: (root) => this.lint.suspects(root),
        }),
      () => this.reader?.mapper,
    );
    const ingest = new OtlpIngest(tellingProcesses(this.store, this.processes));
    this.receiver = this.disposables.add(
      new ReceiverControl((options) => listenForOtlp(options, ingest, this.logger), this.logger),
    );
    this.refresher = this.disposables.add(
      new Refresher({
        board: this.board,
        live: this.live,
        operations: () => this.windowOperations(),
        status: () => this.status(),
        notify: this.notify,
      }),
    );
    this.lint = this.disposables.add(
      new LintControl({
        logger: this.logger,
        syntax: () => this.reader!.parser(),
        openText: (file) => this.documents.textOf(file),
        openFiles: () => this.documents.files,
        proof: () => this.proof.current,
        refutations: () => this.refutations,
        publish: (uri, diagnostics) => {
          void connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] });
          this.proof.spansChanged();
        },
      }),
    );
    this.proof = this.disposables.add(
      new LiveProof({
        logger: this.logger,
        search: (query, signal) => this.store.search(query, signal),
        traceAtHand: (id) => this.store.traceNow(id),
        folderOf: (service) => this.reader?.mapper?.serviceFolder(service),
        isNeeded: () => this.lint.hasFound && this.store.counters().spans > 0,
      }),
    );
    this.documents = this.disposables.add(new Documents((file, text) => this.documentChanged(file, text)));
  }

  /** Listens for the host. Call once, before the connection starts to. */
  listen(): void {
    const { connection } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.initialized());
    connection.onShutdown(() => this.dispose());
    connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri, type } of changes) this.fileChanged(uri, type);
      if (!changes.some(({ uri }) => isIgnoreFile(uri))) return;
      this.reader?.reread();
      this.lint.reread();
    });
    connection.onNotification('spanlight/didChangeSettings', (sent: unknown) => {
      this.settings = readSettings(sent, (sentence) => this.logger.warn(sentence));
      this.applySettings();
    });
    connection.onCodeAction((params) => codeActionsFor(params, this.lint));
    connection.onCodeActionResolve((action) => resolvedAction(action, this.lint, this.canPutSnippets));
    this.documents.listen(connection);
  }

  dispose(): void {
    this.reader?.dispose();
    this.disposables.dispose();
  }

  private initialize(params: InitializeParams): InitializeResult {
    const sent = (params.initializationOptions ?? {}) as Partial<EngineInitialization>;
    this.settings = readSettings(sent.settings, (sentence) => this.logger.warn(sentence));
    this.folders = changedFolders(NO_FOLDERS, { added: params.workspaceFolders ?? [], removed: [] });
    this.canPutSnippets = params.capabilities.workspace?.workspaceEdit?.snippetEditSupport === true;
    this.refutations = new Refutations(readRefutations(sent.refutations));
    this.refutations.onDidChange((all) => this.notify('spanlight/refutationsDidChange', all));
    this.choices.restore(readChoices(sent.choices));
    this.choices.onDidChangeOwn((all) => this.notify('spanlight/choicesDidChange', all));
    this.choices.onDidChange(() => this.reader?.mapper?.choose(this.choices.current));
    this.paths.restore(sent.paths);
    this.paths.onDidChange((kept) => {
      this.notify('spanlight/pathsDidChange', kept);
      this.reader?.mapper?.tellPaths(kept.told);
    });
    this.canShowProgress = params.capabilities.window?.workDoneProgress === true;
    this.canChangeFolders = params.capabilities.workspace?.workspaceFolders === true;
    const assetsPath = typeof sent.assetsPath === 'string' ? sent.assetsPath : __dirname;
    const cacheFolder = typeof sent.cacheFolder === 'string' ? sent.cacheFolder : undefined;
    this.reader = this.createReader(assetsPath, cacheFolder);
    this.answerRequests(this.reader);
    this.source.onDidChange(() => this.refresher.spansChanged());
    this.store.onDidChange(() => this.proof.spansChanged());
    this.proof.onDidChange(() => this.lint.proofChanged());
    this.sources.onDidChange(() => this.refresher.statusChanged());
    this.places.onDidPlace(() => {
      this.refresher.placesChanged();
      this.asker.placesChanged();
    });
    this.errors.onDidFind(() => this.refresher.placesChanged());
    this.receiver.onDidChange(() => {
      this.tell(movedPortNotices(this.receiver.status()));
      this.refresher.statusChanged();
    });
    return {
      serverInfo: { name: 'spanlight' },
      capabilities: {
        textDocumentSync: { openClose: true, change: DOCUMENT_SYNC },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix], resolveProvider: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  }

  private initialized(): void {
    if (this.canChangeFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders((change) => {
        this.folders = changedFolders(this.folders, change);
        this.applySettings();
      });
    }
    this.applySettings();
  }

  /** Settings or folders are others now. */
  private applySettings(): void {
    const { settings, reader } = this;
    this.store.maxBytes = settings.store.maxMegabytes * BYTES_PER_MEGABYTE;
    this.choices.configure(this.folders.paths);
    this.configureReader();
    const isNews = this.mayRunGit !== settings.trusted;
    this.mayRunGit = settings.trusted;
    if (isNews) reader?.mapper?.historyChanged();
    this.lint.configure(this.folders.paths, settings.lint, this.folders.virtual);
    this.isHidden = hiddenOperations(settings.traces.hidden);
    this.sources.configure(settings.traces);
    const evidence = (): Promise<string | undefined> => reader?.openTelemetryEvidence() ?? Promise.resolve(undefined);
    void this.receiver.configure({ settings: settings.receiver, trusted: settings.trusted, evidence });
    this.refresher.spansChanged();
  }

  /** What the repository says of paths and services counts where the workspace is trusted, after the settings. */
  private configureReader(): void {
    const { source, trusted } = this.settings;
    const { paths } = this.folders;
    this.reader?.configure(paths, withSharedRules(source, paths, trusted ? this.choices.rules : undefined));
  }

  private createReader(assetsPath: string, cacheFolder: string | undefined): WorkspaceReader {
    const { logger, connection } = this;
    const startProgress = () => (this.canShowProgress ? hostProgress(connection) : Promise.resolve(silentProgress()));
    const openText = (file: string) => this.documents.textOf(file);
    const past = this.disposables.add(
      new CodePast({
        cacheFolder,
        logger,
        mayRunGit: () => this.mayRunGit,
        originOf: (id) => this.processes.originOf(id),
      }),
    );
    const samplesOf = (id: OperationId) => this.samples.of(id);
    const reader = new WorkspaceReader({ assetsPath, cacheFolder, logger, past, samplesOf, openText, startProgress });
    this.samples.onDidFind((ids) => reader.mapper?.samplesChanged(ids));
    this.processes.onDidChange((ids) => {
      reader.mapper?.originsChanged(ids);
      this.errors.codeChanged();
    });
    reader.onDidChangeMapper((mapper) => {
      mapper?.choose(this.choices.current);
      mapper?.tellPaths(this.paths.told);
      this.places.use(mapper);
      this.errors.use(mapper);
      this.lint.proofChanged();
      // What was edited before anybody read it.
      if (mapper !== undefined) this.documents.tellAll();
    });
    reader.onDidChangePlaces((ids) => this.places.redo(ids));
    reader.onDidProgress(() => this.refresher.statusChanged());
    return reader;
  }

  private answerRequests(reader: WorkspaceReader): void {
    const { asker, board, choices, documents, lint, live, notify, paths, places } = this;
    const { receiver, refresher, sources, traces } = this;
    const hintSettings = () => this.settings.hints;
    const known = () => this.known(reader);
    const hovers = new HoverAnswers({
      board,
      hintSettings,
      known,
      symbols: (file) => reader.symbols(file),
      whyNotRead: (file) => reader.whyNotRead(file),
      lineLength: (uri, line) => documents.lineLength(uri, line),
      surroundings: (stats, signal) => surroundingsOf(this.source, stats, signal),
    });
    const status = () => this.status();
    const clear = () => this.clear();
    const forgetRefutations = () => this.forgetRefutations();
    const isHidden = () => this.isHidden;
    const parts = {
      asker,
      board,
      choices,
      documents,
      hovers,
      lint,
      live,
      paths,
      places,
      reader,
      receiver,
      refresher,
      sources,
      traces,
      notify,
    };
    const answers = answersFrom({ ...parts, hintSettings, isHidden, status, known, clear, forgetRefutations });
    listenForRequests(this.connection, answers, this.logger);
  }

  private forgetRefutations(): number {
    const count = this.refutations.clear();
    this.lint.proofChanged();
    return count;
  }

  private windowOperations(): readonly OperationStats[] {
    const to = BigInt(nanosFromMillis(Date.now()));
    const minutes = BigInt(Math.round(this.settings.hints.windowMinutes));
    const window = { from: nanos(to - minutes * NS_PER_MINUTE), to: nanos(to) };
    const operations = this.source.operations(window);
    if (millisLossy(window.to) - this.askedAgainMs > ASK_AGAIN_MS) {
      this.askedAgainMs = millisLossy(window.to);
      this.reader?.mapper?.askAgain();
    }
    if (operations.length > 0) this.needCode();
    this.reader?.mapper?.noteServices(new Set(operations.map((operation) => operation.key.service)));
    return operations;
  }

  /** Spans are at hand, so that their places are asked for, and what lint has to say of those without a parent. */
  private needCode(): void {
    this.reader?.need();
    this.lint.need();
  }

  /** Those with code in the workspace; where none is known to have, those that were called last. */
  private relevantServices(services: readonly ServiceSummary[]): string[] {
    this.reader?.need();
    const names = services.map(({ service }) => service);
    const mapper = this.reader?.mapper;
    mapper?.noteServices(names);
    const bound = names.filter((service) => mapper?.serviceFolder(service) !== undefined);
    if (bound.length > 0) return bound;
    const latest = services.toSorted((a, b) => (a.lastSeen < b.lastSeen ? 1 : a.lastSeen > b.lastSeen ? -1 : 0));
    return latest.slice(0, MOST_UNBOUND_SERVICES).map(({ service }) => service);
  }

  private status(): EngineStatus {
    const { spans, traces, operations, droppedSpans, retainedBytes } = this.store.counters();
    const indexing = this.reader?.indexing;
    const mapping = mappingHealth(this.board.all, this.places);
    return {
      pid: process.pid,
      receiver: this.receiver.status(),
      source: this.sources.status(),
      spans,
      traces,
      operations,
      droppedSpans,
      retainedBytes,
      mapping: { ...mapping, reasons: mapping.reasons.slice(0, MOST_REASONS) },
      ...(indexing === undefined ? {} : { indexing }),
    };
  }

  private async known(reader: WorkspaceReader): Promise<KnownState> {
    const services = await this.source.services(new AbortController().signal);
    return {
      status: this.status(),
      operations: this.board.all,
      places: this.places,
      windowMinutes: this.settings.hints.windowMinutes,
      readingCancelled: reader.isCancelled,
      folders: reader.roots,
      services: services.map((summary) => summary.service),
      folderOf: (service) => reader.mapper?.serviceFolder(service),
      lastCallAgo: (id) => this.lastCallAgo(id),
      describePlace: (file, line) => reader.describePlace(file, line),
      describeFile: (file) => reader.describeFile(file),
    };
  }

  private lastCallAgo(id: OperationId): number | undefined {
    const [latest] = this.store.traceIdsOf(id, 1);
    const trace = latest === undefined ? undefined : this.store.traceNow(latest);
    return trace === undefined ? undefined : Math.max(0, Date.now() - millisLossy(trace.startNs));
  }

  private clear(): void {
    this.store.clear();
    this.places.clear();
    this.callees.clear();
    this.parents.clear();
    this.samples.clear();
    this.traces.clear();
    this.board.update([]);
    this.refresher.spansChanged();
  }

  private documentChanged(file: string, text: string | undefined): void {
    this.reader?.documentChanged(file, text);
    this.lint.documentChanged(file, text);
    this.errors.codeChanged();
    if (text !== undefined) return;
    this.live.forget(file);
    // It may have gone while it was open, when the disk did not count.
    if (!existsSync(file)) this.fileRemoved(file);
  }

  private fileChanged(uri: string, type: FileChangeType): void {
    const changed = pathOfUri(uri);
    if (changed === undefined) return;
    if (this.choices.fileChanged(changed)) this.configureReader();
    const isGone = type === FileChangeType.Deleted;
    const files = isGone ? [changed] : changedPaths(changed);
    for (const file of files) {
      const open = this.documents.textOf(file);
      // An open document's text comes from the editor, but that it is there again may be news, as after a checkout.
      if (open !== undefined && type === FileChangeType.Created) this.documentChanged(file, open);
      if (open !== undefined) continue;
      if (isGone) this.fileRemoved(file);
      else {
        this.reader?.fileChanged(file);
        this.lint.fileChanged(file);
      }
    }
    if (files.length > 0) this.errors.codeChanged();
  }

  private fileRemoved(file: string): void {
    this.reader?.fileRemoved(file);
    this.lint.fileRemoved(file);
  }

  private tell(notices: readonly Notice[]): void {
    for (const notice of notices) {
      if (this.told.has(notice.message)) continue;
      this.told.add(notice.message);
      this.notify('spanlight/notice', notice);
    }
  }
}
