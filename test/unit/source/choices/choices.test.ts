import assert from 'node:assert/strict';
import path from 'node:path';
import type { Choice } from '../../../../src/model/choice';
import { chosenOperation, Choices, withChoice } from '../../../../src/source/choices/choices';
import { readSharedFile, withoutSharedChoices, withSharedChoices } from '../../../../src/source/choices/sharedFile';
import { openMapper, operation, told, withFolder } from '../../../support/mappingWorkspace';

const FILES = {
  'src/users.ts': 'app.get("/users/:id", getUser);\nexport function getUser() {\n  return 1;\n}\n',
  'src/legacy.ts':
    'app.get("/users/:id", oldUser);\nexport function oldUser() {\n  return 2;\n}\nexport function other() {}\n',
};

const KEY = operation('SERVER', 'GET /users/:id', { 'http.route': '/users/:id', 'http.request.method': 'GET' });

function choice(verdict: Choice['verdict'], folder: string, file: string, symbol: string, line: number): Choice {
  return { verdict, operation: chosenOperation(KEY), place: { file: path.join(folder, file), symbol, line } };
}

describe('choices of where operations belong', () => {
  it('hold for what was picked, also after edits, and until they are forgotten', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      assert.equal(told(mapper, await mapper.map(KEY)), 'ambiguous 2');
      const changed: number[] = [];
      mapper.onDidChange((ids) => changed.push(ids.length));
      mapper.choose(new Choices([choice('pick', folder, 'src/users.ts', 'getUser', 2)]));
      assert.deepEqual(changed, [1]);
      const mapping = await mapper.map(KEY);
      assert.equal(told(mapper, mapping), 'src/users.ts:2 getUser 0.99');
      assert.ok(mapping.status === 'mapped');
      assert.equal(mapping.location.evidence[0]?.text, 'picked by you → getUser');
      await mapper.updateFile(path.join(folder, 'src/users.ts'), `// one\n\n${FILES['src/users.ts']}`);
      assert.equal(told(mapper, await mapper.map(KEY)), 'src/users.ts:4 getUser 0.99');
      await mapper.updateFile(path.join(folder, 'src/users.ts'), 'export function renamed() {}\n');
      assert.match(told(mapper, await mapper.map(KEY)), /^src\/legacy\.ts:2 oldUser/);
      mapper.choose(new Choices());
      await mapper.updateFile(path.join(folder, 'src/users.ts'), FILES['src/users.ts']);
      assert.equal(told(mapper, await mapper.map(KEY)), 'ambiguous 2');
    }));

  it('take a place that no evidence names', () =>
    withFolder(FILES, async (folder) => {
      const pick = choice('pick', folder, 'src/legacy.ts', 'other', 5);
      const mapper = await openMapper([folder], { choices: new Choices([], [pick]) });
      const mapping = await mapper.map(KEY);
      assert.equal(told(mapper, mapping), 'src/legacy.ts:5 other 0.99');
      assert.ok(mapping.status === 'mapped');
      assert.equal(mapping.location.evidence[0]?.text, 'picked in .vscode/spanlight.json → other');
    }));

  it('leave what was rejected out, so that one of two is the other', () =>
    withFolder(FILES, async (folder) => {
      const notUsers = choice('not', folder, 'src/users.ts', 'getUser', 2);
      const mapper = await openMapper([folder], { choices: new Choices([notUsers]) });
      assert.equal(told(mapper, await mapper.map(KEY)), 'src/legacy.ts:2 oldUser 0.75');
      const { misses } = await mapper.explain(KEY);
      const said = misses.filter(({ code }) => code === 'not-this-code').map(({ text }) => text);
      assert.deepEqual(said, ['You said that it is not getUser (src/users.ts:2).']);
      mapper.choose(new Choices([notUsers, choice('not', folder, 'src/legacy.ts', 'oldUser', 2)]));
      const mapping = await mapper.map(KEY);
      assert.ok(mapping.status === 'unmapped');
      assert.equal(mapping.reason.code, 'not-this-code');
      assert.match(mapping.reason.text, /^You said that it is not .* and nothing else fits\.$/);
    }));

  it('concern the operations they name and no others', () =>
    withFolder(FILES, async (folder) => {
      const pick = choice('pick', folder, 'src/users.ts', 'getUser', 2);
      const mapper = await openMapper([folder], { choices: new Choices([pick]) });
      const elsewhere = { ...KEY, service: 'another' };
      assert.equal(told(mapper, await mapper.map(elsewhere)), 'ambiguous 2');
      const scoped = { ...KEY, scope: '@opentelemetry/instrumentation-express' };
      assert.equal(told(mapper, await mapper.map(scoped)), 'src/users.ts:2 getUser 0.99');
    }));

  it('follow the user where the repository says something else of the same code', () => {
    const shared = choice('pick', '/w', 'a.ts', 'a', 1);
    const rejected = new Choices([{ ...shared, verdict: 'not' }], [shared]).of(KEY);
    assert.equal(rejected.pick, undefined);
    assert.equal(rejected.not.length, 1);
    const own = choice('pick', '/w', 'b.ts', 'b', 1);
    assert.equal(new Choices([own], [shared]).of(KEY).pick?.place.symbol, 'b');
  });

  it('replace what they overrule', () => {
    const first = choice('pick', '/w', 'a.ts', 'a', 1);
    const second = choice('pick', '/w', 'b.ts', 'b', 1);
    assert.deepEqual(withChoice([first], second), [second]);
    const not: Choice = { ...second, verdict: 'not' };
    assert.deepEqual(withChoice([second], not), [not]);
    assert.deepEqual(withChoice([first], not), [first, not]);
  });

  it('keep to identifying attributes that stay', () => {
    const key = operation('CLIENT', 'GET', { 'http.request.method': 'GET', 'server.port': 80, 'code.lineno': 7 });
    assert.deepEqual(chosenOperation(key), {
      service: '',
      kind: 'CLIENT',
      name: 'GET',
      attributes: { 'http.request.method': 'GET' },
    });
  });
});

describe('the checked-in file', () => {
  const folder = path.resolve('/w');

  it('gives back what was written, and keeps the rest of itself', () => {
    const pick = choice('pick', folder, 'src/a.ts', 'a', 1);
    const not = choice('not', folder, 'src/b.ts', 'b', 2);
    const text = withSharedChoices('{ "services": { "orders": "services/orders" } }', folder, [pick, not]);
    assert.match(text, /"file": "src\/a\.ts"/);
    const read = readSharedFile(text, folder);
    assert.deepEqual(read.problems, []);
    assert.deepEqual(read.choices, [pick, not]);
    assert.deepEqual(read.services, { orders: path.join(folder, 'services/orders') });
    const less = withoutSharedChoices(text, folder, [pick]);
    assert.deepEqual(readSharedFile(less, folder).choices, [not]);
    assert.deepEqual(JSON.parse(withoutSharedChoices(less, folder, [not])), {
      services: { orders: 'services/orders' },
    });
  });

  it('says what of it cannot be used, and uses the rest', () => {
    const operation = { service: 's', kind: 'SERVER', name: 'n' };
    const place = { file: 'a.ts', symbol: 'a', line: 1 };
    const text = JSON.stringify({
      pick: [],
      picks: [
        { operation, place },
        { operation: { ...operation, kind: 'SERVR' }, place },
        7,
        { operation, place: { ...place, line: 0 } },
      ],
      notThisCode: [{ operation, place: { ...place, file: '../secret.ts' } }],
      pathRules: [
        { from: '/app', to: 'services/api' },
        { from: 3, to: '' },
      ],
      services: { a: 'a', b: '/etc' },
    });
    const { choices, pathRules, services, problems } = readSharedFile(text, folder);
    assert.equal(choices.length, 1);
    assert.deepEqual(pathRules, [{ from: '/app', to: path.join(folder, 'services/api') }]);
    assert.deepEqual(services, { a: path.join(folder, 'a') });
    assert.deepEqual(problems, [
      '"pick" is not known; use picks, notThisCode, pathRules, services.',
      'picks[1]: "kind" is no span kind. Use one of UNSPECIFIED, INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER.',
      'picks[2]: The entry is no object.',
      'picks[3]: "line" is no line. Lines count from 1.',
      'notThisCode[0]: "../secret.ts" leads out of the folder. Write it relative to the folder.',
      'pathRules[1]: "from" is no text.',
      'services, "b": "/etc" leads out of the folder. Write it relative to the folder.',
    ]);
  });

  it('is not rewritten where it cannot be read', () => {
    assert.match(readSharedFile('{ "picks": [', folder).problems[0]!, /^It is not JSON: /);
    assert.deepEqual(readSharedFile('[]', folder).problems, ['It is no object.']);
    assert.throws(() => withSharedChoices('{ "picks": [', folder, []), /not JSON/);
  });
});
