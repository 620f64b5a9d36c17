import * as vscode from 'vscode';
import { Emitter, type Event } from '../../base/event';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError, SpanlightError } from '../../base/errors';
import type { BackendNotifications, HostRequests } from '../../protocol/backends';
import type { EngineNotifications, EngineRequests, EngineStatus } from '../../protocol/engine';
import { editedManifests } from './editedManifests';
import { supportedLanguages } from '../contributions';
import type { EngineProcess } from './languageClient';
import { runCommand } from '../register';
import { RestartPolicy } from './restartPolicy';
import type { Settings } from '../settings';
import { watchFiles } from './watchFiles';

/** Where the workspace's state keeps what traces took back of lint's findings. */
const REFUTATIONS = 'spanlight.refutations';
/** Where it keeps what was picked and rejected. */
const CHOICES = 'spanlight.choices';
type Kept = EngineNotifications['spanlight/choicesDidChange'];
/** Where it keeps what was said of paths. */
const PATHS = 'spanlight.paths';
type Paths = EngineNotifications['spanlight/pathsDidChange'];
type Refutations = EngineNotifications['spanlight/refutationsDidChange'];

/** Notifications that come while a request runs, or about a backend; each can be listened to by itself. */
const HEARD: readonly (keyof BackendNotifications)[] = [
  'spanlight/connectionStep',
  'spanlight/searchResults',
  'spanlight/fileProgress',
  'spanlight/secretRefused',
];

type Heard = {
  [M in keyof BackendNotifications]: { readonly method: M; readonly params: BackendNotifications[M] };
}[keyof BackendNotifications];

type AnswerSecret = (
  params: HostRequests['spanlight/secret']['params'],
  token: vscode.CancellationToken,
) => Promise<string | null>;

export type EngineState = 'stopped' | 'starting' | 'running' | 'failed';

/**
 * The engine as the rest of the host sees it: started with the first request, started again after a crash, its
 * notifications as events. Holds no trace data.
 */
export class EngineClient implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly policy = new RestartPolicy();
  private readonly toldCauses = new Set<string>();
  private readonly stateChanged = this.disposables.add(new Emitter<EngineState>());
  private readonly hintsChanged = this.disposables.add(new Emitter<readonly string[]>());
  private readonly statusChanged = this.disposables.add(new Emitter<EngineStatus>());
  private readonly servicesChanged = this.disposables.add(new Emitter<void>());
  private readonly noticeShown = this.disposables.add(new Emitter<EngineNotifications['spanlight/notice']>());
  private readonly heard = this.disposables.add(new Emitter<Heard>());
  private answerSecret: AnswerSecret = () => Promise.resolve(null);
  private current: EngineProcess | undefined;
  private starting: Promise<EngineProcess> | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private watchers: vscode.FileSystemWatcher[] | undefined;
  private disposed = false;
  private currentState: EngineState = 'stopped';

  readonly onDidChangeState: Event<EngineState> = this.stateChanged.event;
  readonly onDidChangeHints: Event<readonly string[]> = this.hintsChanged.event;
  readonly onDidChangeStatus: Event<EngineStatus> = this.statusChanged.event;
  readonly onDidChangeServices: Event<void> = this.servicesChanged.event;
  readonly onNotice: Event<EngineNotifications['spanlight/notice']> = this.noticeShown.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly settings: Settings,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.add(
      settings.onDidChange(() => {
        const settingsNow = this.settings.engine();
        void this.current?.notify('spanlight/didChangeSettings', settingsNow).catch(this.logFailure);
      }),
    );
  }

  /** Who knows the secrets that the engine asks for; nobody until this is called. */
  answerSecretsBy(answer: AnswerSecret): void {
    this.answerSecret = answer;
  }

  /** Listens to one of the engine's notifications, whichever process it is. */
  on<M extends keyof BackendNotifications>(method: M, listen: (params: BackendNotifications[M]) => void): Disposable {
    return this.heard.event((heard) => {
      if (heard.method === method) listen(heard.params as BackendNotifications[M]);
    });
  }

  get state(): EngineState {
    return this.currentState;
  }

  get pid(): number | undefined {
    return this.current?.pid;
  }

  /** Starts the engine unless it runs; settles when it answers. */
  async start(): Promise<void> {
    await this.running();
  }

  /** Asks the engine, starting it where needed. Throws `SpanlightError` when the engine cannot be had. */
  async request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<EngineRequests[M]['result']> {
    const engine = await this.running();
    try {
      return await engine.request(method, params, token);
    } catch (error) {
      if (token?.isCancellationRequested === true) throw error;
      if (this.current === engine) throw new SpanlightError(describeError(error));
      throw new SpanlightError('The Spanlight engine stopped before it answered.', undefined, 'Try again in a moment.');
    }
  }

  /** Like {@link request}, but undefined while no engine runs: for what must not start one, such as hovers. */
  async ask<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<EngineRequests[M]['result'] | undefined> {
    if (this.current === undefined) return undefined;
    try {
      return await this.current.request(method, params, token);
    } catch (error) {
      if (token?.isCancellationRequested !== true) this.log.debug(`${method}: ${describeError(error)}`);
      return undefined;
    }
  }

  /** Ends the engine, if one runs, and starts another. */
  async restart(): Promise<void> {
    this.policy.reset();
    clearTimeout(this.restartTimer);
    const old = this.current ?? (await this.starting?.catch(() => undefined));
    this.current = undefined;
    await old?.stop();
    this.setState('stopped');
    await this.start();
  }

  /** Ends the engine for good. */
  async stop(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.restartTimer);
    const engine = this.current ?? (await this.starting?.catch(() => undefined));
    this.current = undefined;
    await engine?.stop();
    this.setState('stopped');
  }

  dispose(): void {
    void this.stop();
    this.disposables.dispose();
  }

  private running(): Promise<EngineProcess> {
    if (this.current) return Promise.resolve(this.current);
    if (this.disposed) return Promise.reject(new SpanlightError('Spanlight is shutting down.'));
    if (this.currentState === 'failed') {
      const cure = 'Run "Spanlight: Restart Engine", or "Spanlight: Show Output" for the reason.';
      return Promise.reject(new SpanlightError('The Spanlight engine does not run.', undefined, cure));
    }
    clearTimeout(this.restartTimer);
    this.starting ??= this.spawn();
    return this.starting;
  }

  private async spawn(): Promise<EngineProcess> {
    try {
      return await this.startProcess();
    } finally {
      this.starting = undefined;
    }
  }

  private async startProcess(): Promise<EngineProcess> {
    this.setState('starting');
    const { createEngineProcess } = await import('./languageClient');
    const dist = vscode.Uri.joinPath(this.context.extensionUri, 'dist');
    let reported = false;
    this.watchers ??= [this.disposables.add(watchFiles())];
    const engine = createEngineProcess({
      modulePath: vscode.Uri.joinPath(dist, 'engine.js').fsPath,
      initialization: {
        settings: this.settings.engine(),
        assetsPath: dist.fsPath,
        cacheFolder: this.context.storageUri?.fsPath,
        refutations: this.refutations(),
        choices: this.context.workspaceState.get<Kept>(CHOICES, []),
        paths: this.context.workspaceState.get<Paths>(PATHS, { told: [], asked: [] }),
      },
      documentSelector: [
        ...supportedLanguages.map((language) => ({ scheme: 'file', language })),
        ...editedManifests.map((pattern) => ({ scheme: 'file', pattern })),
      ],
      fileWatchers: this.watchers,
      log: this.log,
      onCrash: (cause) => {
        reported = true;
        this.crashed(engine, cause);
      },
    });
    this.listen(engine);
    try {
      await engine.start();
    } catch (error) {
      if (!reported) this.crashed(engine, describeError(error));
      throw new SpanlightError('The Spanlight engine did not start.', undefined, 'See the Spanlight output.', {
        cause: error,
      });
    }
    this.current = engine;
    this.setState('running');
    this.log.info(`The engine runs, process ${engine.pid ?? 'unknown'}.`);
    return engine;
  }

  private listen(engine: EngineProcess): void {
    engine.onNotification('spanlight/hintsDidChange', ({ uris }) => this.hintsChanged.fire(uris));
    engine.onNotification('spanlight/statusDidChange', (status) => this.statusChanged.fire(status));
    engine.onNotification('spanlight/servicesDidChange', () => this.servicesChanged.fire());
    engine.onNotification('spanlight/log', ({ level, message }) => this.log[level](message));
    engine.onNotification('spanlight/refutationsDidChange', (all) => {
      void this.context.workspaceState.update(REFUTATIONS, all).then(undefined, this.logFailure);
    });
    engine.onNotification('spanlight/choicesDidChange', (all) => {
      void this.context.workspaceState.update(CHOICES, all).then(undefined, this.logFailure);
    });
    engine.onNotification('spanlight/pathsDidChange', (all) => {
      void this.context.workspaceState.update(PATHS, all).then(undefined, this.logFailure);
    });
    engine.onNotification('spanlight/notice', (notice) => this.noticeShown.fire(notice));
    for (const method of HEARD) {
      engine.onNotification(method, (params) => this.heard.fire({ method, params } as Heard));
    }
    engine.onSecretRequest((params, token) => this.answerSecret(params, token));
  }

  private refutations(): Refutations {
    return this.context.workspaceState.get<Refutations>(REFUTATIONS, []);
  }

  private crashed(engine: EngineProcess, cause: string): void {
    if (this.disposed) return;
    this.log.error(`The engine stopped: ${cause}`);
    this.current = undefined;
    // Without this the client would keep listening to documents for a process that is gone.
    void engine.stop();
    const decision = this.policy.crashed(performance.now());
    if (decision.kind === 'giveUp') {
      this.setState('failed');
      void this.tellGivenUp(cause);
      return;
    }
    this.setState('stopped');
    this.restartTimer = setTimeout(() => void this.startAgain(cause), decision.delayMs);
  }

  private async startAgain(cause: string): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      this.logFailure(error);
      return;
    }
    if (this.toldCauses.has(cause)) return;
    this.toldCauses.add(cause);
    const message = `The Spanlight engine stopped and was started again (${cause}). The traces it had collected are gone.`;
    const picked = await vscode.window.showWarningMessage(message, 'Show Output');
    if (picked !== undefined) await runCommand('spanlight.showOutput');
  }

  private async tellGivenUp(cause: string): Promise<void> {
    const message = `The Spanlight engine stopped five times within three minutes and stays off (${cause}).`;
    const picked = await vscode.window.showErrorMessage(message, 'Restart Engine', 'Show Output');
    if (picked === 'Restart Engine') await runCommand('spanlight.restartEngine');
    else if (picked === 'Show Output') await runCommand('spanlight.showOutput');
  }

  private setState(state: EngineState): void {
    if (state === this.currentState) return;
    this.currentState = state;
    this.stateChanged.fire(state);
  }

  private readonly logFailure = (error: unknown): void => this.log.warn(describeError(error));
}
