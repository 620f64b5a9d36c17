import assert from 'node:assert/strict';
import { SameFiles } from '../../../src/lint/code/sameFiles';
import type { SourceCode } from '../../../src/lint/code/sourceCode';
import { NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../../src/lint/workspaceLinter';
import { toLine1 } from '../../../src/base/positions';
import { sharedSyntax } from '../../support/syntaxGolden';
import { sdk } from './node/support';
import { MemoryFiles, relativeToProject } from './support/memoryFiles';

describe('lint: packages that need each other', () => {
  it('are told to have the same files, in whatever order', () => {
    const [a, b, c] = [{}, {}, {}] as SourceCode[];
    const same = new SameFiles();
    const token = same.of([a!, b!]);
    assert.equal(same.of([b!, a!]), token);
    assert.notEqual(same.of([a!, c!]), token);
    assert.notEqual(same.of([a!, b!, c!]), token);
    same.clear();
    assert.notEqual(same.of([a!, b!]), token);
  });

  /** Packages in a ring, each a process; the last one's manifest and set-up are given. */
  async function ring(last: { setup: string; dependencies: Record<string, string> }): Promise<readonly string[]> {
    const files: Record<string, string> = { 'package.json': '{ "private": true, "workspaces": ["packages/*"] }' };
    for (const at of [0, 1, 2]) {
      const of = `packages/p${at}`;
      files[`${of}/package.json`] = JSON.stringify({
        name: `@shop/p${at}`,
        scripts: { start: 'node --require ./src/tracing.js dist/index.js' },
        dependencies: {
          [`@shop/p${(at + 1) % 3}`]: 'workspace:*',
          '@opentelemetry/sdk-node': '^0.57.0',
          ...(at === 2 ? last.dependencies : {}),
        },
      });
      files[`${of}/src/tracing.ts`] = at === 2 ? last.setup : sdk('new HttpInstrumentation()');
      files[`${of}/src/index.ts`] =
        `import { next } from '@shop/p${(at + 1) % 3}';\nexport const ask = () => fetch(\`\${process.env.P${at}_URL}/all\`).then(next);\n`;
    }
    const linter = new WorkspaceLinter({
      files: new MemoryFiles(files),
      code: await sharedSyntax(),
      settings: NO_LINT_SETTINGS,
    });
    return (await linter.run()).findings.map(
      ({ rule, file, range }) => `${rule} ${relativeToProject(file)}:${toLine1(range.startLine)}`,
    );
  }

  it('are each judged by their own set-up', async () => {
    const [covered, bare] = [
      sdk('new HttpInstrumentation(), new UndiciInstrumentation()'),
      sdk('new HttpInstrumentation()'),
    ];
    const of = (at: number): string => `JS-FETCH-NO-UNDICI packages/p${at}/src/tracing.ts:9`;
    assert.deepEqual(await ring({ setup: bare, dependencies: {} }), [of(0), of(1), of(2)]);
    assert.ok(!(await ring({ setup: covered, dependencies: {} })).includes(of(2)));
  });

  it('have a meta package of the version that their own manifest says', async () => {
    const auto = '@opentelemetry/auto-instrumentations-node';
    const setup = sdk('getNodeAutoInstrumentations()', `import { getNodeAutoInstrumentations } from '${auto}';`);
    const found = await ring({ setup, dependencies: { [auto]: '^0.41.0' } });
    assert.ok(found.some((one) => one.includes('packages/p2/src/tracing.ts')));
    const newer = await ring({ setup, dependencies: { [auto]: '^0.55.0' } });
    assert.ok(!newer.some((one) => one.includes('packages/p2/src/tracing.ts')));
  });
});
