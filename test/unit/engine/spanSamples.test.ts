import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hintText } from '../../../src/hints/fileHints';
import { SpanSamples } from '../../../src/engine/hints/spanSamples';
import type { OperationStats } from '../../../src/model/operation';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import { nanos } from '../../../src/model/time';
import { OtlpIngest } from '../../../src/traces/ingest';
import { EmbeddedStore } from '../../../src/traces/store/embeddedStore';
import { builtEngine, TestEngine, waitFor } from './engineProcess';
import { lineOf, shopWorkspace } from './shopWorkspace';

const TRACE = '1'.repeat(32);

interface MadeSpan {
  readonly id: string;
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A store with one trace of these spans and these log records, and its operations by name. */
function storeOf(
  spans: readonly MadeSpan[],
  logs: readonly { id: string; attributes: Readonly<Record<string, string>> }[] = [],
): { store: EmbeddedStore; stats: (name: string) => OperationStats } {
  const store = new EmbeddedStore();
  const at = BigInt(Date.now()) * 1_000_000n;
  const pairs = (given: Readonly<Record<string, string>> = {}) =>
    Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const sent = spans.map(({ id, name, attributes }) => ({
    ...{ traceId: TRACE, spanId: id.repeat(16), name, kind: 3, attributes: pairs(attributes) },
    ...{ startTimeUnixNano: String(at - 5_000_000n), endTimeUnixNano: String(at) },
  }));
  const logRecords = logs.map(({ id, attributes }) => ({
    ...{ traceId: TRACE, spanId: id.repeat(16), timeUnixNano: String(at), attributes: pairs(attributes) },
  }));
  const ingest = new OtlpIngest(store);
  ingest.logs(Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })), 'json');
  ingest.traces(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: sent }] }] })), 'json');
  const window = { from: nanos(at - 60_000_000_000n), to: nanos(BigInt(Date.now()) * 1_000_000n) };
  const all = store.operationStats(window);
  return { store, stats: (name) => all.find(({ key }) => key.name === name)! };
}

describe('samples of spans', () => {
  it('are what spans of an operation say that is not part of it', async () => {
    const { store, stats } = storeOf([
      { id: '1', name: 'SELECT', attributes: { 'db.system': 'mysql', 'db.statement': 'SELECT a FROM b', 'x.y': 'z' } },
      { id: '2', name: 'SELECT', attributes: { 'db.system': 'mysql', 'db.statement': 'SELECT c FROM d' } },
      { id: '3', name: 'SELECT', attributes: { 'db.system': 'mysql', 'db.statement': 'SELECT c FROM d' } },
    ]);
    const samples = new SpanSamples((id) => store.traceNow(id));
    const found: string[] = [];
    samples.onDidFind((ids) => found.push(...ids));
    const select = stats('SELECT');
    assert.deepEqual(samples.of(select.id), []);
    samples.want(select);
    await waitFor('samples', () => (found.length > 0 ? true : undefined));
    assert.deepEqual(
      samples.of(select.id).map(({ attributes }) => [...attributes]),
      [[['db.statement', 'SELECT a FROM b']], [['db.statement', 'SELECT c FROM d']]],
    );
    samples.dispose();
  });

  it('leave out log records of functions that several operations call', async () => {
    const helper = { 'code.function.name': 'logRequest', 'code.file.path': '/app/log.ts', 'code.line.number': '1' };
    const other = { ...helper, 'code.line.number': '9' };
    const own = { 'code.function.name': 'place', 'code.file.path': '/app/orders.ts', 'code.line.number': '7' };
    const { store, stats } = storeOf(
      [
        { id: '1', name: 'place' },
        { id: '2', name: 'cancel' },
      ],
      [
        { id: '1', attributes: helper },
        { id: '1', attributes: { ...own, 'order.id': '7' } },
        { id: '2', attributes: other },
      ],
    );
    const samples = new SpanSamples((id) => store.traceNow(id));
    for (const name of ['place', 'cancel']) samples.want(stats(name));
    await waitFor('samples', () => (samples.has(stats('cancel').id) ? true : undefined));
    assert.deepEqual(
      samples.of(stats('place').id).map(({ logs }) => logs.map((log) => Object.fromEntries(log))),
      [[own]],
    );
    assert.deepEqual(samples.of(stats('cancel').id), []);
    samples.dispose();
  });
});

describe('engine that hears of queries and logs', () => {
  it('shows them at the statement and at the function that logs', async function () {
    this.timeout(60_000);
    builtEngine();
    const shop = shopWorkspace();
    const code = `export class Stock {
  reserve(id: string) {
    return this.db.query('UPDATE stock SET left = left - 1 WHERE item = $1', [id]);
  }
  tidy(day: string) {
    this.log.info('tidying');
  }
}
`;
    const file = path.join(shop.folder, 'src', 'stock.ts');
    writeFileSync(file, code);
    const engine = await TestEngine.start([shop.folder]);
    try {
      const url = await engine.receiverUrl();
      const uri = uriOfPath(file);
      const now = BigInt(Date.now()) * 1_000_000n;
      const times = { startTimeUnixNano: String(now - 5_000_000n), endTimeUnixNano: String(now) };
      const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
      const service = { attributes: [text('service.name', 'orders-api'), text('telemetry.sdk.language', 'nodejs')] };
      const ids = { traceId: TRACE, spanId: '2'.repeat(16) };
      const statement = text('db.query.text', 'UPDATE stock SET left = left - ? WHERE item = ?');
      const spans = [
        { ...times, traceId: TRACE, spanId: '1'.repeat(16), name: 'shop', kind: 3, attributes: [statement] },
        { ...times, ...ids, name: 'nightly 2026-11-22', kind: 1 },
      ];
      const written = [text('code.file.path', file), text('code.function.name', 'tidy'), text('code.line.number', '6')];
      const logRecords = [{ ...ids, timeUnixNano: String(now), attributes: written }];
      await post(`${url}/v1/logs`, { resourceLogs: [{ resource: service, scopeLogs: [{ logRecords }] }] });
      await post(`${url}/v1/traces`, { resourceSpans: [{ resource: service, scopeSpans: [{ spans }] }] });
      const hints = await waitFor('both hints', async () => {
        const answer = await engine.request('spanlight/hints', { uri });
        return answer.hints.length === 2 ? answer.hints : undefined;
      });
      assert.deepEqual(
        hints.map(({ line }) => line),
        [lineOf(code, 'UPDATE'), lineOf(code, 'tidy(day')],
      );
      assert.match(hintText(hints[0]!), /^→ shop/);
      const source = await engine.request('spanlight/spanSource', { traceId: TRACE, row: 1 });
      assert.ok('why' in source && source.why.startsWith('log record of file src/stock.ts:6'), JSON.stringify(source));
    } finally {
      await engine.stop();
      shop.dispose();
    }
  });
});

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(response.status, 200);
}
