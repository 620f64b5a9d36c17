import assert from 'node:assert/strict';
import { found, HTTP, sdk } from './support';

describe('lint: the address of a request that another file exports', () => {
  const shop = (imports: string, config: Record<string, string>): Promise<readonly string[]> =>
    found({
      'src/tracing.ts': sdk(HTTP),
      'src/main.ts': `import './tracing';
import http from 'http';
${imports}
http.createServer(async (request, response) => {
  await fetch(target, { method: 'POST' });
  response.end();
}).listen(8080);
`,
      ...config,
    });
  const AT = ['JS-FETCH-NO-UNDICI src/tracing.ts:9'];

  it("is a vendor's by the name of the setting, or by its text", async () => {
    const imported = `import { target } from './config';`;
    for (const value of ['process.env.SLACK_WEBHOOK_URL', `process.env['GITHUB_API_URL']`, `'https://api.stripe.com'`])
      assert.deepEqual(await shop(imported, { 'src/config.ts': `export const target = ${value};\n` }), []);
    const own = 'export const target = process.env.STOCK_URL;\n';
    assert.deepEqual(await shop(imported, { 'src/config.ts': own }), AT);
  });

  it('is that of a CommonJS module', async () => {
    const required = `const { target } = require('./config');`;
    const config = 'module.exports = { target: process.env.SLACK_WEBHOOK_URL };\n';
    assert.deepEqual(await shop(required, { 'src/config.js': config }), []);
  });
});
