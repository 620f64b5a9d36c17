import assert from 'node:assert/strict';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nullLogger } from '../../../../src/base/logger';
import { toLine1 } from '../../../../src/base/positions';
import type { OperationKey } from '../../../../src/model/operation';
import { operationId } from '../../../../src/model/operationTable';
import { Snapshots } from '../../../../src/source/drift/snapshots';
import type { CodeOrigin } from '../../../../src/source/drift/origin';
import type { SourceMapper } from '../../../../src/source/sourceMapper';
import { openMapper, operation } from '../../../support/mappingWorkspace';
import { GitRepository, withEmptyFolder } from '../../../support/gitRepository';

const TEXT = `export function list(): number {
  return 1;
}

export function show(): number {
  return 2;
}
`;

/** A file of a process that was heard of now, and where one of its operations is. */
async function withProcess(
  run: (parts: {
    readonly file: string;
    readonly keptIn: string;
    readonly origin: { current: CodeOrigin };
    readonly open: () => Promise<{
      mapper: SourceMapper;
      snapshots: Snapshots;
      ask: () => Promise<string>;
      key: OperationKey;
    }>;
  }) => Promise<void>,
): Promise<void> {
  await withEmptyFolder(async (folder) => {
    const workspace = path.join(folder, 'workspace');
    new GitRepository(workspace).write({ 'src/orders.ts': TEXT, 'package.json': '{}' });
    const file = path.join(workspace, 'src', 'orders.ts');
    const keptIn = path.join(folder, 'kept', 'processes.json');
    const origin: { current: CodeOrigin } = {
      current: { revision: undefined, process: 'a', sinceMs: statSync(file).mtimeMs },
    };
    const open = async () => {
      const snapshots = new Snapshots(keptIn, nullLogger);
      const mapper = await openMapper([workspace], { history: { snapshots, originOf: () => origin.current } });
      const attributes = {
        'code.file.path': '/app/src/orders.ts',
        'code.line.number': 6,
        'code.function.name': 'show',
      };
      const key = operation('INTERNAL', 'show', attributes, { service: 'orders' });
      const ask = async (): Promise<string> => {
        const mapping = await mapper.map(key);
        assert.equal(mapping.status, 'mapped');
        const { line, symbol, measured } = mapping.location;
        return `${toLine1(line)} ${symbol}${measured === undefined ? '' : ` | ${measured.label} | ${measured.text}`}`;
      };
      return { mapper, snapshots, ask, key };
    };
    await run({ file, keptIn, origin, open });
  });
}

describe('files as they were when a process was first heard of', () => {
  it('tell where its lines are now, and which functions changed', () =>
    withProcess(async ({ file, open }) => {
      const { mapper, ask } = await open();
      assert.equal(await ask(), '5 show');
      await mapper.updateFile(file, `// One\n${TEXT.replace('return 1', 'return 3')}`);
      assert.equal(await ask(), '6 show');
      await mapper.updateFile(file, TEXT.replace('return 2', 'return 4'));
      assert.equal(await ask(), '5 show | before the edit | measured when the process began, function changed since');
      await mapper.updateFile(file, TEXT);
      assert.equal(await ask(), '5 show');
    }));

  it('are taken anew for another process', () =>
    withProcess(async ({ file, origin, open }) => {
      const { mapper, ask, key } = await open();
      assert.equal(await ask(), '5 show');
      writeFileSync(file, TEXT.replace('return 2', 'return 4'));
      await mapper.updateFile(file, undefined);
      assert.match(await ask(), /function changed since/);
      origin.current = { revision: undefined, process: 'b', sinceMs: statSync(file).mtimeMs };
      mapper.originsChanged([operationId(key)]);
      assert.equal(await ask(), '5 show');
    }));

  it('are those of the disk, which runs, and not of an editor', () =>
    withProcess(async ({ file, open }) => {
      const { mapper, ask } = await open();
      await mapper.updateFile(file, `\n\n${TEXT.replace('return 2', 'return 4')}`);
      assert.match(await ask(), /^7 show \| before the edit/);
    }));

  it('cannot be had where a file was saved after the process had begun', () =>
    withProcess(async ({ file, open }) => {
      const later = new Date(statSync(file).mtimeMs + 60_000);
      utimesSync(file, later, later);
      const { ask } = await open();
      assert.equal(await ask(), '5 show | before it was saved | measured before src/orders.ts was saved');
    }));

  it('stand in for a version that is the name of no tag', () =>
    withProcess(async ({ file, origin, open }) => {
      const revision = { text: '1.2.3', kind: 'version', from: 'service.version' } as const;
      origin.current = { ...origin.current, revision };
      const { mapper, ask } = await open();
      assert.equal(await ask(), '5 show');
      await mapper.updateFile(file, TEXT.replace('return 2', 'return 4'));
      assert.match(await ask(), /before the edit \| measured when the process began/);
    }));

  it('outlive the engine', () =>
    withProcess(async ({ file, keptIn, open }) => {
      const first = await open();
      await first.ask();
      first.snapshots.dispose();
      assert.ok(statSync(keptIn).size < 1_000, readFileSync(keptIn, 'utf8'));
      assert.ok(!readFileSync(keptIn, 'utf8').includes('return'), 'no text is kept');
      writeFileSync(file, TEXT.replace('return 2', 'return 4'));
      const second = await open();
      assert.match(await second.ask(), /before the edit/);
      writeFileSync(keptIn, 'no JSON');
      const third = await open();
      assert.match(await third.ask(), /^5 show/);
    }));

  it('are bounded by their lines', () => {
    const snapshots = new Snapshots(undefined, nullLogger);
    const lines = Array.from({ length: 50_000 }, (_, i) => i + 1);
    for (let i = 0; i < 10; i++) snapshots.set('a', `/f${i}`, { kind: 'version', version: { lines, functions: [] } });
    const kept = Array.from({ length: 10 }, (_, i) => i).filter((i) => snapshots.get('a', `/f${i}`) !== undefined);
    assert.deepEqual(kept, [3, 4, 5, 6, 7, 8, 9]);
  });
});
