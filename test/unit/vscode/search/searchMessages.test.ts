import assert from 'node:assert/strict';
import { isFromSearchPage, queryParams } from '../../../../src/vscode/search/searchMessages';
import { RecentQueries } from '../../../../src/vscode/search/recentQueries';

const REQUEST = { run: 1, query: '', limit: 200, anySemconv: true, withHidden: false };

describe('messages of the search page', () => {
  it('are taken as the protocol has them', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'stop' },
      { type: 'search', request: REQUEST },
      { type: 'search', request: { ...REQUEST, fromMs: 1.5, toMs: 2 } },
      { type: 'open', traceId: 'a', spanIds: ['b'] },
      { type: 'cure', cure: 'retryBackend' },
    ]) {
      assert.ok(isFromSearchPage(message), JSON.stringify(message));
    }
  });

  it('are refused otherwise', () => {
    for (const message of [
      undefined,
      {},
      { type: 'constructor' },
      { type: 'search', request: { ...REQUEST, limit: -1 } },
      { type: 'search', request: { ...REQUEST, query: 7 } },
      { type: 'search', request: { ...REQUEST, fromMs: Number.NaN } },
      { type: 'search' },
      { type: 'open', traceId: 'a' },
      { type: 'cure', cure: 'formatDisk' },
      { type: 'request', id: 'x', method: 'm', params: {} },
    ]) {
      assert.equal(isFromSearchPage(message), false, JSON.stringify(message));
    }
  });

  it('ask about queries', () => {
    assert.deepEqual(queryParams({ query: 'a', offset: 1, fromMs: 1.6, anySemconv: true }), {
      ...{ query: 'a', offset: 1, fromMs: 2, anySemconv: true },
    });
    assert.equal(queryParams({ query: 'a', offset: -1 })?.offset, 0);
    for (const odd of [null, 'x', {}, { query: 1 }, { query: 'a', toMs: 'b' }])
      assert.equal(queryParams(odd), undefined);
  });
});

describe('recent queries', () => {
  it('are the last ones, each once, in the order of their use', async () => {
    const kept = new Map<string, unknown>();
    const recent = new RecentQueries({
      keys: () => [...kept.keys()],
      get: <T>(key: string): T | undefined => kept.get(key) as T | undefined,
      update: (key: string, value: unknown) => {
        kept.set(key, value);
        return Promise.resolve();
      },
    });
    for (const query of ['a', 'b', '  ', ' a ', 'x'.repeat(5000)]) await recent.add(query);
    assert.deepEqual(recent.all(), ['a', 'b']);
    for (let i = 0; i < 30; i++) await recent.add(`q${i}`);
    assert.equal(recent.all().length, 20);
    kept.set([...kept.keys()][0]!, { odd: true });
    assert.deepEqual(recent.all(), []);
  });
});
