import * as vscode from 'vscode';
import type { ReceiverStatus } from '../../protocol/engine';
import type { CommandId } from '../contributions';
import type { Host } from '../host';
import { registerCommand } from '../register';

/** Receiver, data and output. */
export function registerEngineCommands(host: Host): vscode.Disposable[] {
  const { engine, log, receiver } = host;
  return [
    registerCommand('spanlight.startReceiver', log, async () => tellReceiver(await receiver.start())),
    registerCommand('spanlight.stopReceiver', log, async () => tellReceiver(await receiver.stop())),
    registerCommand('spanlight.copyExporterEnvironment', log, () => copyEnvironment(host)),
    registerCommand('spanlight.clear', log, () => engine.request('spanlight/clear', null)),
    registerCommand('spanlight.showOutput', log, () => log.show(true)),
    registerCommand('spanlight.restartEngine', log, () => engine.restart()),
    registerCommand('spanlight.firstSteps', log, () => host.firstSteps.open()),
    registerCommand('spanlight.openSettings', log, (setting) => {
      const query =
        typeof setting === 'string' && setting.startsWith('spanlight.') ? setting : '@ext:spanlight.spanlight';
      return vscode.commands.executeCommand('workbench.action.openSettings', query);
    }),
    registerCommand('spanlight.showMenu', log, () => showMenu(host)),
  ];
}

function tellReceiver(receiver: ReceiverStatus): void {
  const where = receiver.http?.url ?? receiver.grpc?.url;
  if (receiver.state === 'listening' && where !== undefined) {
    void vscode.window.setStatusBarMessage(`$(pulse) Spanlight listens on ${where}`, 5000);
  } else if (receiver.state === 'failed') {
    void vscode.window.showErrorMessage(receiver.reason ?? 'The receiver did not start.');
  }
}

async function copyEnvironment(host: Host): Promise<void> {
  await host.receiver.used();
  const environment = await host.engine.request('spanlight/exporterEnvironment', null);
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? 'this window';
  void vscode.window.setStatusBarMessage(`$(clippy) Copied: exporters that use it send to ${endpoint}`, 5000);
}

/** A value as one word of a POSIX shell. */
function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

interface MenuEntry extends vscode.QuickPickItem {
  readonly command: CommandId;
}

async function showMenu(host: Host): Promise<void> {
  const listening = host.status.status?.receiver.state === 'listening';
  const stopped: readonly MenuEntry[] =
    host.engine.state === 'failed'
      ? [{ label: '$(debug-restart) Restart Engine', command: 'spanlight.restartEngine' }]
      : [];
  const source = host.status.status?.source;
  const shown = source === undefined || source.kind === 'embedded' ? 'this editor' : source.name;
  const retry: readonly MenuEntry[] =
    source?.state === 'failed' && source.kind !== 'embedded'
      ? [{ label: '$(refresh) Retry Backend', description: source.brief ?? '', command: 'spanlight.retryBackend' }]
      : [];
  const entries: readonly MenuEntry[] = [
    ...stopped,
    ...retry,
    { label: '$(search) Search Traces', command: 'spanlight.searchTraces' },
    { label: '$(link) Open Trace by Id…', command: 'spanlight.openTraceById' },
    { label: '$(cloud) Choose Backend', description: shown, command: 'spanlight.chooseBackend' },
    { label: '$(question) Why Is Nothing Shown Here?', command: 'spanlight.whyNothing' },
    { label: '$(clippy) Copy Exporter Environment', command: 'spanlight.copyExporterEnvironment' },
    listening
      ? { label: '$(debug-pause) Stop Receiver', command: 'spanlight.stopReceiver' }
      : { label: '$(play) Start Receiver', command: 'spanlight.startReceiver' },
    { label: '$(list-tree) Show Mapping Report', command: 'spanlight.showMappingReport' },
    { label: '$(trash) Clear Collected Data', command: 'spanlight.clear' },
    { label: '$(output) Show Output', command: 'spanlight.showOutput' },
    { label: '$(book) Show First Steps', command: 'spanlight.firstSteps' },
    { label: '$(gear) Open Settings', command: 'spanlight.openSettings' },
  ];
  const picked = await vscode.window.showQuickPick(entries, { title: 'Spanlight' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}
