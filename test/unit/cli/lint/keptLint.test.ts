import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nullLogger } from '../../../../src/base/logger';
import { KeptLint } from '../../../../src/cli/lint/keptLint';
import type { KeptAnswer } from '../../../../src/cli/lint/keptRun';
import { NotedFiles } from '../../../../src/cli/lint/notedFiles';
import { NO_LINT_SETTINGS } from '../../../../src/lint/lintSettings';
import type { CodeReader } from '../../../../src/lint/programReader';
import { WorkspaceLinter } from '../../../../src/lint/workspaceLinter';
import { WorkspaceFiles } from '../../../../src/source/workspace/workspaceFiles';
import { SyntaxService } from '../../../../src/syntax/syntaxService';
import { syntaxAssets } from '../../../support/syntaxAssets';

const SETUP = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`;

const CALLS = `const http = require('http');
http.createServer(async (request, response) => {
  const stock = await fetch(process.env.STOCK_URL);
  response.end();
}).listen(8080);
`;

const QUIET = CALLS.replace('await fetch(process.env.STOCK_URL)', '1');

/** A run, with what it read and what it had to say. */
interface Run {
  readonly answer: KeptAnswer;
  /** Relative, sorted. */
  readonly read: readonly string[];
  readonly warnings: readonly string[];
}

describe('runs of spanlight lint', () => {
  let syntax: SyntaxService;
  let folder: string;
  let cache: string;
  before(async () => {
    syntax = await SyntaxService.create(syntaxAssets());
  });
  after(() => syntax.dispose());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'spanlight-kept-'));
    cache = mkdtempSync(path.join(tmpdir(), 'spanlight-kept-cache-'));
    for (const name of ['shop', 'stock']) {
      const dependencies = { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/instrumentation-http': '0.52.0' };
      const scripts = { start: 'node -r ./tracing.js server.js' };
      write(`${name}/package.json`, JSON.stringify({ name, scripts, dependencies }, undefined, 2));
      write(`${name}/tracing.js`, SETUP);
      write(`${name}/server.js`, name === 'shop' ? CALLS : QUIET);
    }
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(cache, { recursive: true, force: true });
  });

  function write(name: string, text: string): void {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }

  /** @param began long after the files were written, unless it is said. */
  async function run(began = Date.now() + 60_000, code: CodeReader = syntax): Promise<Run> {
    const warnings: string[] = [];
    const logger = { ...nullLogger, debug: (message: string) => void warnings.push(message) };
    const kept = await KeptLint.open({ folder: cache, of: [folder], logger, began });
    const files = new WorkspaceFiles([folder], nullLogger, undefined, kept);
    await files.list();
    const noted = new NotedFiles(files);
    const settings = NO_LINT_SETTINGS;
    const known = await kept.answer(files.all());
    const linter = new WorkspaceLinter({ files: noted, code, settings, withoutFacts: true, kept });
    const answer = known ?? (await linter.run());
    if (known === undefined) {
      const { findings, notes, skipped } = answer;
      await kept.save({ findings, notes, skipped }, noted.noted);
    }
    const read = [...noted.noted].map((file) => path.relative(folder, file).split(path.sep).join('/')).sort();
    return { answer, read, warnings };
  }

  const filesWithFindings = ({ answer }: Run): string[] =>
    answer.findings.map(({ file }) => path.relative(folder, file).split(path.sep).join('/'));

  it('answer as the last one where no file changed, and read none', async () => {
    const first = await run();
    assert.deepEqual(filesWithFindings(first), ['shop/tracing.js']);
    const second = await run();
    assert.deepEqual([second.read, second.warnings], [[], []]);
    assert.deepEqual(second.answer.findings, first.answer.findings);
  });

  it('read again only the process whose source changed', async () => {
    await run();
    write('stock/server.js', CALLS);
    const second = await run();
    assert.deepEqual(filesWithFindings(second), ['shop/tracing.js', 'stock/tracing.js']);
    assert.ok(second.read.includes('stock/server.js'));
    assert.ok(!second.read.includes('shop/server.js'));
    assert.deepEqual((await run()).read, [], 'and that is kept, too');
  });

  it('see files that come and go', async () => {
    await run();
    write('stock/client.js', `${QUIET}module.exports = () => fetch(process.env.STOCK_URL);\n`);
    assert.ok((await run()).read.includes('stock/client.js'));
    rmSync(path.join(folder, 'shop/server.js'));
    assert.deepEqual(filesWithFindings(await run()), filesWithFindings(await anew()));
  });

  it('read a process again whose manifest changed', async () => {
    await run();
    const scripts = { start: 'node server.js' };
    write('shop/package.json', JSON.stringify({ name: 'shop', scripts, dependencies: { express: '4.0.0' } }));
    assert.deepEqual(filesWithFindings(await run()), []);
  });

  it('conclude nothing of what was written a moment ago', async () => {
    await run(Date.now());
    write('stock/server.js', CALLS);
    assert.deepEqual(readdirSync(cache), []);
    assert.deepEqual(filesWithFindings(await run()), ['shop/tracing.js', 'stock/tracing.js']);
  });

  it('tell of comments and of what was not read in processes that they do not look at again', async () => {
    write('shop/server.js', `// spanlight-ignore GO-PROP-UNSET: no reason here\n${CALLS}`);
    write('shop/odd.js', `${CALLS}\nconst fetch = = ;\n`);
    const first = await run();
    assert.equal(first.answer.notes.length, 1);
    assert.deepEqual(
      first.answer.skipped.map(({ file }) => path.basename(file)),
      ['odd.js'],
    );
    write('stock/server.js', `${QUIET}\n`);
    const second = await run();
    assert.ok(second.read.includes('stock/server.js') && !second.read.includes('shop/odd.js'));
    assert.deepEqual([second.answer.notes, second.answer.skipped], [first.answer.notes, first.answer.skipped]);
  });

  it('look for everything again where what is kept is broken', async () => {
    await run();
    for (const name of readdirSync(cache)) writeFileSync(path.join(cache, name), 'no run');
    const second = await run();
    assert.deepEqual(filesWithFindings(second), ['shop/tracing.js']);
    assert.match(second.warnings.join(), /last run/);
    assert.deepEqual((await run()).read, []);
  });

  it('keep nothing of a run that a fault cut short', async () => {
    const code = syntax.lazyCode.bind(syntax);
    const faulty: CodeReader = {
      lazyCode: (file, text, isEdited) => {
        if (file.includes('stock')) throw new Error('a fault');
        return code(file, text, isEdited);
      },
    };
    await run(undefined, faulty);
    assert.deepEqual(readdirSync(cache), []);
  });

  /** Without what is kept. */
  async function anew(): Promise<Run> {
    rmSync(cache, { recursive: true, force: true });
    return run();
  }
});
