import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { found, HTTP, manifest, sdk } from './support';

const CLIENT = 'export const pay = async () => fetch(`${process.env.PAYMENTS_URL}/pay`);\n';

const SHARED = manifest().replace('"shop"', '"@shop/telemetry"');

/** An application that fetches, beside a package that sets tracing up without undici. */
function workspace(
  setup: string,
  app: Record<string, string>,
  shared = 'packages/telemetry',
): Promise<readonly string[]> {
  return found({
    'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*', 'apps/*'] }),
    [`${shared}/package.json`]: SHARED,
    [`${shared}/src/index.ts`]: setup,
    'apps/orders/package.json': JSON.stringify({
      name: '@shop/orders',
      scripts: { start: 'node dist/index.js' },
      dependencies: { '@shop/telemetry': 'workspace:*' },
    }),
    ...Object.fromEntries(Object.entries(app).map(([name, text]) => [`apps/orders/${name}`, text])),
  });
}

const LIST = sdk(HTTP);
const FUNCTION = LIST.replace('export const sdk', 'export function bootTelemetry() {\nconst sdk').replace(
  'sdk.start();',
  'sdk.start();\n}',
);
const CLASS = `${LIST.replace('export const sdk', 'export class Telemetry {\n  start() {\nconst sdk').replace(
  'sdk.start();',
  'sdk.start();\n}\n}',
)}export function initObservers() {\n  const telemetry = new Telemetry();\n  telemetry.start();\n}\n`;

describe('lint: tracing set up by a package of the workspace', () => {
  const at = ['JS-FETCH-NO-UNDICI packages/telemetry/src/index.ts:10'];
  const calling = (name: string): string => `import { ${name} } from '@shop/telemetry';\n${name}();\n`;

  it('is that of the processes that call it, whatever else their entry does', async () => {
    assert.deepEqual(
      await workspace(FUNCTION, { 'src/index.ts': calling('bootTelemetry'), 'src/payments.ts': CLIENT }),
      at,
    );
    assert.deepEqual(
      await workspace(FUNCTION, { 'src/index.ts': "import './payments';\n", 'src/payments.ts': CLIENT }),
      [],
    );
  });

  it('is not that of a process whose folder only begins the same', async () => {
    const beside = 'apps/orders-telemetry';
    const loaded = { 'src/index.ts': "import './payments';\n", 'src/payments.ts': CLIENT };
    assert.deepEqual(await workspace(FUNCTION, loaded, beside), []);
    const calls = { ...loaded, 'src/index.ts': calling('bootTelemetry') };
    assert.deepEqual(await workspace(FUNCTION, calls, beside), [`JS-FETCH-NO-UNDICI ${beside}/src/index.ts:10`]);
  });

  it('may be the method of a class, or what calls one', async () => {
    const direct = "import { Telemetry } from '@shop/telemetry';\nnew Telemetry().start();\n";
    const shifted = ['JS-FETCH-NO-UNDICI packages/telemetry/src/index.ts:11'];
    assert.deepEqual(await workspace(CLASS, { 'src/index.ts': direct, 'src/payments.ts': CLIENT }), shifted);
    const called = { 'src/index.ts': calling('initObservers'), 'src/payments.ts': CLIENT };
    assert.deepEqual(await workspace(CLASS, called), shifted);
    const unrelated = { 'src/index.ts': 'export const start = () => 1;\nstart();\n', 'src/payments.ts': CLIENT };
    assert.deepEqual(await workspace(CLASS, unrelated), []);
  });

  it('is reached by a function of another file beside it', async () => {
    const beside = (name: string): Promise<readonly string[]> =>
      found({
        'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*', 'apps/*'] }),
        'packages/telemetry/package.json': SHARED,
        'packages/telemetry/src/index.ts': FUNCTION,
        'packages/telemetry/src/preload.ts': `import { bootTelemetry } from './index';\nexport function preloadService() {\n  bootTelemetry();\n}\n`,
        'apps/orders/package.json': JSON.stringify({
          name: '@shop/orders',
          scripts: { start: 'node dist/index.js' },
          dependencies: { '@shop/telemetry': 'workspace:*' },
        }),
        'apps/orders/src/index.ts': `${calling(name)}${CLIENT}`,
      });
    assert.deepEqual(await beside('preloadService'), at);
    assert.deepEqual(await beside('countRequests'), []);
  });

  it('is taken to be started where the file that starts the process is not at hand', async () => {
    assert.deepEqual(await workspace(FUNCTION, { 'src/payments/payments.client.ts': CLIENT }), at);
  });

  it('is nobody’s where a package that others install only has its parts', async () => {
    const core = (more: object): Promise<readonly string[]> =>
      found({
        'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }),
        'packages/telemetry/package.json': SHARED,
        'packages/telemetry/src/index.ts': FUNCTION,
        'packages/core/package.json': JSON.stringify({
          name: '@shop/core',
          dependencies: { '@shop/telemetry': 'workspace:*' },
          ...more,
        }),
        'packages/core/src/http/listen.ts': 'export const serveOn = (app: App, port: number) => app.listen(port);\n',
        'packages/core/src/payments/client.ts': CLIENT,
      });
    assert.deepEqual(await core({ private: true }), at);
    assert.deepEqual(await core({ exports: { '.': './dist/index.js' } }), []);
  });
});

describe('lint: tracing set up by a file beside the packages of a workspace', () => {
  const start = JSON.stringify({
    name: 'orders',
    scripts: { start: 'node src/index.js' },
    dependencies: { express: '^4.19.0' },
  });
  const beside = (index: string, setup = FUNCTION, more: Record<string, string> = {}): Promise<readonly string[]> =>
    found({
      'package.json': manifest(),
      'shared/tracing.ts': setup,
      'services/orders/package.json': start,
      'services/orders/src/index.ts': index,
      'services/orders/src/payments.ts': CLIENT,
      ...more,
    });
  const at = ['JS-FETCH-NO-UNDICI shared/tracing.ts:10'];
  const calls = "import { bootTelemetry } from '../../../shared/tracing';\nbootTelemetry();\nimport './payments';\n";

  it('is that of those that load it by its path', async () => {
    assert.deepEqual(await beside(calls), at);
    const plain = "import '../../../shared/tracing';\nimport './payments';\n";
    assert.deepEqual(await beside(plain, LIST), ['JS-FETCH-NO-UNDICI shared/tracing.ts:9']);
    assert.deepEqual(await beside("import './payments';\n", LIST), []);
    assert.deepEqual(await beside("import '../../../shared/errors';\nimport './payments';\n", LIST), []);
  });

  it('needs no package around it, and leaves the folder alone where other code may be what runs it', async () => {
    const without = async (others: Record<string, string>): Promise<readonly string[]> =>
      (
        await lintProject(nodeCheck, {
          'shared/tracing.ts': FUNCTION,
          'services/orders/package.json': manifest(),
          'services/orders/src/index.ts': calls,
          'services/orders/src/payments.ts': CLIENT,
          ...others,
        })
      ).short;
    assert.deepEqual(await without({}), at);
    assert.deepEqual(await without({ 'dashboard/app.ts': 'export const page = 1;\n' }), []);
  });
});
