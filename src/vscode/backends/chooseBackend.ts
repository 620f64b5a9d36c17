import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { BackendItem, BackendRequests, SourceStatus } from '../../protocol/backends';
import type { Host } from '../host';
import { runCommand } from '../register';
import { addBackend, editBackend } from './addBackend';
import { EMBEDDED } from './backendEntry';
import { backendWords, embeddedWords } from './backendItems';
import { useBackend } from './backendSettings';
import { tellForgotten } from './forgetSecrets';
import { testBackend } from './testBackend';

type Known = BackendRequests['spanlight/backends']['result'];

interface Row extends vscode.QuickPickItem {
  readonly backend?: BackendItem;
  readonly isActive?: boolean;
  readonly run?: () => Promise<unknown>;
}

const TEST: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('plug'), tooltip: 'Test the Connection' };
const FORGET: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('key'), tooltip: 'Forget Its Secret' };
const EDIT: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Edit or Remove' };

/** Lets the user choose whose traces are shown, and test, edit and add backends on the way. */
export async function chooseBackend(host: Host): Promise<void> {
  let known = await host.engine.request('spanlight/backends', null);
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = 'Choose Backend';
  pick.placeholder = 'Whose traces are shown?';
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  const show = (): void => {
    const [at] = pick.activeItems;
    pick.items = rows(host, known);
    pick.activeItems = pick.items.filter(({ label, isActive }) =>
      at === undefined ? isActive === true : label === at.label,
    );
  };
  show();
  const updates = onSourceChange(host, async () => {
    known = (await host.engine.ask('spanlight/backends', null)) ?? known;
    show();
  });
  const chosen = await new Promise<(() => Promise<unknown>) | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.run));
    pick.onDidHide(() => resolve(undefined));
    pick.onDidTriggerItemButton(({ item: { backend }, button }) => {
      if (backend === undefined) return;
      if (button === TEST) resolve(() => testBackend(host, backend));
      else if (button === EDIT) resolve(() => editBackend(host, backend));
      else forget(host, backend).then(show, (error: unknown) => host.log.warn(describeError(error)));
    });
    pick.show();
  }).finally(() => {
    updates.dispose();
    pick.dispose();
  });
  await chosen?.();
}

/**
 * Calls `changed` when another source is in use or it answers otherwise than before. What it counts is no such change: a
 * list that is drawn anew all the time cannot be clicked.
 */
function onSourceChange(host: Host, changed: () => Promise<void>): Disposable {
  const wordsOf = (source: SourceStatus | undefined): string =>
    JSON.stringify([source?.name, source?.state, source?.problem]);
  let words = wordsOf(host.status.status?.source);
  return host.engine.onDidChangeStatus(({ source }) => {
    const now = wordsOf(source);
    if (now === words) return;
    words = now;
    void changed();
  });
}

function rows(host: Host, known: Known): Row[] {
  const status = host.status.status;
  const use = (name: string) => async (): Promise<void> => {
    host.backends.secrets.tryAnew();
    await useBackend(name);
    // Chosen again, it is asked again.
    if (name === known.active && name !== EMBEDDED) await runCommand('spanlight.retryBackend');
  };
  const embedded = embeddedWords(known.active === EMBEDDED, status?.spans ?? 0, status?.receiver);
  const separator: Row = { label: '', kind: vscode.QuickPickItemKind.Separator };
  return [
    { ...embedded, ...marked(known.active === EMBEDDED, 'pulse'), run: use(EMBEDDED) },
    ...known.backends.map((backend): Row => {
      const secrets = host.backends.store.kept(backend.name).length;
      return {
        ...backendWords(backend, backend.name === known.active, status?.source, secrets),
        ...marked(backend.name === known.active, 'cloud'),
        backend,
        buttons: [TEST, ...(secrets > 0 ? [FORGET] : []), EDIT],
        run: use(backend.name),
      };
    }),
    ...known.problems.map((problem): Row => ({
      label: 'An entry cannot be used',
      detail: problem,
      iconPath: new vscode.ThemeIcon('warning'),
      run: () => Promise.resolve(runCommand('spanlight.openSettings', 'spanlight.backends')),
    })),
    separator,
    { label: 'Add Backend…', iconPath: new vscode.ThemeIcon('add'), run: () => addBackend(host) },
  ];
}

/** The one in use has a check mark in place of its icon. */
function marked(isActive: boolean, icon: string): Pick<Row, 'iconPath' | 'isActive'> {
  return { isActive, iconPath: new vscode.ThemeIcon(isActive ? 'check' : icon) };
}

async function forget(host: Host, { name }: BackendItem): Promise<void> {
  const count = await host.backends.store.forgetBackend(name);
  tellForgotten(host, name, count);
}
