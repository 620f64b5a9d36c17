import * as vscode from 'vscode';
import type { ConnectionStepItem } from '../../protocol/backends';
import { describeError } from '../../base/errors';
import type { Host } from '../host';
import type { BackendEntry } from './backendEntry';
import { outcome, testRows, type TestResult } from './connectionWords';

/** What can be done after a test. */
export interface TestAction<A extends string> extends vscode.QuickPickItem {
  readonly action: A;
}

interface Row<A extends string> extends vscode.QuickPickItem {
  readonly action?: A;
}

let lastToken = 0;

/**
 * Tries an entry before the user's eyes, a line for each step, and lets them say what to do then.
 * @param actions offered afterwards, the first one selected.
 * @returns what they chose; undefined when they left, which ends a test that runs.
 */
export async function testConnection<A extends string>(
  host: Host,
  { name, entry }: { readonly name: string; readonly entry: BackendEntry },
  actions: (result: TestResult) => readonly TestAction<A>[],
): Promise<A | undefined> {
  const { secrets } = host.backends;
  const pick = vscode.window.createQuickPick<Row<A>>();
  const cancel = new vscode.CancellationTokenSource();
  pick.title = `Test ${name}`;
  pick.ignoreFocusOut = true;
  const left = new Promise<undefined>((resolve) => {
    pick.onDidHide(() => {
      // The question for a secret takes the place of this list until it is answered.
      if (secrets.asking) void secrets.answered().then(() => pick.show());
      else resolve(undefined);
    });
  });
  const chosen = new Promise<A>((resolve) => {
    pick.onDidAccept(() => {
      const action = pick.selectedItems[0]?.action;
      if (action !== undefined) resolve(action);
    });
  });
  try {
    pick.show();
    const tested = await Promise.race([secrets.whileTesting(() => run(host, pick, entry, cancel.token)), left]);
    if (tested === undefined) return undefined;
    const offered = actions(tested);
    pick.busy = false;
    pick.placeholder = outcome(name, tested);
    pick.items = [...testRows(tested, false), { label: '', kind: vscode.QuickPickItemKind.Separator }, ...offered];
    pick.activeItems = offered.slice(0, 1);
    return await Promise.race([chosen, left]);
  } finally {
    cancel.cancel();
    cancel.dispose();
    pick.dispose();
  }
}

async function run<A extends string>(
  { engine, log }: Host,
  pick: vscode.QuickPick<Row<A>>,
  entry: BackendEntry,
  cancelled: vscode.CancellationToken,
): Promise<TestResult> {
  const token = ++lastToken;
  const steps: ConnectionStepItem[] = [];
  const show = (): void => {
    pick.items = testRows({ steps }, true);
  };
  pick.busy = true;
  pick.placeholder = 'Trying it; Escape stops';
  show();
  const listening = engine.on('spanlight/connectionStep', ({ token: of, step }) => {
    if (of !== token) return;
    steps.push(step);
    log.info(`Connection test, ${step.step}: ${step.result}. ${step.message}`);
    show();
  });
  try {
    return await engine.request('spanlight/testBackend', { entry, token }, cancelled);
  } catch (error) {
    return { steps, problem: describeError(error) };
  } finally {
    listening.dispose();
  }
}
