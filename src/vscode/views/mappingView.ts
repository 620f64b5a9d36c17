import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { ReasonNode, UnplacedNode } from '../../protocol/choices';
import { views } from '../contributions';
import type { EngineClient } from '../engine/engineClient';
import type { ReceiverUse } from '../engine/receiverUse';

const REFRESH_MS = 2000;

type Snippet = ReasonNode['snippets'][number];

/** What the view shows: reasons, and in each its operations and what would give them evidence. */
export type MappingNode =
  | { readonly kind: 'reason'; readonly reason: ReasonNode }
  | { readonly kind: 'operation'; readonly operation: UnplacedNode }
  | { readonly kind: 'snippet'; readonly snippet: Snippet };

/** Operations that are ambiguous or have no place, by reason, each with what to do about it. */
export class MappingView implements vscode.TreeDataProvider<MappingNode>, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<MappingNode>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly receiver: ReceiverUse,
  ) {
    this.view = this.disposables.add(vscode.window.createTreeView(views.mapping, { treeDataProvider: this }));
    this.disposables.add(engine.onDidChangeServices(() => this.refreshSoon()));
    this.disposables.add(engine.onDidChangeStatus(() => this.refreshSoon()));
    this.disposables.add(
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.changed.fire();
      }),
    );
  }

  async getChildren(node?: MappingNode): Promise<MappingNode[]> {
    if (node?.kind === 'reason') {
      const operations = node.reason.operations.map((operation): MappingNode => ({ kind: 'operation', operation }));
      const snippets = node.reason.snippets.map((snippet): MappingNode => ({ kind: 'snippet', snippet }));
      return [...snippets, ...operations];
    }
    if (node !== undefined) return [];
    try {
      await this.receiver.used();
      const { mapped, total, reasons } = await this.engine.request('spanlight/mappingReasons', null);
      this.view.description = total === 0 ? '' : `${mapped} of ${total} mapped`;
      this.view.message = total > 0 && reasons.length === 0 ? 'Every operation has its place in the code.' : '';
      return reasons.map((reason) => ({ kind: 'reason', reason }));
    } catch (error) {
      this.view.message = describeError(error);
      return [];
    }
  }

  getTreeItem(node: MappingNode): vscode.TreeItem {
    switch (node.kind) {
      case 'reason':
        return reasonItem(node.reason);
      case 'operation':
        return operationItem(node.operation);
      case 'snippet':
        return snippetItem(node.snippet);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private refreshSoon(): void {
    if (!this.view.visible) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, REFRESH_MS);
  }
}

function reasonItem({ text, nextStep, operations }: ReasonNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text, vscode.TreeItemCollapsibleState.Expanded);
  item.id = text;
  item.description = String(operations.length);
  if (nextStep !== undefined) item.tooltip = nextStep;
  return item;
}

function operationItem({
  operation,
  name,
  service,
  kind,
  text,
  nextStep,
  places,
  lacksPath,
}: UnplacedNode): vscode.TreeItem {
  const item = new vscode.TreeItem(name === '' ? '(no name)' : name);
  item.id = operation;
  item.description = `${service} · ${kind.toLowerCase()}`;
  item.tooltip = nextStep === undefined ? text : `${text}\n${nextStep}`;
  item.iconPath = new vscode.ThemeIcon(places > 1 ? 'git-compare' : 'question');
  item.contextValue = 'unplaced';
  item.command = lacksPath
    ? { title: 'Say Where the Path Lies', command: 'spanlight.locatePath', arguments: [operation] }
    : { title: 'Pick Code', command: 'spanlight.pickPlace', arguments: [operation] };
  return item;
}

function snippetItem({ text, code, language }: Snippet): vscode.TreeItem {
  const item = new vscode.TreeItem(`What would help: ${text}`);
  item.iconPath = new vscode.ThemeIcon('lightbulb');
  item.tooltip = new vscode.MarkdownString().appendCodeblock(code, language);
  item.contextValue = 'snippet';
  item.command = {
    title: 'Copy Snippet',
    command: 'spanlight.copySnippet',
    arguments: [{ kind: 'snippet', snippet: { text, code, language } }],
  };
  return item;
}
