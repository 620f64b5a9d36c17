import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  DidCloseTextDocumentNotification,
  type CodeAction,
  type Diagnostic,
} from 'vscode-languageserver-protocol/node';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import { withFolder } from '../../support/mappingWorkspace';
import { testSettings, waitFor, type TestEngine } from './engineProcess';
import { withLintEngine } from './lintEngine';
import { inFolder, LINT_SHOP, MANIFEST, SERVER, TRACING } from './lintShop';

const RULE = 'JS-FETCH-NO-UNDICI';

describe('what can be done about lint, in the engine', function () {
  this.timeout(60_000);

  it('mends all of a rule in the workspace, each manifest once', async () => {
    await withFolder({ ...inFolder('a', LINT_SHOP), ...inFolder('b', LINT_SHOP) }, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'a/tracing.js'), 'javascript', TRACING);
        const [found] = await told(uri, (list) => list.length === 1);
        const all = (await actionsAt(engine, uri, found!)).find(({ title }) => title.startsWith('Fix all'));
        assert.equal(all?.title, `Fix all ${RULE} in the workspace (2)`);
        const { edit } = await engine.connection.sendRequest(CodeActionResolveRequest.type, all);
        const files = Object.keys(edit!.changes!).map((one) => one.slice(uriOfPath(folder).length + 1));
        assert.deepEqual(files.sort(), ['a/package.json', 'a/tracing.js', 'b/package.json', 'b/tracing.js']);
        const put = Object.values(edit!.changes!).flat();
        assert.equal(
          put.filter(({ newText }) => newText.includes('"@opentelemetry/instrumentation-undici"')).length,
          2,
        );
        // What was tried out is forgotten.
        await told(uri, (list) => list.length === 1);
      });
    });
  });

  it('hints in the manifest that is part of a loss, follows its unsaved text, and mends from there', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const manifest = await engine.open(path.join(folder, 'package.json'), 'json', MANIFEST);
        const [hint] = await told(manifest, (list) => list.length === 1);
        assert.deepEqual([hint!.severity, hint!.code], [4, RULE]);
        assert.match(wordsOf(hint!), /tracing\.js:4\. "Add UndiciInstrumentation" mends it/);
        const [fix] = await actionsAt(engine, manifest, hint!);
        assert.equal(fix?.title, 'Add UndiciInstrumentation');
        assert.equal(Object.keys(fix.edit!.changes!).length, 2);
        const code = await engine.open(path.join(folder, 'tracing.js'), 'javascript', TRACING);
        await told(code, (list) => list.length === 1);
        await engine.insert(manifest, 2, 3, '"main": "server.js",\n');
        await told(manifest, (list) => list[0]?.range.start.line === hint!.range.start.line + 1);
      });
    });
  });

  it('hints at comments that silence nothing, and takes them away', async () => {
    const server = SERVER.replace('  await', '  // spanlight-ignore JS-FETCH-NO-UNDICY: the mesh\n  await');
    await withFolder({ ...LINT_SHOP, 'server.js': server }, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'server.js'), 'javascript', server);
        const [slip] = await told(uri, (list) => list.length === 1);
        assert.deepEqual([slip!.severity, slip!.code, slip!.tags], [4, 'spanlight-ignore', [1]]);
        const [change, remove] = await actionsAt(engine, uri, slip!);
        assert.equal(change?.edit?.changes?.[uri]?.[0]?.newText, RULE);
        assert.equal(remove?.title, 'Remove this comment');
        const { range } = remove.edit!.changes![uri]![0]!;
        assert.deepEqual(range, { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } });
        await engine.insert(uri, 2, 0, '\n');
        await told(uri, (list) => list[0]?.range.start.line === 3);
      });
    });
  });

  it('hears of a changed .gitignore', async () => {
    const settings = testSettings();
    const scope = { ...settings, lint: { ...settings.lint, scope: 'workspace' as const } };
    await withFolder(inFolder('shop', LINT_SHOP), async (folder) => {
      await withLintEngine(
        [folder],
        async (engine, told) => {
          const uri = uriOfPath(path.join(folder, 'shop/tracing.js'));
          await told(uri, (list) => list.length === 1);
          const ignore = path.join(folder, '.gitignore');
          const changed = (type: 1 | 2 | 3): Promise<void> =>
            engine.connection.sendNotification('workspace/didChangeWatchedFiles', {
              changes: [{ uri: uriOfPath(ignore), type }],
            });
          writeFileSync(ignore, 'shop/\n');
          await changed(1);
          await told(uri, (list) => list.length === 0);
          rmSync(ignore);
          await changed(3);
          await told(uri, (list) => list.length === 1);
        },
        scope,
      );
    });
  });

  it('names the folder of each place where several are open', async () => {
    await withFolder({ ...inFolder('left', LINT_SHOP), ...inFolder('right', LINT_SHOP) }, async (parent) => {
      const folders = ['left', 'right'].map((name) => path.join(parent, name));
      await withLintEngine(folders, async (engine, told) => {
        for (const folder of folders) {
          const uri = await engine.open(path.join(folder, 'tracing.js'), 'javascript', TRACING);
          const [found, ...others] = await told(uri, (list) => list.length > 0);
          assert.equal(others.length, 0);
          assert.match(
            wordsOf(found!),
            new RegExp(
              `\`${path.basename(folder)}/package\\.json:\\d+\`.*\\(${path.basename(folder)}/server\\.js:3\\)`,
            ),
          );
          for (const { location } of found!.relatedInformation!) assert.ok(location.uri.startsWith(uriOfPath(folder)));
        }
      });
    });
  });

  it('says why nothing is linted, and what is wrong with the settings', async () => {
    const settings = testSettings();
    await withLintEngine([], async (engine) => {
      assert.match(await engine.request('spanlight/tracingFacts', {}), /Nothing is linted: no folder is open/);
    });
    await withFolder(LINT_SHOP, async (folder) => {
      const odd = { ...settings.lint, severities: { 'NO-SUCH': 'off' }, assumedAgents: ['otel-java-agnet'] };
      await withLintEngine(
        [folder],
        async (engine) => {
          const facts = await waitFor('the facts', async () => {
            const page = await engine.request('spanlight/tracingFacts', {});
            return page.includes('## package.json') ? page : undefined;
          });
          assert.match(facts, /- spanlight\.lint\.severities: There is no rule "NO-SUCH"/);
          assert.match(facts, /- spanlight\.lint\.assumedAgents: .*otel-java-agent is one/);
          await engine.notify('spanlight/didChangeSettings', { ...settings, lint: { ...odd, scope: 'off' } });
          const off = await waitFor('the other facts', async () => {
            const page = await engine.request('spanlight/tracingFacts', {});
            return page.includes('`spanlight.lint.scope` is `off`') ? page : undefined;
          });
          assert.ok(!off.includes('## package.json'));
        },
        { ...settings, lint: odd },
      );
    });
  });

  it('shows what is found in a manifest with any open file of its process, and not for others', async () => {
    const manifest = MANIFEST.replace('./tracing.js', '@opentelemetry/auto-instrumentations-node/register').replace(
      /"@opentelemetry\/instr.*\n.*\n/,
      '"@opentelemetry/auto-instrumentations-node": "^0.41.0"\n',
    );
    await withFolder({ 'package.json': manifest, 'src/server.js': SERVER, 'other/a.py': '\n' }, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'src/server.js'), 'javascript', SERVER);
        const place = uriOfPath(path.join(folder, 'package.json'));
        const [found] = await told(place, (list) => list.length === 1);
        assert.deepEqual([found!.code, found!.severity], [RULE, 2]);
        const [fix, ...more] = await actionsAt(engine, place, found!);
        assert.equal(fix!.title, 'Update @opentelemetry/auto-instrumentations-node to ^0.46.0, then install');
        assert.deepEqual(more, [], 'JSON has no comments that could silence a rule');
        assert.equal(fix!.edit!.changes![place]![0]!.newText, '"@opentelemetry/auto-instrumentations-node": "^0.46.0"');
        await engine.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
        await told(place, (list) => list.length === 0);
      });
    });
  });

  it('stays right while files are renamed, grow beyond reading, and come back', async () => {
    await withFolder(inFolder('shop', LINT_SHOP), async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const file = path.join(folder, 'shop/tracing.js');
        const uri = await engine.open(file, 'javascript', TRACING);
        await told(uri, (list) => list.length === 1);
        for (let version = 2; version < 42; version++) await engine.insert(uri, version, 0, '/');
        await engine.insert(uri, 42, 0, '\n');
        await told(uri, (list) => list[0]?.range.start.line === 4);
        const large = uriOfPath(path.join(folder, 'shop/server.js'));
        const saved = (text: string): Promise<void> => {
          writeFileSync(path.join(folder, 'shop/server.js'), text);
          const changes = [{ uri: large, type: 2 }];
          return engine.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
        };
        await saved(`${SERVER}// ${'x'.repeat(2_000_000)}\n`);
        await told(uri, (list) => list.length === 0);
        await saved(SERVER);
        await told(uri, (list) => list.length === 1);
        rmSync(path.join(folder, 'shop'), { recursive: true });
        const gone = { changes: [{ uri: uriOfPath(path.join(folder, 'shop')), type: 3 }] };
        await engine.connection.sendNotification('workspace/didChangeWatchedFiles', gone);
        await told(uri, (list) => list.length === 0);
        mkdirSync(path.join(folder, 'shop'));
        for (const [name, text] of Object.entries(LINT_SHOP)) writeFileSync(path.join(folder, 'shop', name), text);
        const back = { changes: [{ uri: uriOfPath(path.join(folder, 'shop')), type: 1 }] };
        await engine.connection.sendNotification('workspace/didChangeWatchedFiles', back);
        await told(uri, (list) => list.length === 1);
      });
    });
  });
});

async function actionsAt(engine: TestEngine, uri: string, { range }: Diagnostic): Promise<CodeAction[]> {
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  return (await engine.connection.sendRequest(CodeActionRequest.type, params)) as CodeAction[];
}

function wordsOf({ message }: Diagnostic): string {
  return typeof message === 'string' ? message : message.value;
}
