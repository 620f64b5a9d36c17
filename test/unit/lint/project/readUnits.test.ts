import assert from 'node:assert/strict';
import { relativeToProject } from '../support/memoryFiles';
import { filesOf, unitsById } from './units';

describe('lint: units', () => {
  it('gives a file to the nearest package, and files of a used workspace package to its user too', async () => {
    const named = await unitsById({
      'package.json': '{"workspaces": ["packages/*"]}',
      'scripts/build.js': '',
      'packages/api/package.json': '{"name": "api", "dependencies": {"@shop/otel": "workspace:*"}}',
      'packages/api/src/main.ts': '',
      'packages/otel/package.json': '{"name": "@shop/otel"}',
      'packages/otel/index.ts': '',
    });
    assert.deepEqual(filesOf(named.get('package.json')), ['scripts/build.js']);
    assert.deepEqual(filesOf(named.get('packages/api/package.json')), [
      'packages/api/src/main.ts',
      'packages/otel/index.ts',
    ]);
    assert.deepEqual(named.get('packages/api/package.json')?.uses.map(relativeToProject), [
      'packages/otel/package.json',
    ]);
  });

  it('makes a unit per language where a cut-out has no manifest', async () => {
    const units = await unitsById({ 'src/a.ts': '', 'b/c.py': '' });
    assert.deepEqual(
      [...units.values()].map((unit) => [unit.language, filesOf(unit), unit.deployment.known.is]),
      [
        ['node', ['src/a.ts'], 'unknown'],
        ['python', ['b/c.py'], 'unknown'],
      ],
    );
  });
});
