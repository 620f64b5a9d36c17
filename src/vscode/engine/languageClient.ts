/**
 * The engine's process and the language client on top of it. This file is a bundle of its own (dist/client.js), loaded
 * when the engine is first needed: vscode-languageclient alone would cost several times the activation budget.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  IPCMessageReader,
  IPCMessageWriter,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type MessageTransports,
} from 'vscode-languageclient/node';
import type { HostRequests } from '../../protocol/backends';
import type { EngineInitialization, EngineNotifications, EngineRequests } from '../../protocol/engine';

/** V8's optimising WebAssembly compiler can abort the process on tree-sitter grammars. */
const EXEC_ARGUMENTS = ['--liftoff-only'];
const STOP_TIMEOUT_MS = 2000;

export interface EngineProcessOptions {
  readonly modulePath: string;
  readonly initialization: EngineInitialization;
  readonly documentSelector: readonly (
    { readonly scheme: string; readonly language: string } | { readonly scheme: string; readonly pattern: string }
  )[];
  readonly fileWatchers: vscode.FileSystemWatcher[];
  readonly log: vscode.LogOutputChannel;
  /** The process ended or could not be spoken to, and nobody asked for it. `cause` is one line. */
  readonly onCrash: (cause: string) => void;
}

/** One run of the engine; after a crash or `stop` a new one is made. */
export class EngineProcess {
  private readonly client: QuietLanguageClient;
  private child: ChildProcess | undefined;
  private lastError = '';
  private stopping = false;
  private crashReported = false;

  constructor(private readonly options: EngineProcessOptions) {
    const clientOptions: LanguageClientOptions = {
      documentSelector: options.documentSelector.map((filter) => ({ ...filter })),
      outputChannel: options.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: options.initialization,
      initializationFailedHandler: () => false,
      synchronize: { fileEvents: options.fileWatchers },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    };
    this.client = new QuietLanguageClient('spanlight', 'Spanlight', () => this.spawn(), clientOptions);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Settles when the engine has answered `initialize`. */
  async start(): Promise<void> {
    await this.client.start();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    try {
      await this.client.stop(STOP_TIMEOUT_MS);
    } catch {
      // A client that never got to run refuses to stop; ending the process below is what counts.
    }
    this.child?.kill();
    await this.client.dispose().catch(() => undefined);
  }

  request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<EngineRequests[M]['result']> {
    return this.client.sendRequest<EngineRequests[M]['result']>(method, params, token);
  }

  notify<M extends keyof EngineNotifications>(method: M, params: EngineNotifications[M]): Promise<void> {
    return this.client.sendNotification(method, params);
  }

  onNotification<M extends keyof EngineNotifications>(
    method: M,
    listen: (params: EngineNotifications[M]) => void,
  ): void {
    this.client.onNotification(method, listen);
  }

  onSecretRequest(
    answer: (
      params: HostRequests['spanlight/secret']['params'],
      token: vscode.CancellationToken,
    ) => Promise<HostRequests['spanlight/secret']['result']>,
  ): void {
    this.client.onRequest('spanlight/secret', answer);
  }

  private spawn(): Promise<MessageTransports> {
    const child = fork(this.options.modulePath, ['--node-ipc'], {
      execArgv: EXEC_ARGUMENTS,
      serialization: 'advanced',
      silent: true,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' },
    });
    this.child = child;
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.options.log.info(line));
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() !== '') this.lastError = line.trim();
        this.options.log.error(line);
      });
    }
    child.once('error', (error) => this.crashed(error.message));
    // `close` rather than `exit`: by then the last words on stderr have been read.
    child.once('close', (code, signal) => this.crashed(exitWords(code, signal, this.lastError)));
    return Promise.resolve({ reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) });
  }

  private crashed(cause: string): void {
    if (this.stopping || this.crashReported) return;
    this.crashReported = true;
    this.options.onCrash(cause);
  }
}

/** The engine's own notices say what the user needs; the client's toasts about connections would come on top. */
class QuietLanguageClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** A protocol trace tells what is said, but not the words: answers to `spanlight/secret` are among them. */
  override get traceOutputChannel(): vscode.LogOutputChannel {
    const channel = super.traceOutputChannel;
    const value = (message: string): void => channel.trace(withoutWords(message));
    return Object.create(channel, { trace: { value } }) as vscode.LogOutputChannel;
  }
}

/** Makes an engine run; the only value the extension takes from this bundle. */
export function createEngineProcess(options: EngineProcessOptions): EngineProcess {
  return new EngineProcess(options);
}

/** The head of a traced message. Both formats, text with data and JSON, have the words after it. */
function withoutWords(message: string): string {
  const type = /^\{.*?"type":"([\w-]+)"/.exec(message);
  return type === null ? message.split('\n', 1)[0]! : type[1]!;
}

function exitWords(code: number | null, signal: NodeJS.Signals | null, lastError: string): string {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  return lastError === '' ? how : `${how}: ${lastError}`;
}
