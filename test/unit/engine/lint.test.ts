import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CodeActionRequest, CodeActionResolveRequest, type CodeAction } from 'vscode-languageserver-protocol/node';
import type { EngineNotifications } from '../../../src/protocol/engine';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import { withFolder } from '../../support/mappingWorkspace';
import { encodeJson, testSpanId, testTraceId, type TestSpans } from '../../support/otlpSpans';
import { testSettings, waitFor, type TestEngine } from './engineProcess';
import { withLintEngine } from './lintEngine';
import { inFolder, LINT_SHOP, SERVER, TRACING } from './lintShop';

describe('lint in the engine', function () {
  this.timeout(60_000);

  it('shows what is found in open files, follows edits, and takes back what is mended', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const file = path.join(folder, 'tracing.js');
        const uri = await engine.open(file, 'javascript', TRACING);
        const [found] = await told(uri, (diagnostics) => diagnostics.length === 1);
        assert.equal(found?.code, 'JS-FETCH-NO-UNDICI');
        assert.equal(found.range.start.line, 3);
        assert.equal(found.codeDescription!.href, 'spanlight:/rules/JS-FETCH-NO-UNDICI.md');
        const places = found.relatedInformation!.map(({ location }) => path.basename(location.uri));
        assert.ok(places.includes('server.js'), places.join());

        await engine.insert(uri, 2, 0, '// The set-up of tracing.\n');
        const [moved] = await told(uri, (diagnostics) => diagnostics[0]?.range.start.line === 4);
        assert.equal(moved?.code, 'JS-FETCH-NO-UNDICI');

        await engine.insert(uri, 3, 4, '// spanlight-ignore JS-FETCH-NO-UNDICI: the mesh adds the headers\n');
        await told(uri, (diagnostics) => diagnostics.length === 0);
      });
    });
  });

  it('offers to mend a finding, and to keep the rule silent there', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'tracing.js'), 'javascript', TRACING);
        const [found] = await told(uri, (diagnostics) => diagnostics.length === 1);
        const params = { textDocument: { uri }, range: found!.range, context: { diagnostics: [found!] } };
        const actions = (await engine.connection.sendRequest(CodeActionRequest.type, params)) as CodeAction[];
        const offered = actions.find(({ title }) => title === 'Ignore JS-FETCH-NO-UNDICI here')!;
        assert.equal(offered.edit, undefined, 'it is worked out when it is chosen');
        const ignore = await engine.connection.sendRequest(CodeActionResolveRequest.type, offered);
        assert.deepEqual(ignore.edit?.changes?.[uri], [
          {
            range: { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } },
            newText: '// spanlight-ignore JS-FETCH-NO-UNDICI: reason\n',
          },
        ]);
        const elsewhere = { ...params, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } };
        assert.deepEqual(await engine.connection.sendRequest(CodeActionRequest.type, elsewhere), []);
      });
    });
  });

  it('shows closed files where the whole workspace is asked for, and hears of changes on disk', async () => {
    const settings = testSettings();
    const workspace = { ...settings, lint: { ...settings.lint, scope: 'workspace' as const } };
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine(
        [folder],
        async (engine, told) => {
          const uri = uriOfPath(path.join(folder, 'tracing.js'));
          await told(uri, (diagnostics) => diagnostics.length === 1);
          await engine.notify('spanlight/didChangeSettings', {
            ...workspace,
            lint: { ...workspace.lint, severities: { 'js-fetch-no-undici': 'error', 'NO-SUCH': 'off' } },
          });
          await told(uri, (diagnostics) => diagnostics[0]?.severity === 1);
          await waitFor('a word about the unknown rule', () => engine.logs.find((line) => line.includes('NO-SUCH')));
          writeFileSync(path.join(folder, 'server.js'), SERVER.replace(/await fetch.*\n/, '\n'));
          const changes = [{ uri: uriOfPath(path.join(folder, 'server.js')), type: 2 }];
          await engine.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
          await told(uri, (diagnostics) => diagnostics.length === 0);
        },
        workspace,
      );
    });
  });

  it('hears of folders that come and go, which are told by their own name alone', async () => {
    const settings = testSettings();
    const workspace = { ...settings, lint: { ...settings.lint, scope: 'workspace' as const } };
    const inside = inFolder('shop', LINT_SHOP);
    await withFolder(inside, async (folder) => {
      await withLintEngine(
        [folder],
        async (engine, told) => {
          const [old, moved] = ['shop', 'store.api'].map((name) => path.join(folder, name)) as [string, string];
          const findings = (of: string, count: number): Promise<unknown> =>
            told(uriOfPath(path.join(of, 'tracing.js')), (diagnostics) => diagnostics.length === count);
          await findings(old, 1);
          renameSync(old, moved);
          const changes = [
            { uri: uriOfPath(old), type: 3 },
            { uri: uriOfPath(moved), type: 1 },
          ];
          await engine.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
          await findings(old, 0);
          await findings(moved, 1);

          // The document stays open while its file is gone for a while.
          await engine.open(path.join(moved, 'tracing.js'), 'javascript', TRACING);
          renameSync(moved, old);
          const uri = uriOfPath(moved);
          await engine.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
          await findings(moved, 0);
          renameSync(old, moved);
          await engine.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 1 }] });
          await findings(moved, 1);
        },
        workspace,
      );
    });
  });

  it('takes back what received traces refute, and says so', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'tracing.js'), 'javascript', TRACING);
        await told(uri, (diagnostics) => diagnostics.length === 1);
        await sendClientSpan(engine);
        await told(uri, (diagnostics) => diagnostics.length === 0);
        assert.match(await engine.request('spanlight/tracingFacts', { uri }), /\*\*refuted\*\* JS-FETCH-NO-UNDICI/);
      });
    });
  });

  it('remembers what traces refuted, until that is forgotten', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      let kept: EngineNotifications['spanlight/refutationsDidChange'] = [];
      const file = path.join(folder, 'tracing.js');
      await withLintEngine([folder], async (engine, told) => {
        engine.on('spanlight/refutationsDidChange', (all) => (kept = all));
        const uri = await engine.open(file, 'javascript', TRACING);
        await told(uri, (diagnostics) => diagnostics.length === 1);
        await sendClientSpan(engine);
        await told(uri, (diagnostics) => diagnostics.length === 0);
      });
      assert.deepEqual(
        kept.map(({ rule, code }) => [rule, code]),
        [['JS-FETCH-NO-UNDICI', 'new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();']],
      );
      await withLintEngine(
        [folder],
        async (engine, told) => {
          engine.on('spanlight/refutationsDidChange', (all) => (kept = all));
          const uri = await engine.open(file, 'javascript', TRACING);
          const facts = await engine.request('spanlight/tracingFacts', { uri });
          assert.match(facts, /\*\*refuted\*\* JS-FETCH-NO-UNDICI: .* \(remembered from \d{4}-\d\d-\d\d\)/);
          // Other code is another matter.
          await engine.insert(uri, 2, 3, '/* ours */ ');
          await told(uri, (diagnostics) => diagnostics.length === 1);
          assert.equal(await engine.request('spanlight/forgetRefutations', null), 1);
          await waitFor('an empty memory', () => (kept.length === 0 ? true : undefined));
        },
        testSettings(),
        { refutations: kept },
      );
      await withLintEngine(
        [folder],
        async (engine, told) => {
          const uri = await engine.open(file, 'javascript', TRACING);
          await told(uri, (diagnostics) => diagnostics.length === 1);
        },
        testSettings(),
        { refutations: [{ rule: 1 }] as never },
      );
    });
  });

  it('leads from a span without a parent to where the context is lost', async () => {
    const reads = SERVER.replace(
      'await fetch(process.env.STOCK_URL);',
      'propagation.extract(context.active(), request.headers);',
    );
    const server = `const { context, propagation } = require('@opentelemetry/api');\n${reads}`;
    await withFolder({ ...LINT_SHOP, 'server.js': server }, async (folder) => {
      await withLintEngine([folder], async (engine, told) => {
        const uri = await engine.open(path.join(folder, 'server.js'), 'javascript', server);
        await told(uri, (diagnostics) => diagnostics[0]?.code === 'EXTRACT-UNUSED');
        const now = BigInt(Date.now()) * 1_000_000n;
        const root = { traceId: testTraceId(7), spanId: testSpanId(1), startNs: now - 1_000_000n, endNs: now };
        const inner = { ...root, spanId: testSpanId(2), parentSpanId: testSpanId(1) };
        const kind = 'SERVER' as const;
        await send(engine, {
          service: 'shop',
          spans: [
            { ...root, kind },
            { ...inner, kind },
          ],
        });
        const named = { traceId: testTraceId(7) };
        const [first, second] = await waitFor('suspects', async () => {
          await engine.request('spanlight/openTrace', named);
          const details = [0, 1].map((row) => engine.request('spanlight/spanDetails', { ...named, row }));
          const views = await Promise.all(details);
          return views[0]?.suspects === undefined ? undefined : views;
        });
        assert.deepEqual(
          first?.suspects?.map(({ file, line, rule }) => [path.basename(file), line, rule]),
          [['server.js', 4, 'EXTRACT-UNUSED']],
        );
        assert.equal(second?.suspects, undefined);
      });
    });
  });

  it('says why something is covered', async () => {
    await withFolder(LINT_SHOP, async (folder) => {
      await withLintEngine([folder], async (engine) => {
        const uri = uriOfPath(path.join(folder, 'server.js'));
        const facts = await engine.request('spanlight/tracingFacts', { uri });
        assert.match(facts, /## package\.json/);
        assert.match(facts, /\*\*covered\*\* http/);
        assert.match(facts, /`tracing\.js:4`/);
        const none = await engine.request('spanlight/tracingFacts', { uri: uriOfPath(path.join(folder, 'a.txt')) });
        assert.match(none, /part of no process that is known/);
      });
    });
  });
});

/** A span that undici's instrumentation makes. */
async function sendClientSpan(engine: TestEngine): Promise<void> {
  const scope = '@opentelemetry/instrumentation-undici';
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = [{ kind: 'CLIENT' as const, startNs: now - 1_000_000n, endNs: now }];
  await send(engine, { service: 'shop', scope, spans });
}

async function send(engine: TestEngine, spans: TestSpans): Promise<void> {
  const sent = await fetch(`${await engine.receiverUrl()}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: encodeJson(spans),
  });
  assert.equal(sent.status, 200);
}
