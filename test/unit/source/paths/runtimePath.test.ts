import assert from 'node:assert/strict';
import { isLibraryPath } from '../../../../src/source/paths/libraryPaths';
import { parseRuntimePath } from '../../../../src/source/paths/runtimePath';

describe('runtime paths', () => {
  const read = (raw: string): string | undefined => parseRuntimePath(raw)?.text;

  it('reads what the runtimes write', () => {
    assert.equal(read('/app/src/../lib/./a.ts'), '/app/lib/a.ts');
    assert.equal(read('file:///srv/my%20app/a.mjs'), '/srv/my app/a.mjs');
    assert.equal(read('file:///C:/src/a.cs'), 'C:/src/a.cs');
    assert.equal(read('c:\\shop\\src\\A.cs'), 'C:/shop/src/A.cs');
    assert.equal(read('src\\a.ts'), 'src/a.ts');
    assert.equal(read('/app/a.js?t=17#x'), '/app/a.js');
    assert.equal(read('/app/100%.js'), '/app/100%.js');
  });

  it('takes bundlers’ schemes off', () => {
    assert.equal(read('webpack://shop/./src/a.ts?1f2e'), 'src/a.ts');
    assert.equal(read('webpack:///src/a.ts'), 'src/a.ts');
    assert.equal(read('webpack-internal:///(rsc)/./app/page.tsx'), 'app/page.tsx');
    assert.equal(read('turbopack://[project]/src/a.ts'), 'src/a.ts');
  });

  it('refuses what is no file', () => {
    for (const raw of ['', '<anonymous>', 'node:fs', 'https://cdn.example.com/a.js', 'a\0b', '/']) {
      assert.equal(parseRuntimePath(raw), undefined, raw);
    }
  });

  it('knows libraries by their paths', () => {
    for (const raw of [
      '/app/node_modules/express/index.js',
      'C:\\app\\node_modules\\x\\y.js',
      '/usr/lib/python3.11/asyncio/base_events.py',
      '/venv/lib/python3.12/site-packages/flask/app.py',
      '/go/pkg/mod/golang.org/x/net@v0.1.0/http2/server.go',
      '/usr/local/go/src/net/http/server.go',
      '/app/vendor/laravel/x.php',
      'node:internal/process/task_queues',
      '<frozen importlib._bootstrap>',
    ]) {
      assert.ok(isLibraryPath(raw), raw);
    }
    for (const raw of ['/app/src/vendors.ts', '/go/src/app/main.go', '/srv/lib/python/app.py', '/src/gemstones/a.rb']) {
      assert.ok(!isLibraryPath(raw), raw);
    }
  });
});
