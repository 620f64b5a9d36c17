import assert from 'node:assert/strict';
import { writtenEntries } from '../../../../src/lint/project/node/npmLockRows';

const LOCK = {
  name: 'shop',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'shop', version: '1.0.0', workspaces: ['services/*'], bin: { version: '0.0.1' } },
    'node_modules/@acme/otel': { version: '2.1.0-rc.1', dependencies: { version: '9.9.9' }, engines: { node: '>=18' } },
    'node_modules/orders': { resolved: 'services/orders', link: true },
    'node_modules/none': {},
    'node_modules/renamed': { name: 'other', version: '3.0.0' },
    'services/orders': { version: '1.2.3' },
  },
  dependencies: { kafkajs: { version: '2.2.4' } },
};

describe('lint: the rows of a package-lock.json', () => {
  it('are its entries with their versions and places', () => {
    const text = `${JSON.stringify(LOCK, undefined, 2)}\n`;
    const entries = writtenEntries(text);
    assert.deepEqual(
      entries?.map(({ key, version }) => [key, version]),
      Object.entries(LOCK.packages).map(([key, value]) => [key, 'version' in value ? value.version : undefined]),
    );
    for (const { key, offset } of entries) assert.equal(text.indexOf(`${JSON.stringify(key)}: {`), offset(), key);
  });

  it('are found in time that grows with their number alone, where none has a version', () => {
    const packages = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`node_modules/a${i}`, { link: true }]),
    );
    const entries = writtenEntries(JSON.stringify({ ...LOCK, packages, dependencies: {} }, undefined, 2));
    assert.equal(entries?.length, 100_000);
  }).timeout(20_000);

  const others: Record<string, string> = {
    'in one line': JSON.stringify(LOCK),
    'indented otherwise': JSON.stringify(LOCK, undefined, 4),
    'with the ends of lines of Windows': JSON.stringify(LOCK, undefined, 2).replace(/\n/g, '\r\n'),
    'cut off': JSON.stringify(LOCK, undefined, 2).slice(0, -40),
    'cut off within an entry': JSON.stringify(LOCK, undefined, 2).slice(0, 500),
    'with the marks of a merge': JSON.stringify(LOCK, undefined, 2).replace(
      '    "node_modules/none"',
      '<<<<<<< HEAD\n    "node_modules/none"',
    ),
    'with escapes in keys': JSON.stringify({ ...LOCK, packages: { 'a"b': { version: '1.0.0' } } }, undefined, 2),
    'of version 1': JSON.stringify({ ...LOCK, packages: undefined }, undefined, 2),
    'whose entries are no objects': JSON.stringify({ ...LOCK, packages: { a: ['1.0.0'] } }, undefined, 2),
  };
  for (const [which, text] of Object.entries(others))
    it(`are left to a parser of JSON ${which}`, () => assert.equal(writtenEntries(text), undefined));
});
