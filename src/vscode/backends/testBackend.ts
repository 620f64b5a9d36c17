import * as vscode from 'vscode';
import type { BackendItem } from '../../protocol/backends';
import type { Host } from '../host';
import { runCommand } from '../register';
import { editBackend } from './addBackend';
import { indexOfItem, type BackendEntry } from './backendEntry';
import { backendEntries, useBackend } from './backendSettings';
import { testConnection, type TestAction } from './connectionTest';
import { failedStep, type TestResult } from './connectionWords';

type Action = 'use' | 'edit' | 'again' | 'close';

/** Tests the connection to a backend that is set up already: the one given, the only one, or the one the user picks. */
export async function testBackend(host: Host, given?: BackendItem): Promise<void> {
  const item = given ?? (await pickBackend(host));
  if (item === undefined) return;
  const entry = backendEntries()[indexOfItem(backendEntries(), item)] as BackendEntry | undefined;
  const tried = entry ?? { name: item.name, kind: item.kind, url: item.url };
  for (;;) {
    const action = await testConnection(host, { name: item.name, entry: tried }, (result) =>
      actions(host, item, result),
    );
    if (action === 'again') continue;
    if (action === 'edit') await editBackend(host, item);
    if (action === 'use') await useBackend(item.name);
    return;
  }
}

function actions(host: Host, { name }: BackendItem, result: TestResult): TestAction<Action>[] {
  const works = result.problem === undefined && failedStep(result) === undefined;
  const isUsed = host.status.status?.source.name === name;
  const use: TestAction<Action>[] = isUsed ? [] : [{ label: '$(check) Show Its Traces', action: 'use' }];
  const edit: TestAction<Action> = { label: '$(edit) Edit', description: 'change its settings', action: 'edit' };
  const again: TestAction<Action> = { label: '$(debug-restart) Test Again', action: 'again' };
  const close: TestAction<Action> = { label: '$(close) Close', action: 'close' };
  return works ? [...use, close, again, edit] : [edit, again, close];
}

async function pickBackend(host: Host): Promise<BackendItem | undefined> {
  const { backends, active } = await host.engine.request('spanlight/backends', null);
  if (backends.length === 0) {
    const picked = await vscode.window.showInformationMessage('No backend is set up yet.', 'Add Backend…');
    if (picked !== undefined) await runCommand('spanlight.addBackend');
    return undefined;
  }
  if (backends.length === 1) return backends[0];
  const inOrder = [...backends].sort((a, b) => Number(b.name === active) - Number(a.name === active));
  const items = inOrder.map((item) => ({ label: item.name, description: `${item.label} · ${item.url}`, item }));
  return (await vscode.window.showQuickPick(items, { title: 'Test Backend' }))?.item;
}
