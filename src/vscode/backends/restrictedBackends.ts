import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/event';
import type { Logger } from '../../base/logger';

/** Reads settings as text: comments are allowed in them, and what they hold does not count anyway. */
const BACKENDS = /"spanlight\.backends?"\s*:/;

/** What is said of them. */
export const RESTRICTED_BACKENDS =
  "Restricted Mode: the backends in this workspace's settings are ignored until it is trusted.";

/**
 * Whether this workspace, which is not trusted, names backends. VS Code hides such settings from extensions, so that their
 * user would not learn why nothing is shown.
 */
export class RestrictedBackends implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new Emitter<void>());
  readonly onDidChange: Event<void> = this.changed.event;
  private found = false;

  constructor(private readonly log: Logger) {
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.set(false)));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.look()));
    void this.look();
  }

  /** They are there, and ignored. */
  get ignored(): boolean {
    return this.found && !vscode.workspace.isTrusted;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async look(): Promise<void> {
    if (vscode.workspace.isTrusted) return;
    const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
    const files = workspaceFolders.map(({ uri }) => vscode.Uri.joinPath(uri, '.vscode', 'settings.json'));
    if (workspaceFile !== undefined && workspaceFile.scheme !== 'untitled') files.push(workspaceFile);
    const texts = await Promise.all(files.map(readText));
    this.set(texts.some((text) => BACKENDS.test(text)));
  }

  private set(found: boolean): void {
    if (found === this.found) return;
    this.found = found;
    if (found) this.log.warn(RESTRICTED_BACKENDS);
    this.changed.fire();
  }
}

/** Empty where there is no such file, which is the usual case. */
async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  } catch {
    return '';
  }
}
