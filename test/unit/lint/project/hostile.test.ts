import assert from 'node:assert/strict';
import { readUnits } from '../../../../src/lint/project/readUnits';
import { MemoryFiles } from '../support/memoryFiles';
import { filesOf, unitsById } from './units';

describe('lint: large and hostile workspaces', () => {
  it('reads a monorepo of 200 packages that all need the next', async () => {
    const files: Record<string, string> = { 'package.json': '{"workspaces": ["packages/*"]}' };
    for (let i = 0; i < 200; i++) {
      files[`packages/p${i}/package.json`] = JSON.stringify({
        name: `@mono/p${i}`,
        dependencies: { [`@mono/p${(i + 1) % 200}`]: 'workspace:*', kafkajs: '^2' },
      });
      files[`packages/p${i}/index.ts`] = '';
    }
    const { units } = await readUnits(new MemoryFiles(files));
    assert.equal(units.length, 201);
    assert.equal(
      filesOf(units.find(({ id }) => id.endsWith('p7/package.json') || id.endsWith('p7\\package.json'))).length,
      200,
    );
  });

  it('ends where requirements include each other', async () => {
    const units = await unitsById({
      'requirements.txt': '-r a.txt\nhttpx\n',
      'a.txt': '-r b.txt\n-c c.txt\n',
      'b.txt': '-r requirements.txt\n-r missing.txt\nflask\n',
      'c.txt': '-c c.txt\nhttpx==0.27.0\n',
      'app.py': '',
    });
    const found = [...(units.get('requirements.txt')?.dependencies.values() ?? [])];
    assert.deepEqual(found.map(({ name, version }) => `${name} ${version ?? '?'}`).sort(), ['flask ?', 'httpx 0.27.0']);
  });

  it('says of a manifest and a lock file that are too large that they were not read', async () => {
    const big = `{"name": "x"}${' '.repeat(3 * 1024 * 1024)}`;
    const lock = ' '.repeat(21 * 1024 * 1024);
    const { units, skipped } = await readUnits(
      new MemoryFiles({
        'a/package.json': big,
        'a/a.js': '',
        'b/package.json': '{}',
        'b/b.js': '',
        'b/package-lock.json': lock,
      }),
    );
    assert.equal(units.length, 2);
    assert.deepEqual(skipped.map(({ why }) => why).sort(), ['larger than 2097152 bytes', 'larger than 20971520 bytes']);
  });

  it('takes nothing from names that objects have by themselves', async () => {
    const units = await unitsById({
      'package.json':
        '{"name": "__proto__", "dependencies": {"__proto__": "1", "constructor": "workspace:*", "toString": "^2"}}',
      'package-lock.json': '{"lockfileVersion": 3, "packages": {"": {}, "__proto__": {"version": "9.9.9"}}}',
      'index.js': '',
      'pyproject.toml':
        '[project]\nname = "x"\ndependencies = ["constructor"]\n[project.optional-dependencies]\n__proto__ = ["a"]\n',
      'x.py': '',
    });
    assert.equal(units.get('package.json')?.dependencies.get('toString')?.version, undefined);
    assert.equal(units.get('pyproject.toml')?.dependencies.get('constructor')?.scope, 'runtime');
  });
});
