import assert from 'node:assert/strict';
import { nullLogger } from '../../../src/base/logger';
import { NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import type { CodeReader } from '../../../src/lint/programReader';
import { WorkspaceLinter } from '../../../src/lint/workspaceLinter';
import { LazyCode } from '../../../src/syntax/code/lazyCode';
import { sharedSyntax } from '../../support/syntaxGolden';
import { MemoryFiles } from './support/memoryFiles';

const PROCESS = {
  'package.json': JSON.stringify({
    scripts: { start: 'node -r ./tracing.js server.js' },
    dependencies: { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/instrumentation-http': '0.52.0' },
  }),
  'tracing.js': `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`,
  'server.js': `const base = process.env.STOCK_URL;
require('http').createServer(async (request, response) => {
  const found = await fetch(base + request.url);
  response.end(await found.text());
}).listen(80);
`,
};

describe('lint of code that its rules cannot bear', () => {
  it('says which process was not judged, and keeps the findings of the others', async () => {
    const files = new MemoryFiles(
      Object.fromEntries(
        ['orders', 'stock'].flatMap((folder) =>
          Object.entries(PROCESS).map(([path, text]) => [`${folder}/${path}`, text]),
        ),
      ),
    );
    const syntax = await sharedSyntax();
    const code: CodeReader = {
      lazyCode: (path, text, isEdited) =>
        path.includes('orders')
          ? new LazyCode('javascript', text, () => {
              throw new RangeError('Maximum call stack size exceeded');
            })
          : syntax.lazyCode(path, text, isEdited),
    };
    const told: string[] = [];
    const logger = { ...nullLogger, error: (sentence: string) => told.push(sentence) };
    const { findings, units } = await new WorkspaceLinter({ files, code, settings: NO_LINT_SETTINGS, logger }).run();
    assert.deepEqual(
      findings.map(({ rule, file }) => `${rule} ${file.replace(/^.*\/(?=stock|orders)/, '')}`),
      ['JS-FETCH-NO-UNDICI stock/tracing.js'],
    );
    assert.equal(told.length, 1);
    assert.match(told[0]!, /orders\/package\.json was not linted.*\(Maximum call stack size exceeded\)/);
    const facts = units.flatMap((unit) => unit.facts).map(({ topic, text }) => `${topic}: ${text}`);
    assert.ok(facts.includes('skipped: the rules stopped here: Maximum call stack size exceeded'));
  });
});
