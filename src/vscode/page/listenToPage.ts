import * as vscode from 'vscode';
import { describeError } from '../../base/errors';

/** What a page says, and to whom. */
export interface PageEar<T extends { readonly type: string }> {
  /** Begins the sentences of the log: `The search page`. */
  readonly name: string;
  readonly isMessage: (message: unknown) => message is T;
  readonly handle: (message: T) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

/** Hands on what a page sends and its protocol knows. Where that fails, it is logged and the user is told. */
export function listenToPage<T extends { readonly type: string }>(
  webview: vscode.Webview,
  { name, isMessage, handle, log }: PageEar<T>,
): vscode.Disposable {
  const receive = async (message: unknown): Promise<void> => {
    if (!isMessage(message)) {
      log.warn(`${name} sent a message of an unknown kind.`);
      return;
    }
    try {
      await handle(message);
    } catch (error) {
      log.warn(`${name}, ${message.type}: ${describeError(error)}`);
      void vscode.window.showErrorMessage(describeError(error));
    }
  };
  return webview.onDidReceiveMessage((message: unknown) => void receive(message));
}
