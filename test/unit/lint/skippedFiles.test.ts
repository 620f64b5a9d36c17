import assert from 'node:assert/strict';
import { NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import { skippedLines } from '../../../src/lint/skippedFile';
import { WorkspaceLinter } from '../../../src/lint/workspaceLinter';
import { sharedSyntax } from '../../support/syntaxGolden';
import { MemoryFiles, relativeToProject } from './support/memoryFiles';

const PROJECT = {
  'package.json': JSON.stringify({
    scripts: { start: 'node -r ./tracing.js server.js' },
    dependencies: { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/instrumentation-http': '0.52.0' },
  }),
  'tracing.js': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`,
  'server.js': `const { broken } = require('./broken');
require('http').createServer(async (request, response) => response.end(await fetch(broken))).listen(80);
`,
};

async function skippedOf(more: Readonly<Record<string, string>>): Promise<string[]> {
  const files = new MemoryFiles({ ...PROJECT, ...more });
  const { skipped } = await new WorkspaceLinter({
    files,
    code: await sharedSyntax(),
    settings: NO_LINT_SETTINGS,
  }).run();
  return skippedLines(skipped, relativeToProject).map(({ name, text }) => `${name} ${text}`);
}

describe('what lint does not read', () => {
  it('is nothing where all is well, and declarations are not missed', async () => {
    assert.deepEqual(
      await skippedOf({ 'broken.js': 'exports.broken = 1;\n', 'types.d.ts': 'declare const a: 1;' }),
      [],
    );
  });

  it('names code that the parser cannot make out, whose remains are read', async () => {
    assert.deepEqual(await skippedOf({ 'broken.js': 'exports.broken = fetch(process.env.A {{;\n' }), [
      'broken.js is read in part: the parser does not know all of its syntax',
    ]);
  });

  it('names generated, minified and binary code with the reason', async () => {
    const found = await skippedOf({
      'broken.js': 'exports.broken = 1;\n',
      'orders_pb.js': 'fetch(1)',
      'shell.js': `fetch("${'x'.repeat(40_000)}")`,
      'data.js': 'fetch("\0")',
    });
    assert.deepEqual(found.sort(), [
      'data.js is not read: binary',
      'orders_pb.js is not read: generated, by its name',
      'shell.js is not read: minified',
    ]);
  });

  it('names a few of many', async () => {
    const many = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`gen/a${i + 10}_pb.js`, '']));
    assert.deepEqual(await skippedOf({ 'broken.js': 'exports.broken = 1;\n', ...many }), [
      'gen/a10_pb.js, gen/a11_pb.js, gen/a12_pb.js and 11 more files are not read: generated, by its name',
    ]);
  });
});
