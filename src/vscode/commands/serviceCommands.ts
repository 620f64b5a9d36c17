import * as vscode from 'vscode';
import type { Host } from '../host';
import { openLocation } from '../openLocation';
import { registerCommand } from '../register';
import type { TreeNode } from '../views/servicesTree';
import { searchOperation } from './traceCommands';

/** The services view's title and item actions. */
export function registerServiceCommands(host: Host): vscode.Disposable[] {
  const { log, services } = host;
  return [
    registerCommand('spanlight.services.refresh', log, () => services.refresh()),
    registerCommand('spanlight.services.filter', log, () => services.askForFilter()),
    registerCommand('spanlight.services.clearFilter', log, () => services.setFilter('')),
    registerCommand('spanlight.services.sortByTotalTime', log, () => services.sortBy('totalTime')),
    registerCommand('spanlight.services.sortByP95', log, () => services.sortBy('p95')),
    registerCommand('spanlight.services.sortByErrors', log, () => services.sortBy('errors')),
    registerCommand('spanlight.services.sortByName', log, () => services.sortBy('name')),
    registerCommand('spanlight.services.openCode', log, async (item) => {
      const location = operationOf(item)?.location;
      if (location) await openLocation(vscode.Uri.parse(location.uri), location.line);
    }),
    registerCommand('spanlight.services.openTraces', log, async (item) => {
      const operation = operationOf(item);
      if (operation) await searchOperation(host, operation.id, `name="${operation.name.replaceAll('"', '')}"`);
    }),
    registerCommand('spanlight.services.openSlowest', log, async (item) => {
      const slowest = operationOf(item)?.slowest;
      if (slowest) await host.traces.show(slowest.traceId, slowest.spanId);
    }),
  ];
}

function operationOf(item: unknown): Extract<TreeNode, { kind: 'operation' }>['operation'] | undefined {
  const node = item as TreeNode | undefined;
  return node?.kind === 'operation' ? node.operation : undefined;
}
