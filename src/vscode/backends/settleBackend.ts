import * as vscode from 'vscode';
import type { Host } from '../host';
import { possibleScopes, removeBackend, useBackend, writeBackend, type BackendScope } from './backendSettings';
import { draftName, type BackendDraft } from './backendDraft';
import { testConnection, type TestAction } from './connectionTest';
import { failedStep, type TestResult } from './connectionWords';
import { EMBEDDED } from './backendEntry';
import { editDraft } from './draftForm';
import { askSignIn } from './signIn';
import { BACK } from './steps';

type Action = 'saveUser' | 'saveWorkspace' | 'edit' | 'again' | 'signIn';

/**
 * From a draft to a backend that is saved: settings, test, and what to do about its outcome, as often as it takes.
 * @returns whether it was saved or removed; {@link BACK} to the question before the settings.
 */
export async function settleBackend(
  host: Host,
  given: BackendDraft,
  steps: { readonly step?: number; readonly totalSteps?: number } = {},
): Promise<boolean | typeof BACK> {
  let draft = given;
  for (;;) {
    const answer = await editDraft(draft, steps);
    if (answer === BACK) return BACK;
    if (answer === undefined) return false;
    draft = answer.draft;
    if (answer.action === 'remove') return remove(host, draft);
    const settled = await testAndSave(host, draft);
    if (typeof settled === 'boolean') return settled;
    draft = settled;
  }
}

/** @returns whether it was saved, or the draft to show the settings of again. */
async function testAndSave(host: Host, given: BackendDraft): Promise<boolean | BackendDraft> {
  let draft = given;
  const { store } = host.backends;
  const isOther = draft.replaced?.name !== draftName(draft);
  if (isOther) {
    // What was kept under this name was for a backend that is gone.
    await store.forgetBackend(draftName(draft));
    if (draft.replaced !== undefined) await store.copy(draft.replaced.name, draftName(draft));
  }
  for (;;) {
    const entry = { ...draft.entry, name: draftName(draft), kind: draft.kind.kind };
    const action = await testConnection(host, { name: entry.name, entry }, (result) => actionsAfter(draft, result));
    if (action === undefined) {
      if (isOther) await store.forgetBackend(entry.name);
      return false;
    }
    if (action === 'edit') return draft;
    if (action === 'signIn') {
      const signedIn = await askSignIn(draft, { title: `Sign in to ${entry.name}` });
      if (signedIn === BACK || signedIn === undefined) return draft;
      draft = { ...draft, entry: signedIn };
    } else if (action !== 'again') {
      await save(host, { ...draft, entry }, action === 'saveWorkspace' ? 'workspace' : 'user');
      return true;
    }
  }
}

function actionsAfter(draft: BackendDraft, result: TestResult): TestAction<Action>[] {
  const failed = result.problem !== undefined ? 'problem' : failedStep(result)?.step;
  const save = saveActions(draft, failed !== undefined);
  const edit: TestAction<Action> = { label: '$(edit) Edit', description: 'change its settings', action: 'edit' };
  const again: TestAction<Action> = { label: '$(debug-restart) Test Again', action: 'again' };
  if (failed === undefined) return [...save, edit, again];
  if (failed === 'problem') return [edit];
  if (failed !== 'authorised') return [edit, again, ...save];
  const auth = draft.entry.auth ?? draft.kind.auth[0];
  // Keys of AWS and of Google are seldom asked for: they lie in the environment or in files.
  const wantsSecret = auth !== 'none' && auth !== 'aws' && auth !== 'google';
  const other: TestAction<Action> = { label: '$(key) Enter the Secret', action: 'again' };
  const signIn: TestAction<Action> = {
    label: '$(key) Set How to Sign In',
    description: wantsSecret ? 'another way' : 'it wants to know who asks',
    action: 'signIn',
  };
  const ways = draft.kind.auth.length > 1 ? [signIn] : [];
  return [...(wantsSecret ? [other] : []), ...ways, edit, ...(wantsSecret ? [] : [again]), ...save];
}

function saveActions(draft: BackendDraft, anyway: boolean): TestAction<Action>[] {
  const verb = anyway
    ? '$(save) Save Anyway'
    : draft.replaced === undefined
      ? '$(check) Save and Use'
      : '$(check) Save';
  if (draft.replaced !== undefined) {
    const [scope] = possibleScopes();
    return [{ label: verb, action: scope === 'workspace' ? 'saveWorkspace' : 'saveUser' }];
  }
  const places: Readonly<Record<BackendScope, TestAction<Action>>> = {
    user: { label: verb, description: 'in your settings, for all windows', action: 'saveUser' },
    workspace: {
      label: `${verb} in This Workspace`,
      description: 'in its settings, for all who open it',
      action: 'saveWorkspace',
    },
  };
  return possibleScopes().map((scope) => places[scope]);
}

async function save(host: Host, draft: BackendDraft, scope: BackendScope): Promise<void> {
  const { replaced } = draft;
  const name = draftName(draft);
  const wasActive = replaced !== undefined && host.status.status?.source.name === replaced.name;
  await writeBackend(draft.entry, draft.kind, scope, replaced);
  host.log.info(`The backend ${name} was saved in the ${scope === 'user' ? "user's" : "workspace's"} settings.`);
  if (replaced !== undefined && replaced.name !== name) await host.backends.store.forgetBackend(replaced.name);
  if (replaced === undefined) await useBackend(name, scope);
  else if (wasActive && replaced.name !== name) await useBackend(name);
}

async function remove(host: Host, { replaced }: BackendDraft): Promise<boolean> {
  if (replaced === undefined) return false;
  const { name } = replaced;
  const detail = 'Its entry in the settings and its secrets are removed. Its traces stay where they are.';
  const picked = await vscode.window.showWarningMessage(`Remove ${name}?`, { modal: true, detail }, 'Remove');
  if (picked === undefined) return false;
  if (host.status.status?.source.name === name) await useBackend(EMBEDDED);
  await removeBackend(replaced);
  await host.backends.store.forgetBackend(name);
  host.log.info(`The backend ${name} was removed, and its secrets with it.`);
  return true;
}
