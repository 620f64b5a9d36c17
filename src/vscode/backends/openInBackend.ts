import * as vscode from 'vscode';
import type { Host } from '../host';
import { runCommand } from '../register';

/** Opens the backend's own page for a trace in a browser. @param traceId the open one where left out. */
export async function openInBackend(host: Host, traceId: string | undefined): Promise<void> {
  const id = traceId ?? host.traces.active;
  if (id === undefined) {
    const picked = await vscode.window.showInformationMessage('Open a trace first.', 'Search Traces');
    if (picked !== undefined) await runCommand('spanlight.searchTraces');
    return;
  }
  const link = await host.engine.request('spanlight/traceLink', { traceId: id });
  if (link === null) {
    await tellNoPage(host);
    return;
  }
  // As text: a Uri encodes the separators of a query that holds encoded ones, which Grafana's addresses do.
  await vscode.env.openExternal(link.url as unknown as vscode.Uri);
}

async function tellNoPage(host: Host): Promise<void> {
  const source = host.status.status?.source;
  if (source === undefined || source.kind === 'embedded') {
    const message = 'The traces shown were received by this editor, which has no other page for them.';
    const picked = await vscode.window.showInformationMessage(message, 'Choose Backend');
    if (picked !== undefined) await runCommand('spanlight.chooseBackend');
    return;
  }
  const message = `It is not known where ${source.name} shows traces: an option of it says the address of its pages.`;
  const picked = await vscode.window.showInformationMessage(message, 'Choose Backend');
  if (picked !== undefined) await runCommand('spanlight.chooseBackend');
}
