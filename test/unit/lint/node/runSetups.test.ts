import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { found, HTTP, manifest, sdk } from './support';

const AT = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

describe('lint: a set-up that the process does not run', () => {
  const main = (first: string): string => `${first}
import http from 'http';
http.createServer(async (request, response) => {
  await fetch(process.env.STOCK_URL!);
  response.end();
}).listen(8080);
`;

  it('is exported and never called, where its file is loaded', async () => {
    const setup = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
export function startTracing() {
  new NodeSDK({ instrumentations: [${HTTP}] }).start();
}
export const service = 'stock';
`;
    const imported = `import { service } from './tracing';\nconsole.log(service);`;
    assert.deepEqual(await found({ 'src/tracing.ts': setup, 'src/main.ts': main(imported) }), []);
    const called = `import { startTracing } from './tracing';\nstartTracing();`;
    const at = ['JS-FETCH-NO-UNDICI src/tracing.ts:4'];
    assert.deepEqual(await found({ 'src/tracing.ts': setup, 'src/main.ts': main(called) }), at);
    const renamed = `import { startAll } from './tracing';\nstartAll();`;
    assert.deepEqual(
      await found({
        'src/tracing.ts': `${setup}export { startTracing as startAll };\n`,
        'src/main.ts': main(renamed),
      }),
      at,
    );
    const index = `export * from './tracing';\n`;
    assert.deepEqual(
      await found({ 'src/tracing.ts': setup, 'src/lib.ts': index, 'src/main.ts': main(`import './lib';`) }),
      at,
    );
  });

  it('is a benchmark of it', async () => {
    assert.deepEqual(await found({ 'bench/run.ts': sdk(HTTP, `import '../src/main';`), 'src/main.ts': main('') }), []);
  });

  it('is loaded by none of its commands, where all of them are known', async () => {
    const project = (command: string, first = ''): Promise<readonly string[]> =>
      found({
        'package.json': manifest(),
        Dockerfile: `FROM node:20\nCOPY . .\nCMD [${command}]\n`,
        'src/tracing.ts': sdk(HTTP),
        'src/main.ts': main(first),
      });
    assert.deepEqual(await project('"node", "dist/main.js"'), []);
    assert.deepEqual(await project('"node", "-r", "./dist/tracing.js", "dist/main.js"'), AT);
    assert.deepEqual(await project('"node", "dist/main.js"', `import './tracing';`), AT);
    assert.deepEqual(await project('"./start.sh"'), AT);
  });

  it('is named where the facts are told', async () => {
    const { explained } = await lintProject(nodeCheck, {
      'package.json': manifest(),
      Dockerfile: 'FROM node:20\nCOPY . .\nCMD ["node", "dist/main.js"]\n',
      'src/tracing.ts': sdk(HTTP),
      'src/main.ts': main(''),
    });
    assert.deepEqual(
      explained.filter((text) => text.startsWith('tracing')),
      [
        'tracing: no set-up was found that runs and exports traces',
        'tracing: NodeSDK, which nothing that starts this process loads or calls',
      ],
    );
  });
});
