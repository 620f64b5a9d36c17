import assert from 'node:assert/strict';
import type { BackendItem, ConnectionStepItem, SourceStatus } from '../../../../src/protocol/backends';
import { backendWords, embeddedWords, trafficWords } from '../../../../src/vscode/backends/backendItems';
import { outcome, testRows } from '../../../../src/vscode/backends/connectionWords';

const REACHED: ConnectionStepItem = { step: 'reachable', result: 'ok', message: 'prod answers.' };
const REFUSED: ConnectionStepItem = {
  ...{ step: 'authorised', result: 'failed' },
  message: 'prod does not know who asks (401).',
  cure: 'Set "auth" for this backend.',
};

describe('a connection test in words', () => {
  const labels = (steps: readonly ConnectionStepItem[], isRunning: boolean, problem?: string): string[] =>
    testRows({ steps, ...(problem === undefined ? {} : { problem }) }, isRunning).map(({ label }) => label);

  it('shows what was found, what runs and what is to come', () => {
    assert.deepEqual(labels([REACHED], true), [
      '$(pass) Reachable',
      '$(loading~spin) Authorised',
      '$(circle-large-outline) Has traces',
      '$(circle-large-outline) Has code attributes or routes',
    ]);
  });

  it('says after a failure what to do, and what was not tried', () => {
    const rows = testRows({ steps: [REACHED, REFUSED] }, true);
    assert.equal(rows[1]?.description, REFUSED.message);
    assert.match(rows[2]!.label, /^\s+\$\(lightbulb\) Set "auth"/);
    assert.deepEqual(rows.slice(3), [
      { label: '$(circle-slash) Has traces', description: 'not tried' },
      { label: '$(circle-slash) Has code attributes or routes', description: 'not tried' },
    ]);
  });

  it('loses no word of a long message', () => {
    const message = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const rows = testRows({ steps: [{ ...REFUSED, message }] }, false);
    const text = rows.map(({ label }) => label).join(' ');
    for (const word of message.split(' ')) assert.ok(text.includes(word), word);
    assert.ok(rows.every(({ label }) => label.length < 100));
  });

  it('shows why an entry cannot be tried at all', () => {
    const shown = labels([], false, 'spanlight.backends.url: The address is missing.');
    assert.equal(shown[0], '$(error) These settings cannot be used');
    assert.match(shown[1]!, /The address is missing/);
  });

  it('sums up', () => {
    assert.equal(outcome('prod', { steps: [REACHED] }), 'prod works.');
    assert.equal(outcome('prod', { steps: [REACHED, REFUSED] }), 'prod cannot be used yet.');
    const warned: ConnectionStepItem = { step: 'code', result: 'warning', message: 'Nothing was called.' };
    assert.equal(outcome('prod', { steps: [REACHED, warned] }), 'prod can be used, with a limit.');
  });
});

describe('backends in a list', () => {
  const item: BackendItem = { name: 'prod', kind: 'tempo', label: 'Grafana Tempo', url: 'https://tempo.example.com' };
  const status: SourceStatus = {
    ...{ name: 'prod', kind: 'tempo', state: 'ready', operations: 'exact', reasons: [] },
    ...{ requests: 1, bytesReceived: 34_200 },
  };

  it('say what they are and how they do', () => {
    const words = backendWords(item, true, status, 0);
    assert.equal(words.description, 'Grafana Tempo · https://tempo.example.com');
    assert.equal(words.detail, 'in use · 1 request, 35 kB received');
    const left = { remaining: 287, limit: 300, resetMs: Date.now() + 2_579_000 };
    assert.match(
      backendWords(item, true, { ...status, left }, 0).detail,
      /^in use · 1 request, 35 kB received · 287 of 300 requests left, more in 43.min$/,
    );
    assert.equal(backendWords(item, false, status, 1).detail, 'not in use · a secret is kept');
    const failed: SourceStatus = { ...status, state: 'failed', brief: '401', problem: 'It does not know who asks.' };
    assert.equal(backendWords(item, true, failed, 0).detail, 'in use · 401: It does not know who asks.');
    const loading: SourceStatus = { ...status, state: 'loading' };
    assert.equal(backendWords(item, true, loading, 0).detail, 'in use · waiting for its first answer');
  });

  it('begin with this editor itself', () => {
    const http = { url: 'http://127.0.0.1:4318', port: 4318, wanted: 4318 };
    const receiver = { state: 'listening', http, rejectedRequests: 0, openToNetwork: false } as const;
    assert.equal(
      embeddedWords(true, 1200, receiver).detail,
      'What services send here: listening on http://127.0.0.1:4318 · 1.2k spans kept',
    );
    assert.match(embeddedWords(false, 0, undefined).detail, /not listening$/);
  });

  it('count what was asked', () => {
    assert.equal(trafficWords(0, 0), '0 requests, 0 kB received');
    assert.equal(trafficWords(1234, 3_400_000), '1.2k requests, 3.4 MB received');
  });
});
