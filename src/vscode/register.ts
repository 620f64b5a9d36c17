import * as vscode from 'vscode';
import { describeError } from '../base/errors';
import type { Logger } from '../base/logger';
import {
  settingProblem,
  settings,
  type CommandArguments,
  type CommandId,
  type ContextId,
  type ContextTypes,
  type SettingId,
  type SettingTypes,
} from './contributions';

/** Registers a command whose failure is told to the user and written to the log, never swallowed. */
export function registerCommand<C extends CommandId>(
  id: C,
  log: Logger,
  run: (...args: CommandArguments[C]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(...(args as CommandArguments[C]));
    } catch (error) {
      const message = describeError(error);
      log.error(`${id}: ${message}`);
      void vscode.window.showErrorMessage(message);
      return undefined;
    }
  });
}

/** Runs one of Spanlight's commands. */
export function runCommand<C extends CommandId>(id: C, ...args: CommandArguments[C]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

/** A setting's value; the default where the user wrote something it cannot hold. */
export function readSetting<S extends SettingId>(id: S): SettingTypes[S] {
  const { accepts, default: fallback } = settings[id];
  const value: unknown = vscode.workspace.getConfiguration().get(id);
  if (!accepts(value)) return fallback;
  // Objects come as proxies, which cannot be sent to another process.
  return (typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value) as SettingTypes[S];
}

/** Writes a line for each setting whose value is not used. */
export function tellOfUnusedSettings(log: Logger): void {
  const configuration = vscode.workspace.getConfiguration();
  for (const id of Object.keys(settings) as SettingId[]) {
    const problem = settingProblem(id, configuration.get(id));
    if (problem !== undefined) log.warn(problem);
  }
}

/** Sets a context key for `when` clauses. */
export function setContext<K extends ContextId>(key: K, value: ContextTypes[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
