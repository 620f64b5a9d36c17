import * as vscode from 'vscode';
import type { Host } from '../host';
import { registerCommand, runCommand } from '../register';
import { addBackend } from './addBackend';
import { chooseBackend } from './chooseBackend';
import { forgetSecrets } from './forgetSecrets';
import { openInBackend } from './openInBackend';
import { testBackend } from './testBackend';

/** Adding, choosing, testing and asking backends. */
export function registerBackendCommands(host: Host): vscode.Disposable[] {
  const { log } = host;
  return [
    registerCommand('spanlight.addBackend', log, () => addBackend(host)),
    registerCommand('spanlight.chooseBackend', log, () => chooseBackend(host)),
    registerCommand('spanlight.testBackend', log, () => testBackend(host)),
    registerCommand('spanlight.retryBackend', log, () => retryBackend(host)),
    registerCommand('spanlight.removeBackendSecret', log, () => forgetSecrets(host)),
    registerCommand('spanlight.openInBackend', log, (traceId) =>
      // Menus pass what they were opened on; only text is an id.
      openInBackend(host, typeof traceId === 'string' ? traceId : undefined),
    ),
  ];
}

async function retryBackend(host: Host): Promise<void> {
  const { source } = await host.engine.request('spanlight/status', null);
  if (source.kind === 'embedded') {
    const message = source.problem ?? 'No backend is in use: shown is what this editor received itself.';
    const picked = await vscode.window.showInformationMessage(message, 'Choose Backend');
    if (picked !== undefined) await runCommand('spanlight.chooseBackend');
    return;
  }
  host.backends.secrets.tryAnew();
  await host.engine.request('spanlight/retryBackend', null);
}
