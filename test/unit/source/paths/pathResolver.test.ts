import assert from 'node:assert/strict';
import path from 'node:path';
import { openMapper, operation, told, withFolder } from '../../../support/mappingWorkspace';

const SCRIPT = 'export function run() {\n  return 1;\n}\n';
const PYTHON = 'def run():\n    return 1\n';
const GO = 'package orders\n\nfunc Run() int {\n\treturn 1\n}\n';
const SHARP = 'namespace Shop;\npublic class Orders {\n  public void Place() {\n  }\n}\n';

/** Asks where line 2 (or the one given) of a runtime path is. */
async function asking(
  files: Readonly<Record<string, string>>,
  run: (
    ask: (file: string, service?: string, line?: number) => Promise<string>,
    folder: string,
    open: (folder: string, rules?: readonly { from: string; to: string }[]) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(files, async (folder) => {
    let mapper = await openMapper([folder]);
    const open = async (at: string, pathRules: readonly { from: string; to: string }[] = []): Promise<void> => {
      mapper = await openMapper([at], { pathRules });
    };
    const ask = async (file: string, service = 'shop', line = 2): Promise<string> => {
      const attributes = { 'code.file.path': file, 'code.line.number': line };
      const answer = told(mapper, await mapper.map(operation('INTERNAL', file, attributes, { service })));
      return answer.replace(/:\d+ .*$/, '');
    };
    await run(ask, folder, open);
  });
}

describe('files that runtime paths mean', () => {
  it('lie in folders whose names have signs of URLs', () =>
    asking({ 'C#/Shop/Orders.cs': SHARP }, async (ask, folder) => {
      assert.equal(await ask(path.join(folder, 'C#/Shop/Orders.cs')), 'C#/Shop/Orders.cs');
      assert.equal(await ask('D:\\dev\\c#\\shop\\orders.cs'), 'C#/Shop/Orders.cs');
      assert.equal(await ask('\\\\?\\D:\\dev\\C#\\Shop\\Orders.cs'), 'C#/Shop/Orders.cs');
    }));

  it('are found by rules in any case where the process ran under Windows, and on the drive that they name', () =>
    asking({ 'a/deep/run.ts': SCRIPT, 'b/deep/run.ts': SCRIPT }, async (ask, folder, open) => {
      await open(folder, [{ from: 'c:\\Work\\Shop', to: path.join(folder, 'b') }]);
      assert.equal(await ask('C:\\work\\shop\\deep\\run.ts'), 'b/deep/run.ts');
      assert.equal(await ask('D:\\work\\shop\\deep\\run.ts', 'other'), 'unmapped file-not-found');
    }));

  it('are no library’s where the workspace lies in such a folder', () =>
    asking({ 'vendor/acme/jobs/run.py': PYTHON, 'go/src/shop/orders.go': GO }, async (ask, folder, open) => {
      await open(path.join(folder, 'vendor/acme'));
      assert.equal(await ask(path.join(folder, 'vendor/acme/jobs/run.py')), 'jobs/run.py');
      assert.equal(await ask(path.join(folder, 'vendor/acme/site-packages/x/run.py')), 'unmapped library-code');
      await open(path.join(folder, 'go/src/shop'));
      assert.equal(await ask(path.join(folder, 'go/src/shop/orders.go'), 'shop', 4), 'orders.go');
    }));

  it('are named by import path in Go, of a module of the workspace or of a library', () => {
    const files = {
      'a/go.mod': 'module github.com/acme/a\n',
      'b/go.mod': 'module github.com/acme/b\n',
      'a/internal/x.go': GO,
      'b/internal/x.go': GO,
    };
    return asking(files, async (ask) => {
      assert.equal(await ask('github.com/acme/a/internal/x.go', 'unbound', 4), 'a/internal/x.go');
      assert.equal(await ask('/go/src/github.com/acme/b/internal/x.go', 'unbound', 4), 'b/internal/x.go');
      assert.equal(await ask('github.com/other/a/internal/x.go', 'unbound', 4), 'unmapped library-code');
      assert.equal(await ask('net/http/x.go', 'unbound', 4), 'unmapped library-code');
      assert.equal(await ask('/build/a/internal/x.go', 'unbound', 4), 'a/internal/x.go');
    });
  });

  it('are live code rather than the tests that mirror its folders', () =>
    asking({ 'src/shop/jobs/run.py': PYTHON, 'tests/shop/jobs/run.py': PYTHON }, async (ask) => {
      assert.equal(await ask('/code/shop/jobs/run.py', 'unbound'), 'src/shop/jobs/run.py');
      assert.equal(await ask('/code/tests/shop/jobs/run.py', 'unbound'), 'tests/shop/jobs/run.py');
    }));

  it('are not taken for a file of the service that agrees less far than a shared one', () => {
    const files = {
      'services/a/package.json': '{"name": "a"}',
      'services/a/src/run.ts': SCRIPT,
      'libs/common/src/run.ts': SCRIPT,
      'app/src/run.ts': SCRIPT,
    };
    return asking(files, async (ask) => {
      assert.equal(await ask('/srv/libs/common/src/run.ts', 'a'), 'unmapped file-not-found');
      assert.equal(await ask('/srv/src/run.ts', 'a'), 'services/a/src/run.ts');
      // The root of a container is called like a folder of the repository.
      assert.equal(await ask('/app/src/run.ts', 'a'), 'services/a/src/run.ts');
    });
  });
});
