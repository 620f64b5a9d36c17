import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { EngineClient } from './engineClient';
import { carriesHints } from '../hints/visibleHints';

/** Files of which at least one lies in every workspace that could be instrumented. */
const MANIFEST =
  /^(package\.json|pyproject\.toml|requirements.*\.txt|go\.(mod|work)|pom\.xml|(build|settings)\.gradle(\.kts)?|.*\.(csproj|sln|slnx)|(docker-)?compose.*\.ya?ml)$/;
const MANIFESTS_BELOW =
  '**/{package.json,pyproject.toml,requirements*.txt,go.mod,pom.xml,build.gradle,build.gradle.kts,*.csproj,compose*.yml,compose*.yaml,docker-compose*.yml,docker-compose*.yaml}';
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
    try {
      if (await this.hasManifest()) this.start();
    } catch (error) {
      this.log.warn(`Spanlight could not look for manifests: ${describeError(error)}`);
    }
  }

  /** One listing a folder finds most; only then is the search asked, which starts a process of its own. */
  private async hasManifest(): Promise<boolean> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    for (const { uri } of folders) {
      const entries = await vscode.workspace.fs.readDirectory(uri);
      if (entries.some(([name]) => MANIFEST.test(name))) return true;
    }
    if (folders.length === 0) return false;
    return (await vscode.workspace.findFiles(MANIFESTS_BELOW, NOT_OURS, 1, this.search.token)).length > 0;
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
