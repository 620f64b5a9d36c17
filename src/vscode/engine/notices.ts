import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { isCommandId } from '../contributions';
import type { EngineClient } from './engineClient';

/** Shows what the engine wants the user to know, once per text and session. */
export function showNotices(engine: EngineClient): Disposable {
  const shown = new Set<string>();
  return engine.onNotice(({ message, actions, isQuestion }) => {
    if (shown.has(message)) return;
    shown.add(message);
    const known = actions.filter((action) => isCommandId(action.command));
    const show = isQuestion ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    void show(message, ...known.map((action) => action.label)).then((picked) => {
      const action = known.find(({ label }) => label === picked);
      return action && vscode.commands.executeCommand(action.command);
    });
  });
}
