import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { HTTP, sdk, UNDICI } from './support';

const asking = `import http from 'http';
http.createServer(async (request, response) => {
  await fetch(process.env.STOCK_URL!);
  response.end();
}).listen(8080);
`;

const shop = (worker: string, api = asking): ReturnType<typeof lintProject> =>
  lintProject(nodeCheck, {
    'package.json': JSON.stringify(
      {
        name: 'shop',
        scripts: {
          api: 'node -r ./tracing-api.js src/api.js',
          worker: 'node -r ./tracing-worker.js src/worker.js',
        },
        dependencies: { '@opentelemetry/sdk-node': '^0.52.0' },
      },
      null,
      2,
    ),
    'tracing-api.ts': sdk(`${HTTP}, ${UNDICI}`),
    'tracing-worker.ts': sdk(HTTP),
    'src/api.ts': api,
    'src/worker.ts': worker,
  });

describe('lint: two processes of one package with a set-up each', () => {
  it('says in which of them a library is not covered', async () => {
    const { findings, short } = await shop(asking);
    assert.deepEqual(short, ['JS-FETCH-NO-UNDICI tracing-worker.ts:9']);
    assert.match(findings[0]!.message, /in `node -r \.\/tracing-worker\.js src\/worker\.js`/);
    assert.ok(findings[0]!.evidence.some((text) => text.includes('tracing-worker.js src/worker.js')));
  });

  it('leaves alone what only the covered one sends', async () => {
    assert.deepEqual((await shop(`import http from 'http';\nhttp.createServer().listen(8081);\n`)).short, []);
  });
});
