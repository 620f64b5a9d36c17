/** Picking, rejecting, forgetting and sharing where an operation belongs, and asking why. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { SpanKind } from '@opentelemetry/api';
import type { SpanlightApi } from '../../../src/vscode/api';
import { SpanSender } from '../support/sentSpans';
import { hintAt, hoverOver, openFile, receiverUrl, spanlight, until } from '../support/spanlight';

/** The command behind a link of a hover, with what it is called with. */
function linkIn(hover: string, command: string): [string, unknown[]] {
  const found = new RegExp(`command:${command.replace('.', '\\.')}\\?([^)]+)\\)`).exec(hover);
  assert.ok(found, `${command} is not linked in ${hover}`);
  return [command, JSON.parse(decodeURIComponent(found[1]!)) as unknown[]];
}

async function follow(hover: string, command: string): Promise<void> {
  const [id, args] = linkIn(hover, command);
  await vscode.commands.executeCommand(id, ...args);
}

describe('choosing where an operation belongs, in VS Code', () => {
  let api: SpanlightApi;
  let shared: string;

  before(async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    shared = path.join(root!.uri.fsPath, '.vscode', 'spanlight.json');
    rmSync(shared, { force: true });
    api = await spanlight();
    const sender = new SpanSender(await receiverUrl(api), 'users');
    const attributes = { 'http.route': '/users/:id', 'http.request.method': 'GET' };
    for (let i = 0; i < 6; i++) {
      sender.send({ name: 'GET /users/:id', kind: SpanKind.SERVER, durationMs: 5, attributes });
    }
    await sender.close();
  });

  after(() => rmSync(path.dirname(shared), { recursive: true, force: true }));

  it('says at both places that each is one of 2, and shows what the link picks', async () => {
    const legacy = await openFile('src/legacy.ts');
    await hoverOver(legacy.document, 'oldUser', /This is one of 2/);
    const users = await openFile('src/users.ts');
    const hover = await hoverOver(users.document, 'getUser', /This is one of 2/);
    await follow(hover, 'spanlight.pickPlace');
    await hintAt(api, users.document, 'function getUser', /6/);
    await hoverOver(users.document, 'getUser', /picked by you → getUser/);
  });

  it('keeps the pick when the engine starts again', async () => {
    await vscode.commands.executeCommand('spanlight.restartEngine');
    const sender = new SpanSender(await receiverUrl(api), 'users');
    const attributes = { 'http.route': '/users/:id', 'http.request.method': 'GET' };
    for (let i = 0; i < 6; i++) {
      sender.send({ name: 'GET /users/:id', kind: SpanKind.SERVER, durationMs: 5, attributes });
    }
    await sender.close();
    const users = await openFile('src/users.ts');
    await hoverOver(users.document, 'getUser', /picked by you → getUser/);
  });

  it('forgets picks, and takes "not this code", which leaves the other', async () => {
    const users = await openFile('src/users.ts');
    await vscode.commands.executeCommand('spanlight.forgetAllPicks');
    const again = await hoverOver(users.document, 'getUser', /This is one of 2/);
    await follow(again, 'spanlight.pickPlace');
    await hoverOver(users.document, 'getUser', /picked by you/);
    await vscode.commands.executeCommand('spanlight.forgetAllPicks');
    await hoverOver(users.document, 'getUser', /This is one of 2/);
    await follow(again, 'spanlight.pickPlace');
    const [, [operation]] = linkIn(again, 'spanlight.pickPlace');
    await until('the pick', async () => (await hoverOver(users.document, 'getUser', /picked by you/)) || undefined);
    await vscode.commands.executeCommand('spanlight.notThisCode', operation);
    const legacy = await openFile('src/legacy.ts');
    const shown = await hoverOver(legacy.document, 'oldUser', /Why here .*oldUser/);
    linkIn(shown, 'spanlight.notThisCode');
  });

  it('shares with the repository, and follows the file when somebody else writes it', async () => {
    await vscode.commands.executeCommand('spanlight.sharePicks');
    const written = JSON.parse(readFileSync(shared, 'utf8')) as { notThisCode: { place: { file: string } }[] };
    assert.deepEqual(
      written.notThisCode.map(({ place }) => place.file),
      ['src/users.ts'],
    );
    const legacy = await openFile('src/legacy.ts');
    await hoverOver(legacy.document, 'oldUser', /Why here/);
    writeFileSync(shared, '{}\n');
    await hoverOver(legacy.document, 'oldUser', /This is one of 2/);
    rmSync(shared);
    assert.equal(existsSync(shared), false);
  });
});
