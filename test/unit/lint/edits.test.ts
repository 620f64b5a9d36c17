import assert from 'node:assert/strict';
import { NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../../src/lint/workspaceLinter';
import { sharedSyntax } from '../../support/syntaxGolden';
import { MemoryFiles } from './support/memoryFiles';

const SETUP = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`;
const STOCK = `const base = process.env.STOCK_URL;
exports.stock = async (id) => {
  const found = await fetch(base + id);
  return found.json();
};
`;
const PROJECT = {
  'package.json': JSON.stringify({
    name: 'shop',
    scripts: { start: 'node -r ./tracing.js server.js' },
    dependencies: { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/instrumentation-http': '0.52.0' },
  }),
  'tracing.js': SETUP,
  'stock.js': STOCK,
  'server.js': `const { stock } = require('./stock');
require('http').createServer(async (request, response) => response.end(await stock(request.url))).listen(80);
`,
};

describe('lint after an edit', () => {
  it('finds what linting anew finds, edit by edit', async () => {
    const edits: readonly (readonly [keyof typeof PROJECT, string])[] = [
      ['stock.js', `// The stock.\n${STOCK}`],
      ['stock.js', STOCK.replace('fetch(', 'find(')],
      ['stock.js', STOCK.replace('fetch(', 'fetch( (')],
      ['stock.js', STOCK],
      [
        'tracing.js',
        SETUP.replace('new HttpInstrumentation()', 'new HttpInstrumentation(), new UndiciInstrumentation()'),
      ],
      ['tracing.js', SETUP.replace('.start()', '')],
      ['tracing.js', `// spanlight-ignore JS-FETCH-NO-UNDICI: the mesh does it\n${SETUP}`],
      ['tracing.js', SETUP],
      ['package.json', PROJECT['package.json'].replace('sdk-node', 'none')],
      ['package.json', PROJECT['package.json']],
    ];
    const files = new MemoryFiles(PROJECT);
    const linter = await linterOf(files);
    const seen = new Set([JSON.stringify((await linter.run()).findings)]);
    let texts: Record<string, string> = { ...PROJECT };
    for (const [name, text] of edits) {
      texts = { ...texts, [name]: text };
      const file = files.change(name, text);
      linter.edited(file);
      const { findings, units } = await linter.run();
      const anew = await (await linterOf(new MemoryFiles(texts))).run();
      assert.deepEqual(findings, anew.findings, `findings after ${name}: ${text}`);
      assert.deepEqual(units, anew.units);
      seen.add(JSON.stringify(findings));
    }
    assert.ok(seen.size >= 4, `only ${seen.size} results were seen`);
  });

  it('does not keep what an edit made old while it was worked out, whenever the edit comes', async () => {
    for (let turns = 0; turns < 60; turns += 2) {
      const files = new MemoryFiles(PROJECT);
      const linter = await linterOf(files);
      const first = linter.run();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      linter.edited(files.change('stock.js', STOCK.replace('fetch(', 'find(')));
      await first;
      assert.deepEqual((await linter.run()).findings, [], `after ${turns} turns`);
    }
  });
});

async function linterOf(files: MemoryFiles): Promise<WorkspaceLinter> {
  return new WorkspaceLinter({ files, code: await sharedSyntax(), settings: NO_LINT_SETTINGS });
}
