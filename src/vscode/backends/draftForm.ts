import * as vscode from 'vscode';
import type { BackendKindItem } from '../../protocol/backends';
import { nameProblem, signInWords, urlProblem, withAddress, withOption, type BackendEntry } from './backendEntry';
import { draftName, type BackendDraft } from './backendDraft';
import { askSignIn } from './signIn';
import { BACK, enterText, pickOne, type Answer } from './steps';

type Field = 'name' | 'url' | 'signIn' | 'tenant' | 'environment' | `option.${string}`;
type FormAction = 'test' | 'remove';

interface FormRow extends vscode.QuickPickItem {
  readonly field?: Field;
  readonly action?: FormAction;
}

/** What the user wants of a draft, and the draft as they left it. */
export interface FormAnswer {
  readonly action: FormAction;
  readonly draft: BackendDraft;
}

/** Shows all of a backend's settings as a list; choosing one changes it. */
export async function editDraft(
  given: BackendDraft,
  steps: { readonly step?: number; readonly totalSteps?: number } = {},
): Promise<FormAnswer | typeof BACK | undefined> {
  let draft = given;
  for (;;) {
    const isNew = draft.replaced === undefined;
    const title = isNew ? `Add ${draftName(draft)}` : `Edit ${draftName(draft)}`;
    const placeholder = 'Test the connection, or choose a setting to change it';
    const rows = formRows(draft);
    const picked = await pickOne(rows, { ...steps, title, placeholder, canGoBack: isNew, active: rows[0] });
    if (picked === undefined || picked === BACK) return picked;
    if (picked.action !== undefined) return { action: picked.action, draft };
    const entry = picked.field === undefined ? BACK : await askField(draft, picked.field, title);
    if (entry !== BACK && entry !== undefined) draft = { ...draft, entry };
  }
}

function formRows(draft: BackendDraft): FormRow[] {
  const { entry, kind, replaced } = draft;
  const row = (field: Field, icon: string, label: string, value: string, detail?: string): FormRow => ({
    ...{ field, label, description: value, iconPath: new vscode.ThemeIcon(icon) },
    ...(detail === undefined ? {} : { detail }),
  });
  const options = Object.entries(kind.options).map(([name, sentence]) =>
    row(`option.${name}`, 'settings', name, String(entry.options?.[name] ?? 'not set'), sentence),
  );
  const remove: FormRow[] =
    replaced === undefined
      ? []
      : [{ label: 'Remove This Backend', iconPath: new vscode.ThemeIcon('trash'), action: 'remove' }];
  return [
    { label: 'Test the Connection', description: 'and save', iconPath: new vscode.ThemeIcon('plug'), action: 'test' },
    ...remove,
    { label: kind.label, kind: vscode.QuickPickItemKind.Separator },
    row('name', 'tag', 'Name', draftName(draft)),
    row('url', 'globe', 'Address', entry.url ?? ''),
    ...(kind.auth.length > 1 ? [row('signIn', 'key', 'Sign-in', signInWords(entry, kind))] : []),
    row('tenant', 'organization', 'Tenant', entry.tenant ?? 'not set', 'Whose traces, where it has several tenants.'),
    row(
      'environment',
      'server-environment',
      'Environment',
      entry.environment ?? 'all',
      'Only traces of this deployment environment.',
    ),
    ...options,
  ];
}

async function askField(draft: BackendDraft, field: Field, title: string): Promise<Answer<BackendEntry>> {
  const { entry, kind, taken } = draft;
  if (field === 'signIn') return askSignIn(draft, { title });
  if (field === 'name') return askName(entry, draftName(draft), taken, { title });
  if (field === 'url') return askUrl(entry, kind, { title });
  if (field === 'tenant' || field === 'environment') {
    const prompt =
      field === 'tenant'
        ? 'Tenant whose traces are shown. Empty: none is named.'
        : 'Deployment environment whose traces are shown. Empty: all.';
    const value = await enterText({ title, prompt, value: entry[field] ?? '', canGoBack: true });
    return typeof value === 'string' ? { ...entry, [field]: value } : value;
  }
  const name = field.slice('option.'.length);
  const prompt = `${kind.options[name] ?? name} Empty: not set.`;
  const value = await enterText({ title, prompt, value: String(entry.options?.[name] ?? ''), canGoBack: true });
  return typeof value === 'string' ? withOption(entry, name, value) : value;
}

interface Where {
  readonly title: string;
  readonly canGoBack?: boolean;
  readonly step?: number;
  readonly totalSteps?: number;
}

/** Asks where the backend is. */
export async function askUrl(entry: BackendEntry, kind: BackendKindItem, where: Where): Promise<Answer<BackendEntry>> {
  const { exampleUrl } = kind;
  const url = await enterText({
    canGoBack: true,
    ...where,
    prompt: `Address of its API, with a path if it has one. Like ${exampleUrl}`,
    value: entry.url ?? exampleUrl,
    placeholder: exampleUrl,
    problem: (text) => urlProblem(text, exampleUrl),
  });
  return typeof url === 'string' ? withAddress(entry, url, kind) : url;
}

/** Asks what the user calls it. */
export async function askName(
  entry: BackendEntry,
  value: string,
  taken: readonly string[],
  where: Where,
): Promise<Answer<BackendEntry>> {
  const prompt = 'What you call it, in the status bar and in lists.';
  const problem = (text: string): string | undefined => nameProblem(text, taken);
  const name = await enterText({ canGoBack: true, ...where, prompt, value, problem });
  return typeof name === 'string' ? { ...entry, name } : name;
}
