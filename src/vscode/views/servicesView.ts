import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { formatCount, formatDuration, formatErrorRate } from '../../base/format';
import type { OperationNode, ServiceNode } from '../../protocol/engine';
import { serviceHue } from '../../protocol/serviceColor';
import { views } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import { escapeMarkdown } from '../hints/markdown';
import type { ReceiverUse } from '../engine/receiverUse';
import { setContext } from '../register';
import { operationNodes, operationRow, serviceNodes, type ServiceSort, type TreeNode } from './servicesTree';

const SORT_KEY = 'spanlight.services.sort';
const REFRESH_MS = 1000;

const SEVERITY_COLOURS = {
  normal: 'charts.blue',
  warning: 'editorWarning.foreground',
  error: 'editorError.foreground',
} as const;

const SORT_WORDS: Readonly<Record<ServiceSort, string>> = {
  totalTime: 'p95, most total time first',
  p95: 'p95, slowest first',
  errors: 'p95, most errors first',
  name: 'p95, by name',
};

/** Services and their operations with latency and errors. Asks the engine when shown, keeps nothing between. */
export class ServicesView implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<TreeNode>;
  private sort: ServiceSort;
  private filter = '';
  private stale = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly receiver: ReceiverUse,
    private readonly state: vscode.Memento,
  ) {
    this.sort = state.get<ServiceSort>(SORT_KEY, 'totalTime');
    this.view = this.disposables.add(
      vscode.window.createTreeView(views.services, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.describe();
    for (const item of [
      engine.onDidChangeServices(() => this.refreshSoon()),
      engine.onDidChangeState(() => this.refreshSoon()),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.stale) this.refresh();
      }),
    ]) {
      this.disposables.add(item);
    }
  }

  refresh(): void {
    this.stale = false;
    this.changed.fire();
  }

  sortBy(sort: ServiceSort): void {
    this.sort = sort;
    void this.state.update(SORT_KEY, sort);
    this.describe();
    this.refresh();
  }

  /** Asks for words to filter by; empty shows everything. */
  async askForFilter(): Promise<void> {
    const prompt = 'Show operations whose service, name and kind contain all of these words';
    const filter = await vscode.window.showInputBox({ prompt, value: this.filter, placeHolder: 'orders POST' });
    if (filter !== undefined) this.setFilter(filter);
  }

  setFilter(filter: string): void {
    this.filter = filter.trim();
    setContext('spanlight.servicesFiltered', this.filter !== '');
    this.refresh();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node?.kind === 'service') return operationNodes(node.service, this.sort);
    if (node !== undefined) return [];
    // The view is open, so somebody wants to see traces: this starts the engine and the receiver.
    try {
      await this.receiver.used();
      const services = await this.engine.request('spanlight/services', null);
      this.showMessage();
      return serviceNodes(services, this.sort, this.filter);
    } catch (error) {
      this.view.message = describeError(error);
      return [];
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'service':
        return serviceItem(node.service);
      case 'operation':
        return operationItem(node.service, node.operation);
      case 'more': {
        const item = new vscode.TreeItem(`${formatCount(node.count)} more`);
        item.command = { title: 'Filter', command: 'spanlight.services.filter' };
        item.tooltip = 'Filter to find them.';
        return item;
      }
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  /** Beside the view's title: which numbers these are, and why this one is first. */
  private describe(): void {
    this.view.description = SORT_WORDS[this.sort];
  }

  private showMessage(): void {
    this.view.message = this.filter === '' ? '' : `Filtered by “${this.filter}”`;
  }

  private refreshSoon(): void {
    this.stale = true;
    if (!this.view.visible || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.refresh();
    }, REFRESH_MS);
  }
}

function serviceItem(service: ServiceNode): vscode.TreeItem {
  const item = new vscode.TreeItem(service.service, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `service ${service.service}`;
  item.iconPath = new vscode.ThemeIcon('server-process', new vscode.ThemeColor(serviceHue(service.service)));
  const calls = service.operations.reduce((sum, operation) => sum + operation.count, 0);
  const errors = service.operations.reduce((sum, operation) => sum + operation.errorCount, 0);
  item.description = [formatCount(calls), formatErrorRate(errors, calls)]
    .filter((part) => part !== undefined)
    .join(' · ');
  const bound = service.folder === undefined ? 'Not bound to a folder' : `Folder ${service.folder}`;
  item.tooltip = `${service.service}\n${bound}`;
  item.contextValue = 'service';
  return item;
}

function operationItem(service: string, operation: OperationNode): vscode.TreeItem {
  const { label, description } = operationRow(operation.name, operation.words);
  const item = new vscode.TreeItem(label);
  item.id = `operation ${service} ${operation.id}`;
  item.description = description;
  item.tooltip = operationTooltip(operation);
  const icon = operation.location === undefined ? 'circle-outline' : 'circle-filled';
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(SEVERITY_COLOURS[operation.severity]));
  item.contextValue = operation.location === undefined ? 'operation.unmapped' : 'operation.mapped';
  const node: TreeNode = { kind: 'operation', service, operation };
  item.command =
    operation.location === undefined
      ? { title: 'Open Traces', command: 'spanlight.services.openTraces', arguments: [node] }
      : { title: 'Open Code', command: 'spanlight.services.openCode', arguments: [node] };
  item.accessibilityInformation = { label: `${operation.name}, ${operation.kind}, ${operation.words}` };
  return item;
}

function operationTooltip(operation: OperationNode): vscode.MarkdownString {
  const { location, reason } = operation;
  const place =
    location === undefined
      ? `No place in the code: ${escapeMarkdown(reason ?? 'the reason is not known')}`
      : `${escapeMarkdown(location.symbol)} in ${escapeMarkdown(vscode.workspace.asRelativePath(vscode.Uri.parse(location.uri)))}:${location.line + 1}`;
  const failed = formatErrorRate(operation.errorCount, operation.count);
  const numbers = [
    `p50 ${formatDuration(operation.p50Ns)}`,
    `p95 ${formatDuration(operation.p95Ns)}`,
    `${formatCount(operation.count)} calls`,
    `${formatDuration(operation.totalNs)} in all`,
    ...(failed === undefined ? [] : [failed]),
  ];
  const title = `**${escapeMarkdown(operation.name)}** ${escapeMarkdown(operation.kind)}`;
  return new vscode.MarkdownString([title, numbers.join(' · '), place].join('  \n'));
}
