import assert from 'node:assert/strict';
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
