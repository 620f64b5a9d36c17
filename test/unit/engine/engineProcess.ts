import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  IPCMessageReader,
  IPCMessageWriter,
  ShutdownRequest,
  WorkDoneProgressCreateRequest,
  type CancellationToken,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import { DEFAULT_SETTINGS } from '../../../src/engine/settings';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import type {
  EngineInitialization,
  EngineNotifications,
  EngineRequests,
  EngineSettings,
} from '../../../src/protocol/engine';
import { buildPrograms } from '../../support/builtPrograms';

let built: string | undefined;

/** The engine as it is packaged, with its assets beside it, in a folder of its own. Built once a process. */
export function builtEngine(): string {
  return (built ??= buildEngine());
}

function buildEngine(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-engine-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildPrograms(folder);
  return path.join(folder, 'engine.js');
}

/** Settings of a test: the defaults with free ports, in a trusted workspace. */
export function testSettings(more: Partial<EngineSettings> = {}): EngineSettings {
  return {
    ...DEFAULT_SETTINGS,
    receiver: { start: 'auto', host: '127.0.0.1', httpPort: 0, grpcPort: 0 },
    trusted: true,
    ...more,
  };
}

/** An engine in a process of its own, and what it said. */
export class TestEngine {
  readonly logs: string[] = [];
  readonly notices: EngineNotifications['spanlight/notice'][] = [];
  readonly changedHints: string[] = [];
  readonly progress: unknown[] = [];
  stderr = '';

  private constructor(
    readonly child: ChildProcess,
    readonly connection: ProtocolConnection,
  ) {
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.on('spanlight/log', ({ level, message }) => this.logs.push(`${level}: ${message}`));
    this.on('spanlight/notice', (notice) => this.notices.push(notice));
    this.on('spanlight/hintsDidChange', ({ uris }) => this.changedHints.push(...uris));
    connection.onRequest(WorkDoneProgressCreateRequest.type, () => undefined);
    connection.onNotification('$/progress', (value: unknown) => void this.progress.push(value));
  }

  /** Starts an engine for these folders and says hello. */
  static async start(
    folders: readonly string[],
    settings: EngineSettings = testSettings(),
    kept: Pick<EngineInitialization, 'refutations' | 'choices' | 'paths' | 'cacheFolder'> = {},
  ): Promise<TestEngine> {
    const modulePath = builtEngine();
    const child = fork(modulePath, ['--node-ipc'], {
      execArgv: ['--liftoff-only'],
      serialization: 'advanced',
      silent: true,
    });
    const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const engine = new TestEngine(child, connection);
    connection.listen();
    const workspaceFolders = folders.map((folder) => ({ uri: uriOfPath(folder), name: path.basename(folder) }));
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { window: { workDoneProgress: true }, workspace: { workspaceFolders: true } },
      workspaceFolders,
      initializationOptions: { settings, assetsPath: path.dirname(modulePath), ...kept },
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return engine;
  }

  request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]['params'],
    token?: CancellationToken,
  ): Promise<EngineRequests[M]['result']> {
    return this.connection.sendRequest(method, params, token);
  }

  notify<M extends keyof EngineNotifications>(method: M, params: EngineNotifications[M]): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  on<M extends keyof EngineNotifications>(method: M, listen: (params: EngineNotifications[M]) => void): void {
    this.connection.onNotification(method, listen);
  }

  async open(file: string, languageId: string, text: string): Promise<string> {
    const uri = uriOfPath(file);
    const textDocument = { uri, languageId, version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    return uri;
  }

  /** Inserts text at a position, as an editor does. */
  async insert(uri: string, version: number, line: number, text: string): Promise<void> {
    const at = { line, character: 0 };
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: at, end: at }, text }],
    });
  }

  /** The base address of the receiver, once it listens. */
  async receiverUrl(): Promise<string> {
    return waitFor('a receiver that listens', async () => {
      const { receiver } = await this.request('spanlight/status', null);
      return receiver.state === 'listening' ? receiver.http?.url : undefined;
    });
  }

  /** Ends the process as a window does, or hard if it does not answer. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
    try {
      await this.connection.sendRequest(ShutdownRequest.type);
      await this.connection.sendNotification(ExitNotification.type);
    } catch {
      // It went while it was being asked to.
      this.child.kill('SIGKILL');
    }
    await gone;
    clearTimeout(hard);
    this.connection.dispose();
  }
}

/** Asks until there is an answer; fails after ten seconds with what was waited for. */
export async function waitFor<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`Waited 10 s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
