import * as vscode from 'vscode';

/** The user went back to the question before. */
export const BACK = Symbol('back');
export type Answer<T> = T | typeof BACK | undefined;

/** Where in a row of questions one stands. */
interface StepOptions {
  readonly title: string;
  readonly canGoBack?: boolean;
  readonly step?: number;
  readonly totalSteps?: number;
}

/** Lets the user pick one; undefined when they leave. Stays while they look something up in another window. */
export function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: StepOptions & { readonly placeholder: string; readonly active?: T | undefined },
): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.items = items;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  if (options.active !== undefined) pick.activeItems = [options.active];
  return answered(pick, options, (resolve) => pick.onDidAccept(() => resolve(pick.selectedItems[0])));
}

/** Lets the user write a line; undefined when they leave. What `problem` objects to is not taken. */
export function enterText(
  options: StepOptions & {
    readonly prompt: string;
    readonly value?: string;
    readonly placeholder?: string;
    readonly problem?: (text: string) => string | undefined;
  },
): Promise<Answer<string>> {
  const { problem = () => undefined, value = '' } = options;
  const box = vscode.window.createInputBox();
  box.prompt = options.prompt;
  box.placeholder = options.placeholder;
  box.value = value;
  box.valueSelection = [0, value.length];
  return answered(box, options, (resolve) => {
    // An answer that is being written is not complained about before it was given, but for what was objected to once.
    box.onDidChangeValue((text) => {
      if (box.validationMessage !== undefined) box.validationMessage = problem(text);
    });
    box.onDidAccept(() => {
      box.validationMessage = problem(box.value);
      if (box.validationMessage === undefined) resolve(box.value.trim());
    });
  });
}

function answered<T>(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  { title, canGoBack, step, totalSteps }: StepOptions,
  listen: (resolve: (answer: Answer<T>) => void) => void,
): Promise<Answer<T>> {
  input.title = title;
  input.ignoreFocusOut = true;
  input.step = step;
  input.totalSteps = totalSteps;
  input.buttons = canGoBack === true ? [vscode.QuickInputButtons.Back] : [];
  return new Promise<Answer<T>>((resolve) => {
    listen(resolve);
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve(BACK);
    });
    input.onDidHide(() => resolve(undefined));
    input.show();
  }).finally(() => input.dispose());
}
