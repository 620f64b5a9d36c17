import assert from 'node:assert/strict';
import { SourceCode } from '../../../../src/lint/code/sourceCode';
import { importsOne, mayLoad } from '../../../../src/lint/node/loadedModules';
import { LazyCode } from '../../../../src/syntax/code/lazyCode';

/** Of a text that must not be parsed. */
function source(text: string): SourceCode {
  const code = new LazyCode('typescript', text, () => assert.fail('it was parsed'));
  return new SourceCode({ path: '/w/a.ts', folder: '/w', relative: 'a.ts' }, code);
}

describe('lint: which modules a text may load', () => {
  const loading = [
    `import { Kafka } from 'kafkajs';`,
    `import type {\n  Kafka,\n} from\n  "kafkajs"`,
    `import 'kafkajs/polyfill'`,
    `export * from 'kafkajs';`,
    `const { Kafka } = require('kafkajs');`,
    `import kafka = require(\n'kafkajs')`,
    'const kafka = await import(`kafkajs`)',
    `const kafka = await import(/* webpackIgnore: true */ 'kafkajs')`,
    `loadPackage('x', () => require("kafkajs"))`,
  ];
  for (const text of loading) it(`finds ${text}`, () => assert.equal(mayLoad(source(text), 'kafkajs'), true));

  const others = [
    `import { a } from 'b'; const system = 'kafkajs';`,
    `// from kafkajs\nimport { kafkajs } from './own';`,
    `const from = 'x', kafkajs = 1;`,
  ];
  for (const text of others)
    it(`need not be parsed: ${text}`, () =>
      assert.equal(
        importsOne(source(text), ['kafkajs'], () => true),
        false,
      ));

  it('keeps the quotes, so that a whole name can be asked for', () => {
    assert.equal(mayLoad(source(`import net from 'net'`), `'net'`), true);
    assert.equal(mayLoad(source(`import net from 'internet'; f('net')`), `'net'`), false);
  });
});
