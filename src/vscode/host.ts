import type * as vscode from 'vscode';
import type { EngineClient } from './engineClient';
import type { ReceiverUse } from './receiverUse';
import type { ServicesView } from './servicesView';
import type { StatusItem } from './statusItem';
import type { TracePanels } from './tracePanels';
import type { VisibleHints } from './visibleHints';

/** The parts of the host that commands work with. */
export interface Host {
  readonly engine: EngineClient;
  readonly log: vscode.LogOutputChannel;
  readonly receiver: ReceiverUse;
  readonly hints: VisibleHints;
  readonly services: ServicesView;
  readonly status: StatusItem;
  readonly traces: TracePanels;
}
