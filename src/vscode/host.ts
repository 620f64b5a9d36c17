import type * as vscode from 'vscode';
import type { SecretQuestions } from './backends/secretQuestions';
import type { SecretStore } from './backends/secretStore';
import type { EngineClient } from './engine/engineClient';
import type { FirstSteps } from './firstSteps';
import type { ReceiverUse } from './engine/receiverUse';
import type { SearchView } from './search/searchView';
import type { ServicesView } from './views/servicesView';
import type { StatusItem } from './views/statusItem';
import type { TracePanels } from './trace/tracePanels';
import type { VisibleHints } from './hints/visibleHints';

/** What the host knows of backends. */
export interface Backends {
  readonly store: SecretStore;
  readonly secrets: SecretQuestions;
}

/** The parts of the host that commands work with. */
export interface Host {
  readonly backends: Backends;
  readonly engine: EngineClient;
  readonly log: vscode.LogOutputChannel;
  readonly receiver: ReceiverUse;
  readonly firstSteps: FirstSteps;
  readonly hints: VisibleHints;
  readonly search: SearchView;
  readonly services: ServicesView;
  readonly status: StatusItem;
  readonly traces: TracePanels;
}
