import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import type { EngineStatus } from '../../protocol/engine';
import { languageStatusId, statusItemId } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import { hintSelector } from '../hints/hover';
import { setContext } from '../register';
import { RESTRICTED_BACKENDS, type RestrictedBackends } from '../backends/restrictedBackends';
import { sourceContext } from './sourceWords';
import { limitWords, STOPPED_TOOLTIP, statusTooltip, statusWords, TOOLTIP_COMMANDS } from './statusWords';
import { workspaceKind, workspaceLimit } from '../workspaceKind';

/** VS Code's language item has 100.1; one more stands left of it. */
const LEFT_OF_LANGUAGE = 101;

/** The receiver, the span count and mapping health: in the status bar, in the language status, in context keys. */
export class StatusItem implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private readonly language: vscode.LanguageStatusItem;
  private latest: EngineStatus | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly restricted: RestrictedBackends,
  ) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem(statusItemId, vscode.StatusBarAlignment.Right, LEFT_OF_LANGUAGE),
    );
    this.item.name = 'Spanlight';
    this.item.command = 'spanlight.showMenu';
    this.language = this.disposables.add(vscode.languages.createLanguageStatusItem(languageStatusId, hintSelector));
    this.language.name = 'Spanlight';
    this.language.command = { title: 'Show Mapping Report', command: 'spanlight.showMappingReport' };
    this.disposables.add(restricted.onDidChange(() => this.show(this.latest)));
    this.disposables.add(engine.onDidChangeStatus((status) => this.show(status)));
    this.disposables.add(
      engine.onDidChangeState((state) => {
        if (state === 'running') void this.ask();
        else this.show(undefined);
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => setContext('spanlight.workspace', workspaceKind())),
    );
    setContext('spanlight.workspace', workspaceKind());
    this.show(undefined);
    this.item.show();
  }

  /** As last told by the engine; undefined while none runs. */
  get status(): EngineStatus | undefined {
    return this.latest;
  }

  /** The words in the status bar. */
  get text(): string {
    return this.item.text;
  }

  /** What its tooltip says, as Markdown. */
  get tooltip(): string {
    const { tooltip } = this.item;
    return typeof tooltip === 'object' ? tooltip.value : '';
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async ask(): Promise<void> {
    const status = await this.engine.ask('spanlight/status', null);
    if (status !== undefined) this.show(status);
  }

  private tooltipText(status: EngineStatus | undefined, limit: string | undefined): string {
    const idle = this.engine.state === 'failed' ? STOPPED_TOOLTIP : '**Spanlight**';
    const text = status === undefined ? idle : statusTooltip(status);
    const limits = limit === undefined ? [] : [limit];
    if (this.restricted.ignored) limits.push(limitWords(RESTRICTED_BACKENDS, true));
    return [text, ...limits].join('\n\n');
  }

  private show(status: EngineStatus | undefined): void {
    this.latest = status;
    const { text, severity } = statusWords(this.engine.state, status);
    this.item.text = text;
    this.item.backgroundColor =
      severity === 'normal' ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`);
    const limit = workspaceLimit();
    const tooltip = new vscode.MarkdownString(this.tooltipText(status, limit), true);
    tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
    this.item.tooltip = tooltip;
    this.language.text = text.replace(/^\$\([a-z~]+\) /, '');
    this.language.busy = status?.indexing !== undefined;
    this.language.detail = this.restricted.ignored ? RESTRICTED_BACKENDS : (limit ?? 'Spanlight');
    setContext('spanlight.receiver', status?.receiver.state ?? 'none');
    setContext('spanlight.source', sourceContext(status?.source));
  }
}
