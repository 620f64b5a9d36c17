import * as vscode from 'vscode';
import { createApi, type SpanlightApi } from './vscode/api';
import { registerBackendCommands } from './vscode/backends/backendCommands';
import { RestrictedBackends } from './vscode/backends/restrictedBackends';
import { SecretQuestions } from './vscode/backends/secretQuestions';
import { SecretStore } from './vscode/backends/secretStore';
import { registerChoiceCommands } from './vscode/commands/choiceCommands';
import { registerPathCommands } from './vscode/commands/pathCommands';
import { registerEngineCommands } from './vscode/commands/engineCommands';
import { registerFunctionCommands } from './vscode/commands/functionAtCursor';
import { registerReportCommands } from './vscode/commands/reportCommand';
import { registerServiceCommands } from './vscode/commands/serviceCommands';
import { registerTraceCommands } from './vscode/commands/traceCommands';
import { EngineClient } from './vscode/engine/engineClient';
import { EngineStarter } from './vscode/engine/engineStarter';
import { HintStyles } from './vscode/hints/hintStyles';
import type { Host } from './vscode/host';
import { HoverProvider, hintSelector } from './vscode/hints/hover';
import { showNotices } from './vscode/engine/notices';
import { ReceiverUse } from './vscode/engine/receiverUse';
import { SearchView } from './vscode/search/searchView';
import { MappingView } from './vscode/views/mappingView';
import { ServicesView } from './vscode/views/servicesView';
import { Settings } from './vscode/settings';
import { StatusItem } from './vscode/views/statusItem';
import { FirstSteps } from './vscode/firstSteps';
import { registerTraceFiles } from './vscode/traceFile/registerTraceFiles';
import { TracePanels } from './vscode/trace/tracePanels';
import { VisibleHints } from './vscode/hints/visibleHints';

let running: EngineClient | undefined;

/** Puts the parts together; nothing here starts the engine or reads a file. */
export function activate(context: vscode.ExtensionContext): SpanlightApi {
  const log = vscode.window.createOutputChannel('Spanlight', { log: true });
  const settings = new Settings(log);
  const engine = new EngineClient(context, settings, log);
  const hints = new VisibleHints(engine);
  const receiver = new ReceiverUse(engine, log);
  const services = new ServicesView(engine, receiver, context.workspaceState);
  const restricted = new RestrictedBackends(log);
  const status = new StatusItem(engine, restricted);
  const store = new SecretStore(context.secrets, context.globalState);
  const backends = { store, secrets: new SecretQuestions(store, engine, log) };
  const traces = new TracePanels({ engine, extensionUri: context.extensionUri, log });
  const { extensionUri, workspaceState } = context;
  const search = new SearchView({ engine, receiver, traces, extensionUri, state: workspaceState, log });
  const firstSteps = new FirstSteps(engine, hints, traces);
  const host: Host = { backends, engine, firstSteps, log, receiver, hints, search, services, status, traces };
  running = engine;
  context.subscriptions.push(
    log,
    settings,
    engine,
    receiver,
    hints,
    new HintStyles(settings, hints),
    vscode.languages.registerHoverProvider(hintSelector, new HoverProvider(engine)),
    services,
    new MappingView(engine, receiver),
    status,
    traces,
    search,
    showNotices(engine),
    restricted,
    backends.secrets,
    firstSteps,
    new EngineStarter(engine, log),
    ...registerTraceFiles({ engine, traces, extensionUri, log }),
    ...registerTraceCommands(host),
    ...registerFunctionCommands(host),
    ...registerChoiceCommands(host),
    ...registerPathCommands(host),
    ...registerServiceCommands(host),
    ...registerEngineCommands(host),
    ...registerReportCommands(host),
    ...registerBackendCommands(host),
  );
  return createApi(host);
}

/** VS Code waits for this when a window closes: the engine ends with its window. */
export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}
