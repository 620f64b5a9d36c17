import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileChangeType } from 'vscode-languageserver-protocol';
import { withSharedRules } from '../../../src/engine/choices/sharedRules';
import { ruleFor } from '../../../src/engine/choices/whyAnswer';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import type { Choice } from '../../../src/model/choice';
import type { HoverContent } from '../../../src/protocol/engine';
import { SpanKind } from '@opentelemetry/api';
import { SpanSender } from '../../integration/support/sentSpans';
import { operation } from '../../support/mappingWorkspace';
import { builtEngine, TestEngine, testSettings, waitFor } from './engineProcess';

const USERS = 'app.get("/users/:id", getUser);\nexport function getUser() {\n  return 1;\n}\n';
const LEGACY =
  'app.get("/users/:id", oldUser);\nexport function oldUser() {\n  return 2;\n}\nexport function idle() {}\n';

function words(content: HoverContent | null): string {
  return (content?.sections ?? [])
    .flatMap(({ rows }) => rows.map((row) => row.map(({ text }) => text).join('')))
    .join('\n');
}

function links(content: HoverContent | null): { command: string; args: readonly string[] }[] {
  return (content?.sections ?? [])
    .flatMap(({ rows }) => rows.flat())
    .flatMap(({ link }) => (link?.kind === 'command' ? [{ command: link.command, args: link.args ?? [] }] : []));
}

describe('engine that is told where operations belong', () => {
  let folder: string;
  let engine: TestEngine;
  let users: string;
  let legacy: string;
  let kept: readonly Choice[] = [];

  before(async function () {
    this.timeout(60_000);
    builtEngine();
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'spanlight-choices-')));
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(
      path.join(folder, 'package.json'),
      '{ "name": "users", "dependencies": { "@opentelemetry/api": "1" } }',
    );
    writeFileSync(path.join(folder, 'src/users.ts'), USERS);
    writeFileSync(path.join(folder, 'src/legacy.ts'), LEGACY);
    engine = await TestEngine.start([folder], testSettings());
    engine.on('spanlight/choicesDidChange', (all) => (kept = all));
    users = await engine.open(path.join(folder, 'src/users.ts'), 'typescript', USERS);
    legacy = await engine.open(path.join(folder, 'src/legacy.ts'), 'typescript', LEGACY);
    const sender = new SpanSender(await engine.receiverUrl(), 'users');
    const attributes = { 'http.route': '/users/:id', 'http.request.method': 'GET' };
    for (let i = 0; i < 6; i++)
      sender.send({ name: 'GET /users/:id', kind: SpanKind.SERVER, durationMs: 5, attributes });
    sender.send({ name: 'nowhere', durationMs: 3, attributes: { 'code.file.path': '/app/lib/users.ts' } });
    await sender.close();
  });

  after(async () => {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const hover = (uri: string, line: number): Promise<HoverContent | null> =>
    engine.request('spanlight/hover', { uri, line, column: 18, theme: 'dark' });
  const until = (uri: string, line: number, expected: RegExp): Promise<HoverContent> =>
    waitFor(`a hover like ${String(expected)}`, async () => {
      const content = await hover(uri, line);
      return expected.test(words(content)) ? content! : undefined;
    });

  it('says at each of two functions that it is one of 2, and how to pick it', async () => {
    const one = await until(users, 1, /: this one and src\/legacy\.ts:2\. This is one of 2/);
    assert.equal(links(one).find(({ command }) => command === 'spanlight.pickPlace')?.args[1], users);
    await until(legacy, 1, /: this one and src\/users\.ts:2\. This is one of 2/);
  });

  it('offers the places, and keeps what is picked', async () => {
    const { here, operations } = await engine.request('spanlight/placeChoices', { uri: users, line: 2 });
    assert.equal(here?.label, 'src/users.ts:2');
    assert.deepEqual(
      operations.map(({ name, places }) => [name, places.map(({ label }) => label).sort()]),
      [['GET /users/:id', ['src/legacy.ts:2', 'src/users.ts:2']]],
    );
    const { operation } = operations[0]!;
    const picked = await engine.request('spanlight/choose', {
      operation,
      verdict: 'pick',
      share: false,
      uri: users,
      line: 1,
    });
    assert.equal(picked.place, 'getUser, src/users.ts:2');
    const shown = await until(users, 1, /Why here {2}picked by you → getUser/);
    assert.ok(links(shown).some(({ command }) => command === 'spanlight.forgetPick'));
    assert.match(words(await hover(legacy, 1)), /fits src\/users\.ts:2 better/);
    assert.deepEqual(
      kept.map(({ verdict, place }) => [verdict, place.symbol]),
      [['pick', 'getUser']],
    );
    assert.equal(existsSync(path.join(folder, '.vscode')), false);
  });

  it('explains a function with all that was considered', async () => {
    const why = words(await engine.request('spanlight/why', { uri: users, line: 2 }));
    assert.match(why, /^getUser {2}why here\nGET \/users\/:id {2}users · server\n/);
    assert.match(why, /0\.99 {2}this function, shown here: picked by you → getUser · route GET \/users\/:id → getUser/);
    assert.match(why, /src\/legacy\.ts:2, fits less well: route GET \/users\/:id → oldUser/);
    const idle = await engine.request('spanlight/why', { uri: legacy, line: 4 });
    assert.match(
      words(idle),
      /^idle {2}no spans shown here\nusers sends spans, but none that belongs to this function/,
    );
    assert.match(words(idle), /nowhere {2}users · internal\nNo file of the workspace is \/app\/lib\/users\.ts|may be/);
  });

  it('takes "not this code", which leaves the other of two', async () => {
    const { operations } = await engine.request('spanlight/placeChoices', { uri: users, line: 2 });
    await engine.request('spanlight/choose', { operation: operations[0]!.operation, verdict: 'not', share: false });
    await until(legacy, 1, /Why here {2}route GET \/users\/:id → oldUser \(0\.75\) · not this code/);
    const made = await engine.request('spanlight/choices', null);
    assert.deepEqual(made, [
      {
        id: '0',
        operation: 'GET /users/:id of users',
        verdict: 'not',
        place: 'getUser, src/users.ts:2',
        shared: false,
      },
    ]);
    assert.equal(await engine.request('spanlight/forgetChoices', { ids: ['0'] }), 1);
    await until(users, 1, /one of 2/);
    assert.deepEqual(kept, []);
  });

  it('writes to the repository what is to be shared, and hears what others write there', async () => {
    const { operations } = await engine.request('spanlight/placeChoices', { uri: users, line: 2 });
    const { operation } = operations[0]!;
    await engine.request('spanlight/choose', { operation, verdict: 'pick', share: true, uri: legacy, line: 1 });
    await until(legacy, 1, /picked in \.vscode\/spanlight\.json → oldUser/);
    assert.deepEqual(kept, []);
    const file = path.join(folder, '.vscode/spanlight.json');
    const shared = JSON.parse(readFileSync(file, 'utf8')) as { picks: { place: unknown }[] };
    assert.deepEqual(shared.picks[0]?.place, { file: 'src/legacy.ts', symbol: 'oldUser', line: 2 });

    writeFileSync(file, '{ "picks": [{}] }');
    await engine.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOfPath(file), type: FileChangeType.Changed }],
    });
    await until(users, 1, /one of 2/);
    assert.ok(
      engine.logs.some((line) => line.includes('spanlight.json: picks[0]: "operation" is no object.')),
      engine.logs.join('\n'),
    );
  });

  it('begins with what the host kept', async function () {
    this.timeout(30_000);
    const bad = [{ verdict: 'pick' }, 7] as unknown as Choice[];
    const again = await TestEngine.start([folder], testSettings(), { choices: bad });
    assert.deepEqual(await again.request('spanlight/choices', null), []);
    await again.stop();
  });
});

describe('the rule that leads a path to a file', () => {
  const rule = (sent: string): unknown =>
    ruleFor({ key: operation('INTERNAL', 'x', { 'code.file.path': sent }) }, '/w/services/api/src/a.ts', ['/w']);

  it('pairs what stands before the part that both have', () => {
    assert.deepEqual(rule('/app/src/a.ts'), { from: '/app', to: 'services/api' });
    assert.deepEqual(rule('file:///build/services/api/src/a.ts'), { from: '/build', to: '.' });
    assert.deepEqual(rule('C:\\agent\\a.ts'), { from: 'C:/agent', to: 'services/api/src' });
  });

  it('is none for another file, and for a path that begins nowhere', () => {
    assert.equal(rule('/app/src/b.ts'), undefined);
    assert.equal(rule('src/a.ts'), undefined);
  });
});

describe('rules of the repository', () => {
  it('come after those of the settings, whose folders are relative to the workspace', () => {
    const settings = { pathRules: [{ from: '/app', to: 'api' }], services: { a: 'mine' } };
    const shared = { pathRules: [{ from: '/srv', to: '/w/srv' }], services: { a: '/w/theirs', b: '/w/b' } };
    assert.deepEqual(withSharedRules(settings, ['/w'], shared), {
      pathRules: [
        { from: '/app', to: path.join('/w', 'api') },
        { from: '/srv', to: '/w/srv' },
      ],
      services: { a: 'mine', b: '/w/b' },
    });
    assert.deepEqual(withSharedRules(settings, ['/w'], undefined).services, { a: 'mine' });
  });
});
