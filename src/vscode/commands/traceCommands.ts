import * as vscode from 'vscode';
import { formatCount, formatDuration } from '../../base/format';
import type { OperationId, TraceExemplar, TraceListItem } from '../../protocol/engine';
import type { Host } from '../host';
import { traceItemWords } from '../trace/traceWords';
import { registerCommand, runCommand } from '../register';
import { traceIdProblem } from '../trace/traceIds';
import { functionName } from './functionAtCursor';

const MOST_TRACES = 200;

/** Opening, searching and revealing traces. */
export function registerTraceCommands(host: Host): vscode.Disposable[] {
  const { log } = host;
  return [
    registerCommand('spanlight.openTrace', log, async (traceId, spanId) => {
      if (traceId === undefined) return runCommand('spanlight.openTraceById');
      // A link in a hover is under the pointer, so the hover would stay open above the trace.
      await vscode.commands.executeCommand('editor.action.hideHover');
      return host.traces.show(traceId, spanId);
    }),
    registerCommand('spanlight.openTraceById', log, () => openTraceById(host)),
    registerCommand('spanlight.searchTraces', log, (query, operation) => {
      // Menus pass what they were opened on; only text is a query.
      const asked = typeof query === 'string' && query !== '' ? query : undefined;
      const of = typeof operation === 'string' ? operation : undefined;
      return pickTrace(host, 'Recent traces', asked, of as OperationId | undefined);
    }),
    registerCommand('spanlight.searchTracesHere', log, () => searchTracesHere(host)),
    registerCommand('spanlight.revealInTrace', log, () => revealInTrace(host)),
    registerCommand('spanlight.openSlowestTrace', log, () => openExemplar(host, 'slowest')),
    registerCommand('spanlight.openFailedTrace', log, () => openExemplar(host, 'failed')),
  ];
}

/** Lets the user choose among recent traces, of one operation or of all. */
export async function pickTrace(
  host: Host,
  title: string,
  query: string | undefined,
  operation: OperationId | undefined,
): Promise<void> {
  await host.receiver.used();
  const traces = await host.engine.request('spanlight/traces', {
    limit: MOST_TRACES,
    ...(query === undefined ? {} : { query }),
    ...(operation === undefined ? {} : { operation }),
  });
  if (traces.length === 0) {
    const picked = await vscode.window.showInformationMessage(
      'No traces here yet. They appear as soon as a service sends them.',
      'Copy Exporter Environment',
    );
    if (picked !== undefined) await runCommand('spanlight.copyExporterEnvironment');
    return;
  }
  const items = traces.map((trace) => ({ ...traceItem(trace), trace }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Type to filter by service, name, duration or trace id',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked) await host.traces.show(picked.trace.traceId);
}

function traceItem(trace: TraceListItem): vscode.QuickPickItem {
  const { description, detail } = traceItemWords(trace, Date.now());
  const icon = trace.errorCount > 0 ? '$(error)' : '$(pulse)';
  return { label: `${icon} ${trace.rootService} ${trace.rootName}`, description, detail };
}

async function openTraceById(host: Host): Promise<void> {
  const clipboard = await readClipboard();
  const traceId = await vscode.window.showInputBox({
    prompt: 'Trace id or traceparent header',
    placeHolder: '4bf92f3577b34da6a3ce929d0e0e4736',
    value: traceIdProblem(clipboard) === undefined ? clipboard.trim() : '',
    validateInput: (text) => (text.trim() === '' ? undefined : traceIdProblem(text)),
  });
  if (traceId !== undefined && traceId.trim() !== '') await host.traces.show(traceId);
}

/** A trace id may wait there; nothing in a browser, which asks for permission and reports every refusal. */
async function readClipboard(): Promise<string> {
  if (vscode.env.uiKind === vscode.UIKind.Web) return '';
  return (await vscode.env.clipboard.readText()).slice(0, 200);
}

async function tracesAtCursor(
  host: Host,
): Promise<{ symbol: string; exemplars: readonly TraceExemplar[] } | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage('Put the cursor into a function first.');
    return undefined;
  }
  await host.receiver.used();
  const { document, selection } = editor;
  const { exemplars, reason, symbol } = await host.engine.request('spanlight/tracesAt', {
    uri: document.uri.toString(),
    line: selection.active.line,
    open: host.traces.open,
  });
  if (exemplars.length > 0) return { symbol: symbol ?? '', exemplars };
  const picked = await vscode.window.showInformationMessage(
    reason ?? `No traces of ${functionName(symbol)} are kept.`,
    'Why Is Nothing Shown Here?',
  );
  if (picked !== undefined) await runCommand('spanlight.whyNothing');
  return undefined;
}

/** A span of this function in a trace that is open, else the trace that the user picks. */
async function revealInTrace(host: Host): Promise<void> {
  const here = await tracesAtCursor(host);
  if (!here) return;
  const open = here.exemplars.find((exemplar) => exemplar.role === 'open');
  const chosen = open ?? (here.exemplars.length === 1 ? here.exemplars[0] : await pickExemplar(here.exemplars));
  if (chosen) await host.traces.show(chosen.traceId, chosen.spanId);
}

async function searchTracesHere(host: Host): Promise<void> {
  const here = await tracesAtCursor(host);
  if (!here) return;
  const chosen = await pickExemplar(here.exemplars);
  if (chosen) await host.traces.show(chosen.traceId, chosen.spanId);
}

async function openExemplar(host: Host, role: TraceExemplar['role']): Promise<void> {
  const here = await tracesAtCursor(host);
  if (!here) return;
  const ofRole = here.exemplars.filter((exemplar) => exemplar.role === role);
  const slowest = [...ofRole].sort((a, b) => b.durationNs - a.durationNs)[0];
  if (slowest) await host.traces.show(slowest.traceId, slowest.spanId);
  else void vscode.window.showInformationMessage(`No ${role} trace of ${functionName(here.symbol)} is kept.`);
}

async function pickExemplar(exemplars: readonly TraceExemplar[]): Promise<TraceExemplar | undefined> {
  const items = exemplars.map((exemplar) => ({
    label: `${exemplar.role === 'failed' ? '$(error)' : '$(pulse)'} ${exemplar.role} ${formatDuration(exemplar.durationNs)}`,
    description: exemplar.operation,
    detail: exemplar.traceId,
    exemplar,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `${formatCount(items.length)} traces of this function`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.exemplar;
}
