import assert from 'node:assert/strict';
import { readUnits } from '../../../../src/lint/project/readUnits';
import type { ProcessUnit } from '../../../../src/lint/project/processUnit';
import { MemoryFiles, relativeToProject } from '../support/memoryFiles';

async function unitsOf(files: Readonly<Record<string, string>>): Promise<readonly ProcessUnit[]> {
  return (await readUnits(new MemoryFiles(files))).units;
}

function filesOf(unit: ProcessUnit | undefined): string[] {
  return (unit?.files ?? []).map((file) => relativeToProject(file.path)).sort();
}

describe('lint: units', () => {
  it('gives a file to the nearest package, and files of a used workspace package to its user too', async () => {
    const units = await unitsOf({
      'package.json': '{"workspaces": ["packages/*"]}',
      'scripts/build.js': '',
      'packages/api/package.json': '{"name": "api", "dependencies": {"@shop/otel": "workspace:*"}}',
      'packages/api/src/main.ts': '',
      'packages/otel/package.json': '{"name": "@shop/otel"}',
      'packages/otel/index.ts': '',
    });
    const named = new Map(units.map((unit) => [relativeToProject(unit.id), unit]));
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
    const units = await unitsOf({ 'src/a.ts': '', 'b/c.py': '' });
    assert.deepEqual(
      units.map((unit) => [unit.language, filesOf(unit), unit.deployment.known.is]),
      [
        ['node', ['src/a.ts'], 'unknown'],
        ['python', ['b/c.py'], 'unknown'],
      ],
    );
  });
});
