import * as vscode from 'vscode';
import { formatCount, formatDuration } from '../../base/format';
import type { OperationId, TraceExemplar } from '../../protocol/engine';
import type { Host } from '../host';
import { registerCommand, runCommand } from '../register';
import { traceIdProblem } from '../trace/traceIds';
import { editorWithCursor } from './editorWithCursor';
import { functionName } from './functionAtCursor';

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
      const asked = typeof query === 'string' ? query : '';
      if (typeof operation === 'string') return searchOperation(host, operation as OperationId, asked);
      return host.search.show(asked === '' ? undefined : asked);
    }),
    registerCommand('spanlight.searchTracesHere', log, () => searchTracesHere(host)),
    registerCommand('spanlight.search.openTrace', log, (found) => {
      const { traceId, spanId, file } = foundTrace(found);
      return traceId === undefined ? undefined : host.traces.show(traceId, spanId, file);
    }),
    registerCommand('spanlight.search.copyTraceId', log, async (found) => {
      const { traceId } = foundTrace(found);
      if (traceId !== undefined) await vscode.env.clipboard.writeText(traceId);
    }),
    registerCommand('spanlight.revealInTrace', log, () => revealInTrace(host)),
    registerCommand('spanlight.openSlowestTrace', log, () => openExemplar(host, 'slowest')),
    registerCommand('spanlight.openFailedTrace', log, () => openExemplar(host, 'failed')),
  ];
}

/** Opens the search for the spans of an operation; where it is not known any more, for `otherwise`. */
export async function searchOperation(host: Host, operation: OperationId, otherwise: string): Promise<void> {
  const query = await host.engine.request('spanlight/operationQuery', { operation });
  await host.search.show(query ?? otherwise);
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
): Promise<{ symbol: string; exemplars: readonly TraceExemplar[]; query?: string } | undefined> {
  const editor = await editorWithCursor(host);
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const { exemplars, query, reason, symbol } = await host.engine.request('spanlight/tracesAt', {
    uri: document.uri.toString(),
    line: selection.active.line,
    open: host.traces.open,
  });
  if (exemplars.length > 0) return { symbol: symbol ?? '', exemplars, ...(query === undefined ? {} : { query }) };
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
  if (here?.query !== undefined) await host.search.show(here.query);
}

/** What a page says of the trace whose menu was opened. */
function foundTrace(found: unknown): { readonly traceId?: string; readonly spanId?: string; readonly file?: string } {
  const said = (found ?? {}) as Readonly<Record<string, unknown>>;
  const text = <K extends string>(key: K): { readonly [P in K]?: string } => {
    const value = said[key];
    return typeof value === 'string' && value !== '' ? ({ [key]: value } as { [P in K]?: string }) : {};
  };
  return { ...text('traceId'), ...text('spanId'), ...text('file') };
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
