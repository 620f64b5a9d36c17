import assert from 'node:assert/strict';
import path from 'node:path';
import { pathQuestions } from '../../../../src/source/paths/pathQuestions';
import type { SourceMapper } from '../../../../src/source/sourceMapper';
import { openMapper, operation, told, withFolder } from '../../../support/mappingWorkspace';

const CODE = 'export function run() {\n  return 1;\n}\n';

const FILES = {
  'billing/lib/orders.ts': CODE,
  'billing/lib/refunds.ts': CODE,
  'store/lib/orders.ts': CODE,
  'store/lib/refunds.ts': CODE,
  'store/lib/deep/inside/once.ts': CODE,
};

const at = (file: string, service = 'shop') =>
  operation('INTERNAL', file, { 'code.file.path': file, 'code.line.number': 2 }, { service });

async function ask(mapper: SourceMapper, ...keys: readonly ReturnType<typeof at>[]) {
  const operations = [];
  for (const key of keys) operations.push({ key, mapping: await mapper.map(key) });
  return pathQuestions(operations);
}

describe('paths that only the user can place', () => {
  it('are asked for once a service and root, with the files that they may be', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const files = ['orders', 'refunds'].map((name) => `/srv/run/lib/${name}.ts`);
      const keys = [...files.map((file) => at(file)), at('C:\\run\\lib\\orders.ts', 'other'), at('/x/none.ts')];
      const questions = await ask(mapper, ...keys, at('orders.ts'), at('/app/node_modules/x/orders.ts'));
      assert.deepEqual(
        questions.map(({ service, root, path: raw, operations }) => [service, root, raw, operations.length]),
        [
          ['shop', '/srv/run', '/srv/run/lib/orders.ts', 2],
          ['shop', '/x', '/x/none.ts', 1],
          ['other', 'C:/run', 'C:\\run\\lib\\orders.ts', 1],
        ],
      );
      assert.deepEqual(questions[0]!.files.map((file) => path.relative(folder, file)).sort(), [
        'billing/lib/orders.ts',
        'store/lib/orders.ts',
      ]);
      assert.deepEqual(questions[1]!.files, []);
    }));

  it('teach the pair of roots, for all below it and for that service alone', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const orders = at('/srv/run/lib/orders.ts');
      const refunds = at('/srv/run/lib/refunds.ts');
      assert.equal(told(mapper, await mapper.map(refunds)), 'unmapped file-not-found');
      const rule = await mapper.pairPath('/srv/run/lib/orders.ts', 'shop', path.join(folder, 'store/lib/orders.ts'));
      assert.deepEqual(rule, { service: 'shop', from: ['srv', 'run'], to: { folder, relative: 'store' } });
      mapper.tellPaths([rule]);
      assert.equal(told(mapper, await mapper.map(orders)), 'store/lib/orders.ts:1 run 0.9');
      assert.equal(told(mapper, await mapper.map(refunds)), 'store/lib/refunds.ts:1 run 0.9');
      const other = at('/srv/run/lib/orders.ts', 'other');
      assert.equal(told(mapper, await mapper.map(other)), 'unmapped file-not-found');
      mapper.tellPaths([]);
      assert.equal(told(mapper, await mapper.map(orders)), 'unmapped file-not-found');
    }));

  it('are paired with a folder that the file lies below, and with nothing that has another name', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const pair = (raw: string, to: string) => mapper.pairPath(raw, 'shop', path.join(folder, to));
      const below = await pair('/srv/run/lib/orders.ts', 'billing');
      assert.deepEqual(below, { service: 'shop', from: ['srv', 'run'], to: { folder, relative: 'billing' } });
      const inner = await pair('/srv/run/lib/orders.ts', 'billing/lib');
      assert.deepEqual(inner?.from, ['srv', 'run', 'lib']);
      assert.equal(await pair('/srv/run/lib/orders.ts', 'billing/lib/refunds.ts'), undefined);
      assert.equal(await pair('/srv/run/lib/other.ts', 'billing'), undefined);
      assert.equal(await mapper.pairPath('/srv/run/lib/orders.ts', 'shop', '/elsewhere/lib/orders.ts'), undefined);
    }));

  it('are not asked for when another path of the root is found alone', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const orders = at('/srv/run/lib/orders.ts');
      assert.equal(told(mapper, await mapper.map(orders)), 'unmapped file-not-found');
      const once = at('/srv/run/lib/deep/inside/once.ts');
      assert.equal(told(mapper, await mapper.map(once)), 'store/lib/deep/inside/once.ts:1 run 0.9');
      assert.equal(told(mapper, await mapper.map(orders)), 'store/lib/orders.ts:1 run 0.9');
    }));
});
