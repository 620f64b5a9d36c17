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

  it('keeps the signs of URLs that are part of a name, and drops what stands behind a file', () => {
    assert.equal(read('/home/me/C#/Shop/Orders.cs'), '/home/me/C#/Shop/Orders.cs');
    assert.equal(read('D:\\dev\\C#\\Shop\\Orders.cs'), 'D:/dev/C#/Shop/Orders.cs');
    assert.equal(read('file:///home/me/C%23/why%3F/a.js?t=17#x'), '/home/me/C#/why?/a.js');
    assert.equal(read('/app/src/[id]/a.ts?v=3'), '/app/src/[id]/a.ts');
  });

  it('reads the long paths and the shares of Windows', () => {
    assert.equal(read('\\\\?\\D:\\dev\\shop\\a.rs'), 'D:/dev/shop/a.rs');
    assert.equal(read('\\\\?\\UNC\\build\\share\\shop\\a.rs'), '/build/share/shop/a.rs');
    assert.equal(read('\\\\build\\share\\shop\\a.rs'), '/build/share/shop/a.rs');
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
      'C:/Program Files/Go/src/net/http/server.go',
      '/home/me/sdk/go1.22.0/src/runtime/proc.go',
      '/opt/homebrew/Cellar/go/1.22.0/libexec/src/net/http/server.go',
      'github.com/other/kit@v1.4.0/orders/orders.go',
      '/usr/local/bundle/gems/rack-3.0.8/lib/rack.rb',
      '/usr/local/lib/ruby/3.2.0/net/http.rb',
      'internal/process/task_queues.js',
      '/app/vendor/laravel/x.php',
      'node:internal/process/task_queues',
      '<frozen importlib._bootstrap>',
    ]) {
      assert.ok(isLibraryPath(raw), raw);
    }
    for (const raw of [
      '/app/src/vendors.ts',
      '/go/src/app/main.go',
      '/go/src/orders/main.go',
      '/go/src/internal/orders.go',
      '/home/me/go/src/cmd/api/main.go',
      'internal/orders/orders.go',
      '/app/src/gems/shop/orders.py',
      '/srv/lib/python/app.py',
      '/src/gemstones/a.rb',
    ]) {
      assert.ok(!isLibraryPath(raw), raw);
    }
  });
});
