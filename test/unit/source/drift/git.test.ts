import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { nullLogger } from '../../../../src/base/logger';
import type { AttributeValue } from '../../../../src/model/attributes';
import type { Mapping } from '../../../../src/model/location';
import { toLine1 } from '../../../../src/base/positions';
import { Git } from '../../../../src/source/drift/git/git';
import { SourceMapper } from '../../../../src/source/sourceMapper';
import { sharedSyntax } from '../../../support/mappingWorkspace';
import { GitRepository, gitIn, withEmptyFolder } from '../../../support/gitRepository';

const ORDERS = `import { pay } from './pay';

export class Orders {
  create(order: string): string {
    const total = pay(order);
    return total;
  }

  cancel(order: string): void {
    pay(order);
  }
}
`;

interface Asked {
  readonly file?: string;
  readonly line?: number;
  readonly function?: string;
  readonly kind?: 'INTERNAL' | 'CLIENT';
  readonly revision?: string;
  readonly version?: string;
  readonly stack?: string;
}

/** An answer as a person reads it: place, and on what it was measured. */
function words(mapper: SourceMapper, mapping: Mapping): string {
  if (mapping.status !== 'mapped') return `${mapping.status}: ${mapping.reason.text}`;
  const { file, line, symbol, measured } = mapping.location;
  return `${mapper.relative(file)}:${toLine1(line)} ${symbol}${measured === undefined ? '' : ` | ${measured.text}`}`;
}

async function open(folder: string, mayRun = (): boolean => true, program?: string): Promise<SourceMapper> {
  const git = new Git({ mayRun, ...(program === undefined ? {} : { program }) });
  const mapper = new SourceMapper({
    folders: [folder],
    syntax: await sharedSyntax(),
    logger: nullLogger,
    history: { git },
  });
  await mapper.start();
  return mapper;
}

function key({ file = '/app/src/orders.ts', line, kind = 'INTERNAL', revision, version, stack, ...more }: Asked) {
  const attributes = new Map<string, AttributeValue>();
  if (stack !== undefined) attributes.set('exception.stacktrace', stack);
  else attributes.set('code.file.path', file);
  if (line !== undefined) attributes.set('code.line.number', line);
  if (more.function !== undefined) attributes.set('code.function.name', more.function);
  const resource = new Map<string, AttributeValue>();
  if (revision !== undefined) resource.set('vcs.ref.head.revision', revision);
  if (version !== undefined) resource.set('service.version', version);
  return { service: 'orders', resource, scope: '', kind, name: 'work', attributes };
}

/** A repository of one file, its first commit, and what is asked of the folder as it is then. */
async function withOrders(
  run: (
    repository: GitRepository,
    first: string,
    ask: (asked: Asked, file?: string) => Promise<string>,
  ) => Promise<void>,
): Promise<void> {
  await withEmptyFolder(async (folder) => {
    const repository = GitRepository.create(folder).write({ 'src/orders.ts': ORDERS, 'package.json': '{}' });
    const first = repository.commit('First');
    await run(repository, first, async (asked) => {
      const mapper = await open(folder);
      return words(mapper, await mapper.map(key(asked)));
    });
  });
}

const CREATE = { line: 5, function: 'create', kind: 'CLIENT' } as const;

describe('lines of an older commit', () => {
  it('are those of now where nothing changed, or only what ends lines', () =>
    withOrders(async (repository, revision, ask) => {
      assert.equal(await ask({ ...CREATE, revision }), 'src/orders.ts:5 Orders.create');
      repository.write({ 'src/orders.ts': ORDERS.replaceAll('\n', '\r\n') });
      assert.equal(await ask({ ...CREATE, revision }), 'src/orders.ts:5 Orders.create');
    }));

  it('are carried through commits and what is not committed', () =>
    withOrders(async (repository, revision, ask) => {
      repository.write({ 'src/orders.ts': `// One\n// Two\n${ORDERS}` }).commit();
      assert.equal(await ask({ ...CREATE, revision }), 'src/orders.ts:7 Orders.create');
      repository.write({ 'src/orders.ts': `// One\n// Two\n\nconst x = 1;\n${ORDERS}` });
      assert.equal(await ask({ ...CREATE, revision }), 'src/orders.ts:9 Orders.create');
      // What it would have been without: another line of the function, or another function.
      assert.match(await ask({ ...CREATE }), /^src\/orders\.ts:8 Orders\.create$/);
    }));

  it('are carried through the unsaved text of an editor', () =>
    withOrders(async (repository, revision) => {
      const mapper = await open(repository.folder);
      const ask = async (): Promise<string> => words(mapper, await mapper.map(key({ ...CREATE, revision })));
      assert.equal(await ask(), 'src/orders.ts:5 Orders.create');
      const file = path.join(repository.folder, 'src/orders.ts');
      await mapper.updateFile(file, `\n\n${ORDERS}`);
      assert.equal(await ask(), 'src/orders.ts:7 Orders.create');
      await mapper.updateFile(file, ORDERS.replace('pay(order);\n    return', 'pay(order + 1);\n    return'));
      assert.equal(
        await ask(),
        `src/orders.ts:4 Orders.create | measured at ${revision.slice(0, 7)}, call changed since`,
      );
    }));

  it('that were changed are at their function, which is found by its name', () =>
    withOrders(async (repository, revision, ask) => {
      const swapped = `export class Orders {
  cancel(order: string): void {
    pay(order);
  }

  create(order: string): string {
    return pay(order + '!');
  }
}
`;
      repository.write({ 'src/orders.ts': swapped }).commit();
      const at = revision.slice(0, 7);
      assert.equal(
        await ask({ line: 4, function: 'create', revision }),
        `src/orders.ts:6 Orders.create | measured at ${at}, function changed since`,
      );
      assert.equal(await ask({ line: 9, function: 'cancel', revision }), 'src/orders.ts:2 Orders.cancel');
      // Without a name the function of then tells.
      assert.equal(
        await ask({ line: 6, revision }),
        `src/orders.ts:6 Orders.create | measured at ${at}, function changed since`,
      );
    }));

  it('of a function that was renamed are in the one that holds its lines', () =>
    withOrders(async (repository, revision, ask) => {
      repository.write({ 'src/orders.ts': ORDERS.replace('create(order', 'place(order') }).commit();
      assert.equal(
        await ask({ line: 4, function: 'create', revision }),
        `src/orders.ts:4 Orders.place | measured at ${revision.slice(0, 7)}, function was called Orders.create`,
      );
    }));

  it('of a function that was moved are in the file that took it', () =>
    withOrders(async (repository, revision, ask) => {
      const rest = ORDERS.replace(/ {2}create[^}]+}\n\n/, '');
      const moved = `import { pay } from './pay';\n\nexport class Orders {\n${/ {2}create[^}]+}\n/.exec(ORDERS)![0]}}\n`;
      repository.write({ 'src/orders.ts': rest, 'src/creating.ts': moved }).commit();
      const answer = await ask({ line: 6, revision });
      assert.match(answer, /^src\/creating\.ts:4 Orders\.create/);
    }));

  it('of frames of exceptions are carried as well', () =>
    withOrders(async (repository, revision, ask) => {
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      const stack =
        'Error: no\n    at Orders.create (/app/src/orders.ts:5:19)\n    at main (/app/node_modules/x/y.js:1:1)';
      assert.equal(await ask({ stack, revision }), 'src/orders.ts:6 Orders.create');
    }));

  it('beyond the end of the file of then are no lines', () =>
    withOrders(async (repository, revision, ask) => {
      repository.write({ 'src/orders.ts': `${ORDERS}${'// more\n'.repeat(50)}` }).commit();
      assert.match(await ask({ line: 40, revision }), /^unmapped/);
    }));

  it('are followed to where a file was moved, in commits and in the work tree', () =>
    withOrders(async (repository, revision, ask) => {
      repository.move('src/orders.ts', 'src/shop/sales.ts').commit();
      assert.equal(await ask({ ...CREATE, revision }), 'src/shop/sales.ts:5 Orders.create');
      repository.write({ 'src/shop/sales.ts': `// One\n${ORDERS}` }).commit();
      assert.equal(await ask({ ...CREATE, revision }), 'src/shop/sales.ts:6 Orders.create');
      repository.move('src/shop/sales.ts', 'src/shop/again/deals.ts');
      assert.equal(await ask({ ...CREATE, revision }), 'src/shop/again/deals.ts:6 Orders.create');
      assert.equal(
        await ask({ ...CREATE, file: 'C:\\build\\src\\orders.ts', revision }),
        'src/shop/again/deals.ts:6 Orders.create',
      );
      assert.match(await ask({ ...CREATE }), /^unmapped/);
    }));

  it('are those of a tag that is called like the version', () =>
    withOrders(async (repository, _, ask) => {
      repository.git('tag', '-a', 'v1.2.0', '-m', 'Release');
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      assert.equal(await ask({ ...CREATE, version: '1.2.0' }), 'src/orders.ts:6 Orders.create');
      assert.match(await ask({ ...CREATE, version: '1.3.0' }), /^src\/orders\.ts:5 Orders\.create$/);
    }));
});

describe('a function that was measured at an older commit', () => {
  it('is told as changed, new or the same, by what it says', () =>
    withOrders(async (repository, revision) => {
      repository.write({
        'src/routes.ts':
          "import express from 'express';\nconst app = express();\nfunction show(req, res) {\n  res.send(1);\n}\napp.get('/orders/:id', show);\n",
      });
      const second = repository.commit();
      const route = (at: string) => ({
        ...key({ revision: at }),
        kind: 'SERVER' as const,
        attributes: new Map<string, AttributeValue>([
          ['http.route', '/orders/:id'],
          ['http.request.method', 'GET'],
        ]),
      });
      const ask = async (at: string): Promise<string> => {
        const mapper = await open(repository.folder);
        return words(mapper, await mapper.map(route(at)));
      };
      assert.equal(await ask(second), 'src/routes.ts:3 show');
      assert.equal(
        await ask(revision),
        `src/routes.ts:3 show | measured at ${revision.slice(0, 7)}, which had no such file`,
      );
      const text =
        "import express from 'express';\n\nconst app = express();\n\nfunction show(req, res) {\n  res.send(1);\n}\napp.get('/orders/:id', show);\n";
      repository.write({ 'src/routes.ts': text }).commit();
      assert.equal(await ask(second), 'src/routes.ts:5 show');
      repository.write({ 'src/routes.ts': text.replace('send(1)', 'send(2)') });
      assert.equal(
        await ask(second),
        `src/routes.ts:5 show | measured at ${second.slice(0, 7)}, function changed since`,
      );
    }));

  it('is asked for anew when the same operation comes from another revision', () =>
    withOrders(async (repository, first) => {
      const changed = ORDERS.replace('return total', 'return total.trim()');
      const second = repository.write({ 'src/orders.ts': changed }).commit();
      const mapper = await open(repository.folder);
      const ask = async (revision: string): Promise<string> =>
        words(mapper, await mapper.map(key({ line: 4, function: 'create', revision })));
      assert.match(await ask(first), /function changed since/);
      assert.equal(await ask(second), 'src/orders.ts:4 Orders.create');
    }));
});

describe('reasons why git cannot tell', () => {
  const asked = { ...CREATE, revision: '3f2c1ab9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f708' };
  const told = async (folder: string, ...options: [mayRun?: () => boolean, program?: string]): Promise<string> => {
    const mapper = await open(folder, ...options);
    const { mapping, history } = await mapper.explain(key(asked));
    const measured = mapping.status === 'mapped' ? mapping.location.measured : undefined;
    assert.equal(measured?.state, 'unknown');
    assert.ok(
      history?.some((note) => note.includes('vcs.ref.head.revision')),
      'the explanation says it as well',
    );
    return measured.text.replace('measured at 3f2c1ab, which ', '');
  };

  it('are told: a commit that is missing, here or in a shallow clone', () =>
    withOrders(async (repository) => {
      assert.equal(await told(repository.folder), 'is not in this clone (git fetch may get it)');
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      await withEmptyFolder(async (folder) => {
        gitIn(folder, 'clone', '-q', '--depth', '1', `file://${repository.folder}`, 'shallow');
        const shallow = await told(path.join(folder, 'shallow'));
        assert.equal(shallow, 'is not in this shallow clone (git fetch --unshallow gets it)');
      });
    }));

  it('are told: a version whose tag a shallow clone may just not have', () =>
    withOrders(async (repository) => {
      repository.git('tag', 'v1.2.0');
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      const measured = async (folder: string): Promise<string | undefined> => {
        const mapping = await (await open(folder)).map(key({ ...CREATE, version: '1.2.0' }));
        return mapping.status === 'mapped' ? mapping.location.measured?.text : undefined;
      };
      await withEmptyFolder(async (folder) => {
        gitIn(folder, 'clone', '-q', '--depth', '1', `file://${repository.folder}`, 'shallow');
        assert.equal(
          await measured(path.join(folder, 'shallow')),
          'measured at 1.2.0, which is the name of no tag in this shallow clone (git fetch --tags gets it, if there is one)',
        );
        gitIn(folder, 'clone', '-q', '--no-tags', `file://${repository.folder}`, 'whole');
        assert.equal(await measured(path.join(folder, 'whole')), undefined, 'most versions are no tags');
      });
    }));

  it('are told: no repository, no git, no trust', () =>
    withOrders(async (repository) => {
      await withEmptyFolder(async (folder) => {
        new GitRepository(folder).write({ 'src/orders.ts': ORDERS, 'package.json': '{}' });
        assert.equal(await told(folder), 'cannot be looked up: the code lies in no git repository');
      });
      const missing = await told(repository.folder, undefined, 'no-such-git');
      assert.equal(missing, 'cannot be looked up: git is not installed, or not in the PATH');
      const untrusted = await told(repository.folder, () => false);
      assert.equal(untrusted, 'cannot be looked up: the workspace is not trusted');
    }));

  it('asks again when the workspace becomes trusted', () =>
    withOrders(async (repository, revision) => {
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      let trusted = false;
      const mapper = await open(repository.folder, () => trusted);
      const ask = async (): Promise<string> => words(mapper, await mapper.map(key({ ...CREATE, revision })));
      assert.match(await ask(), /not trusted/);
      trusted = true;
      mapper.historyChanged();
      assert.equal(await ask(), 'src/orders.ts:6 Orders.create');
    }));

  it('a file that was binary, huge or in Git LFS there', () =>
    withOrders(async (repository) => {
      const texts: [string | Uint8Array, RegExp][] = [
        [new Uint8Array(3_000), /was binary there/],
        [`// ${'x'.repeat(1_100_000)}\n`, /was larger than 1 MB there/],
        ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /is kept by Git LFS/],
      ];
      for (const [content, reason] of texts) {
        const revision = repository.write({ 'src/orders.ts': content }).commit();
        repository.write({ 'src/orders.ts': ORDERS }).commit();
        const mapper = await open(repository.folder);
        assert.match(words(mapper, await mapper.map(key({ ...CREATE, revision }))), reason);
      }
    }));
});

describe('repositories of every kind', () => {
  it('a detached HEAD, a work tree of its own, a folder below the top, a link to the folder', () =>
    withOrders(async (repository, revision) => {
      repository.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      repository.git('checkout', '-q', '--detach');
      const ask = async (folder: string): Promise<string> => {
        const mapper = await open(folder);
        return words(mapper, await mapper.map(key({ ...CREATE, revision })));
      };
      assert.equal(await ask(repository.folder), 'src/orders.ts:6 Orders.create');
      await withEmptyFolder(async (folder) => {
        repository.git('worktree', 'add', '-q', path.join(folder, 'tree'), 'HEAD');
        assert.equal(await ask(path.join(folder, 'tree')), 'src/orders.ts:6 Orders.create');
        symlinkSync(repository.folder, path.join(folder, 'link'), 'dir');
        assert.equal(await ask(path.join(folder, 'link')), 'src/orders.ts:6 Orders.create');
        assert.equal(await ask(path.join(folder, 'link', 'src')), 'orders.ts:6 Orders.create');
      });
    }));

  it('a submodule, by its own commits and by those of the repository around it', () =>
    withOrders(async (repository, revision) => {
      await withEmptyFolder(async (folder) => {
        const outer = GitRepository.create(path.join(folder, 'outer'));
        outer.git('submodule', 'add', '-q', repository.folder, 'services/orders');
        const around = outer.commit();
        const inner = new GitRepository(path.join(outer.folder, 'services/orders'));
        inner.write({ 'src/orders.ts': `// One\n${ORDERS}` }).commit();
        outer.commit();
        for (const named of [around, revision]) {
          const mapper = await open(outer.folder);
          const mapping = await mapper.map(key({ ...CREATE, revision: named }));
          assert.equal(words(mapper, mapping), 'services/orders/src/orders.ts:6 Orders.create');
        }
      });
    }));

  it('runs nothing that a repository configures', () =>
    withOrders(async (repository, revision) => {
      const attributes = '*.ts diff=x filter=x\n';
      repository.write({ '.gitattributes': attributes, 'src/orders.ts': `// One\n${ORDERS}` }).commit();
      repository.write({ 'src/orders.ts': `// One\n// Two\n${ORDERS}` });
      const ran = path.join(repository.folder, 'ran');
      const settings = ['diff.external', 'core.fsmonitor', 'core.pager', 'diff.x.textconv', 'diff.x.command'];
      for (const name of [...settings, 'filter.x.clean', 'filter.x.smudge']) {
        repository.git('config', name, `touch "${ran}"; cat #`);
      }
      const mapper = await open(repository.folder);
      assert.equal(words(mapper, await mapper.map(key({ ...CREATE, revision }))), 'src/orders.ts:7 Orders.create');
      assert.equal(existsSync(ran), false);
      repository.git('diff', revision);
      assert.equal(existsSync(ran), true, 'whoever asks git without care runs it');
    }));
});
