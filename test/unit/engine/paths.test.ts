import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PathAsker, type PathAskerParts } from '../../../src/engine/choices/pathAsker';
import { PathKeeper } from '../../../src/engine/choices/pathKeeper';
import type { Notice } from '../../../src/engine/receiver/movedPort';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import type { Mapping } from '../../../src/model/location';
import type { KeptPaths } from '../../../src/protocol/choices';
import { SpanSender } from '../../integration/support/sentSpans';
import { madeKey, madeStats } from '../hints/madeStats';
import { builtEngine, TestEngine, testSettings, waitFor } from './engineProcess';

describe('asking where paths lie', () => {
  const stats = madeStats(madeKey('place'), [1]);
  const unmatched = (raw: string, files: readonly string[]): Mapping => ({
    status: 'unmapped',
    candidates: [],
    reason: { code: 'file-not-found', text: 'x', path: { path: raw, files } },
  });

  async function askedFor(mapping: Mapping, keeper: PathKeeper): Promise<readonly Notice[]> {
    const told: Notice[] = [];
    const parts: PathAskerParts = {
      board: { all: [stats] },
      places: { get: () => mapping },
      keeper,
      tell: (notice) => told.push(notice),
      describeFile: (file) => file.slice(1),
      settlingMs: 1,
    };
    const asker = new PathAsker(parts);
    asker.placesChanged();
    await new Promise((resolve) => setTimeout(resolve, 30));
    asker.dispose();
    return told;
  }

  it('is done once a root, also in later sessions', async () => {
    let kept: KeptPaths | undefined;
    const keeper = new PathKeeper();
    keeper.onDidChange((all) => (kept = all));
    const twice = unmatched('/srv/run/lib/a.ts', ['/one/lib/a.ts', '/two/lib/a.ts']);
    const [notice] = await askedFor(twice, keeper);
    assert.equal(
      notice?.message,
      `/srv/run/lib/a.ts of ${stats.key.service} may be one/lib/a.ts or two/lib/a.ts. Say once where it lies, and all below /srv/run is found.`,
    );
    assert.deepEqual(notice.actions, [{ label: 'Choose…', command: 'spanlight.locatePath' }]);
    assert.deepEqual(await askedFor(unmatched('/srv/run/lib/b.ts', ['/one/lib/b.ts', '/two/lib/b.ts']), keeper), []);
    const later = new PathKeeper();
    later.restore(structuredClone(kept));
    assert.deepEqual(await askedFor(twice, later), []);
  });

  it('is not done where no file of the workspace may be it', async () => {
    assert.deepEqual(await askedFor(unmatched('/srv/run/lib/a.ts', []), new PathKeeper()), []);
  });

  it('keeps nothing that is not of its form', () => {
    const keeper = new PathKeeper();
    const good = { service: 'a', from: ['srv'], to: { folder: '/w', relative: '' } };
    keeper.restore({ told: [good, { service: 1 }, null, { ...good, from: 'srv' }], asked: ['a /srv', 7] });
    assert.deepEqual(keeper.told, [good]);
    assert.ok(keeper.wasAsked('a', '/srv'));
    for (const bad of [undefined, null, 'x', { told: 7 }]) new PathKeeper().restore(bad);
  });
});

describe('engine that is told where paths lie', () => {
  it('finds what lies below, keeps that, and takes it back', async function () {
    this.timeout(60_000);
    builtEngine();
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'spanlight-paths-')));
    for (const name of ['billing', 'store']) {
      mkdirSync(path.join(folder, name, 'lib'), { recursive: true });
      writeFileSync(path.join(folder, name, 'lib/orders.ts'), 'export function place() {\n  return 1;\n}\n');
    }
    writeFileSync(path.join(folder, 'package.json'), '{ "dependencies": { "@opentelemetry/api": "1" } }');
    const engine = await TestEngine.start([folder], testSettings());
    try {
      let kept: KeptPaths = { told: [], asked: [] };
      engine.on('spanlight/pathsDidChange', (all) => (kept = all));
      const sender = new SpanSender(await engine.receiverUrl(), 'mystery');
      const attributes = { 'code.file.path': '/srv/run/lib/orders.ts', 'code.line.number': 2 };
      sender.send({ name: 'place', durationMs: 5, attributes });
      await sender.close();
      const [question] = await waitFor('a question', async () => {
        const all = await engine.request('spanlight/pathQuestions', {});
        return all.length > 0 ? all : undefined;
      });
      assert.deepEqual(
        question!.files.map(({ label }) => label),
        ['billing/lib/orders.ts', 'store/lib/orders.ts'],
      );
      const notice = await waitFor('the notice', () => engine.notices.find(({ isQuestion }) => isQuestion));
      assert.match(notice.message, /^\/srv\/run\/lib\/orders\.ts of mystery may be billing\/lib\/orders\.ts or store/);
      const reasons = await engine.request('spanlight/mappingReasons', null);
      assert.equal(reasons.reasons[0]!.operations[0]!.lacksPath, true);
      const { service, path: raw } = question!;
      const wrong = { service, path: raw, uri: uriOfPath(path.join(folder, 'package.json')) };
      await assert.rejects(engine.request('spanlight/tellPath', wrong), /nothing in common/);
      const uri = question!.files[1]!.uri;
      const words = await engine.request('spanlight/tellPath', { service, path: raw, uri });
      assert.equal(words, '/srv/run of mystery is store');
      await waitFor('a hint', async () => {
        const { hints } = await engine.request('spanlight/hints', { uri });
        return hints[0];
      });
      assert.deepEqual(kept, {
        told: [{ service: 'mystery', from: ['srv', 'run'], to: { folder, relative: 'store' } }],
        asked: ['mystery /srv/run'],
      });
      const [made] = await engine.request('spanlight/choices', null);
      assert.equal(`${made!.operation}: ${made!.place}`, '/srv/run of mystery: store');
      assert.equal(await engine.request('spanlight/forgetChoices', { ids: [made!.id] }), 1);
      await waitFor('no hint', async () => {
        const { hints } = await engine.request('spanlight/hints', { uri });
        return hints.length === 0 ? true : undefined;
      });
      assert.deepEqual(kept.told, []);
    } finally {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
