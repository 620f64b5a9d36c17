import * as vscode from 'vscode';
import type { PathQuestionView } from '../../protocol/choices';
import type { Host } from '../host';
import { registerCommand } from '../register';

interface PathItem extends vscode.QuickPickItem {
  /** The URI of the file that it is; neither this nor {@link dialog}: it is none. */
  readonly uri?: string;
  /** What is still to be chosen. */
  readonly dialog?: 'file' | 'folder';
}

/** Saying where the folders of running processes lie, once each. */
export function registerPathCommands({ engine, log }: Host): vscode.Disposable[] {
  return [
    registerCommand('spanlight.locatePath', log, async (operation) => {
      const asked = operation === undefined ? {} : { operation };
      const questions = await engine.request('spanlight/pathQuestions', asked);
      if (questions.length === 0) {
        void vscode.window.showInformationMessage('Every path that a process named is found, or names no folder.');
        return;
      }
      for (const [i, question] of questions.entries()) {
        const item = await ask(question, i + 1, questions.length);
        if (item === undefined) return;
        const uri = await answerOf(item, question);
        if (uri === null) return;
        const { service, path } = question;
        const learned = await engine.request('spanlight/tellPath', { service, path, ...(uri && { uri }) });
        void vscode.window.setStatusBarMessage(`$(check) ${learned}`, 5000);
      }
    }),
  ];
}

function ask({ service, path, root, files }: PathQuestionView, number: number, of: number) {
  const items: PathItem[] = [
    ...files.map(({ uri, label }) => ({ label, uri })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(file) Choose the file…', dialog: 'file' },
    { label: '$(folder-opened) Choose a folder that it lies below…', dialog: 'folder' },
    { label: '$(circle-slash) It is in no folder of this workspace' },
  ];
  return vscode.window.showQuickPick(items, {
    title: `${path} of ${service}${of > 1 ? ` (${number} of ${of})` : ''}`,
    placeHolder: `Which file it is here; all below ${root} is found by that`,
  });
}

/** The URI that was chosen, undefined for none, null where the dialog was closed. */
async function answerOf({ uri, dialog }: PathItem, { path }: PathQuestionView): Promise<string | undefined | null> {
  if (dialog === undefined) return uri;
  const canSelectFolders = dialog === 'folder';
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders,
    canSelectFiles: !canSelectFolders,
    title: `Where ${path} lies`,
    openLabel: 'It Lies Here',
    ...(defaultUri === undefined ? {} : { defaultUri }),
  });
  return chosen?.[0]?.toString() ?? null;
}
