import assert from 'node:assert/strict';
import { isToolsOwn, isWatched } from '../../../src/protocol/watchedFiles';

describe('what is listened for on disk', () => {
  it('is what the engine reads: code, manifests, lock files, and what starts a service', () => {
    const names = [
      ...['a.ts', 'a.mjs', 'a.cts', 'a.tsx', 'a.py', 'A.java', 'A.kt', 'a.go', 'A.cs', 'a.js.map'],
      ...['a.rb', 'config.ru', 'a.rake', 'A.php', 'a.rs', 'a.ex', 'a.exs', 'orders.proto', 'Index.cshtml'],
      ...['package.json', 'pnpm-lock.yaml', 'yarn.lock', 'npm-shrinkwrap.json', 'tsconfig.build.json'],
      ...['requirements-dev.txt', 'requirements/base.in', 'uv.lock', 'Pipfile', 'setup.cfg', 'pyproject.toml'],
      ...['go.mod', 'go.work', 'pom.xml', 'build.gradle.kts', 'libs.versions.toml', 'gradle.lockfile'],
      ...['Orders.csproj', 'Directory.Packages.props', 'Directory.Build.targets', 'packages.lock.json'],
      ...[
        'Dockerfile',
        'api.Dockerfile',
        'Containerfile',
        'Procfile',
        'start.sh',
        'compose.yaml',
        '.env.local',
        '.npmrc',
      ],
      ...[
        'orders.service',
        'main.tf',
        '_helpers.tpl',
        'Makefile',
        'application.properties',
        'application.conf',
        'appsettings.json',
      ],
    ];
    assert.deepEqual(
      names.filter((name) => !isWatched(`/shop/${name}`)),
      [],
    );
    assert.deepEqual(['a.log', 'README.md', 'data.json', 'x.png', 'notes.txt'].filter(isWatched), []);
  });

  it('leaves out what tools write for themselves', () => {
    assert.equal(isToolsOwn('/shop/node_modules/a/index.js'), true);
    assert.equal(isToolsOwn('/shop/.git/index'), true);
    assert.equal(isToolsOwn('/shop/node_modules.ts'), false);
  });
});
