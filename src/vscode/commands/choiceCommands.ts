import * as vscode from 'vscode';
import type { ChoiceRequests, OperationChoice, PlaceChoice } from '../../protocol/choices';
import type { Host } from '../host';
import type { MappingNode } from '../views/mappingView';
import { readSetting, registerCommand } from '../register';
import { editorWithCursor } from './editorWithCursor';

const SHARE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('repo'),
  tooltip: 'Share with the repository: writes .vscode/spanlight.json',
};
const OPEN: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: 'Open Code' };

interface PlaceItem extends vscode.QuickPickItem {
  readonly place: PlaceChoice;
}

/** Saying where operations belong, taking it back, and sharing it. */
export function registerChoiceCommands(host: Host): vscode.Disposable[] {
  const { engine, log } = host;
  return [
    registerCommand('spanlight.pickPlace', log, async (operation, uri, line) => {
      if (operation !== undefined && uri !== undefined && line !== undefined) {
        await choose(host, { operation, verdict: 'pick', share: false, uri, line: Number(line) });
      } else await pick(host, operation);
    }),
    registerCommand('spanlight.notThisCode', log, async (operation) => {
      const rejected = operation ?? (await shownAtCursor(host))?.operation;
      if (rejected !== undefined) await choose(host, { operation: rejected, verdict: 'not', share: false });
    }),
    registerCommand('spanlight.forgetPick', log, () => forget(host)),
    registerCommand('spanlight.forgetAllPicks', log, async () => {
      const made = await engine.request('spanlight/choices', null);
      const own = made.filter(({ shared }) => !shared);
      if (own.length === 0) return tell('Nothing was picked in this workspace.');
      await engine.request('spanlight/forgetChoices', { ids: own.map(({ id }) => id) });
      return said(`Forgotten: ${own.length === 1 ? 'one pick' : `${own.length} picks`}`);
    }),
    registerCommand('spanlight.sharePicks', log, async () => {
      const count = await engine.request('spanlight/shareChoices', null);
      if (count === 0) return tell('Nothing was picked in this workspace that the repository does not have.');
      return said(`${count === 1 ? 'One pick is' : `${count} picks are`} in .vscode/spanlight.json now`);
    }),
    registerCommand('spanlight.copySnippet', log, async (node) => {
      const code = codeOf(node);
      if (code === undefined) return;
      await vscode.env.clipboard.writeText(code);
      said('Copied');
    }),
    registerCommand('spanlight.insertSnippet', log, async (node) => {
      const code = codeOf(node);
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) return tell('Open the file that sets up OpenTelemetry, then insert again.');
      if (code !== undefined) await editor.edit((edit) => edit.insert(editor.selection.active, code));
    }),
    registerCommand('spanlight.addPathRule', log, async (from, to) => {
      if (from === undefined || to === undefined) return;
      const rules = [...readSetting('spanlight.source.paths'), { from: from === '' ? '/' : from, to }];
      await vscode.workspace
        .getConfiguration()
        .update('spanlight.source.paths', rules, vscode.ConfigurationTarget.Workspace);
    }),
  ];
}

async function choose(host: Host, chosen: ChoiceRequests['spanlight/choose']['params']): Promise<void> {
  const { place } = await host.engine.request('spanlight/choose', chosen);
  said(chosen.verdict === 'pick' ? `Picked: ${place}` : `Not its code any more: ${place}`);
}

async function pick(host: Host, asked: string | undefined): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const at = editor && { uri: editor.document.uri.toString(), line: editor.selection.active.line };
  const { operations, here } = await host.engine.request('spanlight/placeChoices', {
    ...(asked === undefined ? {} : { operation: asked }),
    ...at,
  });
  const operation = operations.length > 1 ? await whichOperation(operations) : operations[0];
  if (operation === undefined) {
    if (operations.length === 0) tell('No operation without a sure place is known here.');
    return;
  }
  const isListed = operation.places.some(({ uri, line }) => uri === here?.uri && line === here.line);
  const places = here === undefined || isListed ? operation.places : [...operation.places, here];
  if (places.length === 0) return tell('Put the cursor into the function that it belongs to, then pick again.');
  const picked = await whichPlace(operation, places);
  if (picked === undefined) return;
  const { uri, line } = picked.place;
  await choose(host, { operation: operation.operation, verdict: 'pick', share: picked.share, uri, line });
}

async function whichOperation(operations: readonly OperationChoice[]): Promise<OperationChoice | undefined> {
  const items = operations.map((operation) => ({
    label: operation.name,
    description: operation.service,
    detail: operation.status,
    operation,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: 'The operation whose code you want to pick',
    matchOnDescription: true,
  });
  return picked?.operation;
}

/** A list whose entries have a button each: to look at the code, and to pick for everybody. */
function whichPlace(
  { name, service }: OperationChoice,
  places: readonly PlaceChoice[],
): Promise<{ place: PlaceChoice; share: boolean } | undefined> {
  return new Promise((resolve) => {
    const list = vscode.window.createQuickPick<PlaceItem>();
    list.title = `Code of ${name}, ${service}`;
    list.placeholder = 'The function that this operation measures';
    list.matchOnDescription = true;
    list.items = places.map((place) => ({
      label: place.symbol === '' ? place.label : place.symbol,
      description: place.label,
      detail: `${place.confidence.toFixed(2)}  ${place.why}`,
      buttons: [OPEN, SHARE],
      place,
    }));
    const end = (answer: { place: PlaceChoice; share: boolean } | undefined): void => {
      resolve(answer);
      list.dispose();
    };
    list.onDidTriggerItemButton(({ button, item }) => {
      if (button === SHARE) return end({ place: item.place, share: true });
      void vscode.commands.executeCommand('spanlight.openLocation', item.place.uri, item.place.line);
      return end(undefined);
    });
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      end(item && { place: item.place, share: false });
    });
    list.onDidHide(() => end(undefined));
    list.show();
  });
}

async function shownAtCursor(host: Host): Promise<OperationChoice | undefined> {
  const editor = await editorWithCursor(host);
  if (editor === undefined) return undefined;
  const at = { uri: editor.document.uri.toString(), line: editor.selection.active.line };
  const { operations, here } = await host.engine.request('spanlight/placeChoices', at);
  const shown = operations.filter(({ places }) => places[0]?.uri === here?.uri && places[0]?.line === here?.line);
  if (shown.length === 0) tell('Nothing is shown at this function that could be wrong.');
  return shown.length > 1 ? whichOperation(shown) : shown[0];
}

async function forget(host: Host): Promise<void> {
  const made = await host.engine.request('spanlight/choices', null);
  if (made.length === 0) return tell('Nothing was picked in this workspace.');
  const items = made.map(({ id, operation, verdict, place, shared }) => ({
    label: operation,
    description: `${verdict === 'pick' ? 'is' : 'is not'} ${place}`,
    ...(shared ? { detail: 'in .vscode/spanlight.json, for everybody' } : {}),
    id,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: 'The picks to forget',
    canPickMany: true,
    matchOnDescription: true,
  });
  if (picked === undefined || picked.length === 0) return;
  await host.engine.request('spanlight/forgetChoices', { ids: picked.map(({ id }) => id) });
}

/** The code of a snippet in the view Mapping. */
function codeOf(node: unknown): string | undefined {
  return (node as MappingNode | undefined)?.kind === 'snippet'
    ? (node as { snippet: { code: string } }).snippet.code
    : undefined;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

/** What went as it should is told where it does not get in the way. */
function said(message: string): void {
  void vscode.window.setStatusBarMessage(`$(check) ${message}`, 5000);
}
