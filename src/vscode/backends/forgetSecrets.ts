import * as vscode from 'vscode';
import type { Host } from '../host';

/** Lets the user choose a backend whose secrets are removed from the secret storage. */
export async function forgetSecrets(host: Host): Promise<void> {
  const { store } = host.backends;
  const names = [...new Set(store.kept().map(({ backend }) => backend))].sort();
  if (names.length === 0) {
    void vscode.window.showInformationMessage('No secrets of backends are kept.');
    return;
  }
  const items = names.map((name) => {
    const kept = store.kept(name);
    return {
      label: name,
      iconPath: new vscode.ThemeIcon('key'),
      description: kept.map((secret) => secret.name).join(', '),
      detail: [...new Set(kept.map(({ url }) => url))].join(', '),
      name,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Remove Backend Secret',
    placeHolder: 'It is asked for again when it is needed',
  });
  if (picked !== undefined) tellForgotten(host, picked.name, await store.forgetBackend(picked.name));
}

/** Says that secrets are gone, in the status bar and the log. */
export function tellForgotten({ log }: Host, name: string, count: number): void {
  log.info(`${count} kept for ${name} removed from the secret storage.`);
  void vscode.window.setStatusBarMessage(`$(key) Spanlight keeps no secret for ${name} any more`, 5000);
}
