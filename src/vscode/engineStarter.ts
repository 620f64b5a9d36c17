import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { describeError } from '../base/errors';
import type { EngineClient } from './engineClient';
import { carriesHints } from './visibleHints';

/** Files of which at least one lies in every workspace that could be instrumented. */
const MANIFESTS =
  '{**/package.json,**/pyproject.toml,**/requirements*.txt,**/go.mod,**/pom.xml,**/build.gradle,**/build.gradle.kts,**/*.csproj,**/compose*.{yml,yaml},**/docker-compose*.{yml,yaml}}';
const NOT_OURS = '**/{node_modules,.git,.venv,venv,vendor,target,bin,obj,dist,build}/**';
/** After start-up has settled: everybody's extensions start at once. */
const IDLE_MS = 400;

/**
 * Starts the engine when it has something to do: a file is on screen whose functions can carry hints, or the workspace
 * holds a manifest (whether that names OpenTelemetry, and thus whether to listen, the engine finds out). Commands and
 * views start it by asking.
 */
export class EngineStarter implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly search = new vscode.CancellationTokenSource();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly engine: EngineClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.timer = setTimeout(() => void this.look(), IDLE_MS);
    this.disposables.add(vscode.window.onDidChangeVisibleTextEditors(() => this.startIfVisible()));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.look()));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.search.cancel();
    this.search.dispose();
    this.disposables.dispose();
  }

  private async look(): Promise<void> {
    if (this.startIfVisible() || this.engine.state !== 'stopped') return;
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (!folders.some((folder) => folder.uri.scheme === 'file')) return;
    const found = await vscode.workspace.findFiles(MANIFESTS, NOT_OURS, 1, this.search.token);
    if (found.length > 0) this.start();
  }

  private startIfVisible(): boolean {
    const visible = vscode.window.visibleTextEditors.some((editor) => carriesHints(editor.document));
    if (visible) this.start();
    return visible;
  }

  private start(): void {
    // Only the first time: what happens after a crash is the client's to decide.
    this.disposables.dispose();
    if (this.engine.state === 'stopped') this.engine.start().catch((error) => this.log.error(describeError(error)));
  }
}
