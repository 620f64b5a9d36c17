import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { applyFix, lintProject } from '../support/lintProject';

const MANIFEST = JSON.stringify({
  name: 'shop',
  scripts: { start: 'node -r ./tracing.js server.js' },
  dependencies: {
    '@opentelemetry/sdk-node': '^0.57.0',
    '@opentelemetry/instrumentation-http': '^0.57.0',
    express: '^4.0.0',
  },
});

const SERVER =
  "const app = require('express')();\napp.get('/', async (request, response) => response.json(await fetch('http://stock:8080/all')));\napp.listen(80);\n";

/** What the fix for a fetch that nothing instruments makes of the manifest and of the set-up. */
async function fixed(imports: string, manifest = MANIFEST): Promise<Readonly<Record<string, string>>> {
  const files = {
    'package.json': manifest,
    'tracing.js': `${imports}\nnew NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();\n`,
    'server.js': SERVER,
  };
  const { findings } = await lintProject(nodeCheck, files);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['JS-FETCH-NO-UNDICI'],
  );
  return applyFix(files, findings[0]!.finding);
}

const BOTH =
  "const { NodeSDK } = require('@opentelemetry/sdk-node');\nconst { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');";
const UNDICI = "const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici')";

describe('lint: where fixes for Node put things', () => {
  it('is among the dependencies of a manifest in one line, and in several', async () => {
    const declared = (text: string): unknown => (JSON.parse(text) as { dependencies: object }).dependencies;
    const name = '@opentelemetry/instrumentation-undici';
    for (const indent of [undefined, 2, '\t']) {
      const manifest = JSON.stringify(JSON.parse(MANIFEST), undefined, indent);
      const text = (await fixed(BOTH, manifest))['package.json']!;
      assert.ok(Object.hasOwn(declared(text) as object, name), text);
      assert.equal(text.split('\n').length, manifest.split('\n').length + (indent === undefined ? 0 : 1));
      if (indent === '\t') assert.match(text, /\n\t\t"@opentelemetry\/instrumentation-undici"/);
    }
  });

  it('is behind what is taken from a module as it is required', async () => {
    for (const last of ["require('./logging').setup", "require('pino')({ level: 'info' })", "require('./a').b.c"]) {
      const imports = `${BOTH}\nconst log = ${last};`;
      const text = (await fixed(imports))['tracing.js']!;
      assert.ok(text.startsWith(`${imports}\n${UNDICI};\n`), text);
    }
  });

  it('is before a declaration of several modules', async () => {
    const several =
      "const { NodeSDK } = require('@opentelemetry/sdk-node'),\n  { HttpInstrumentation } = require('@opentelemetry/instrumentation-http'),\n  level = 1;";
    assert.ok((await fixed(several))['tracing.js']!.startsWith(`${UNDICI}`));
    const first = `'use strict';\n${several}`;
    assert.match((await fixed(first))['tracing.js']!, /^'use strict';\nconst \{ UndiciInst[^]*\n'?const \{ NodeSDK/);
  });

  it('is behind the semicolon, where there is one, and a comment stays where it is', async () => {
    const text = (await fixed(`${BOTH} // patched first`))['tracing.js']!;
    assert.ok(text.includes(`instrumentation-http');\n${UNDICI};`), text);
  });
});
