import assert from 'node:assert/strict';
import path from 'node:path';
import type { TraceListItem } from '../../../../src/protocol/backends';
import { uriOfPath } from '../../../../src/engine/workspace/uris';
import { TestEngine, testSettings } from '../engineProcess';
import { sendOrders } from '../sendTraces';

const FILES = path.join(__dirname, '../../../fixtures/files');

describe('queries and trace files, asked of an engine', function () {
  this.timeout(60_000);
  let engine: TestEngine;

  before(async () => {
    engine = await TestEngine.start(
      [],
      testSettings({ receiver: { start: 'always', host: '127.0.0.1', httpPort: 0, grpcPort: 0 } }),
    );
    await engine.request('spanlight/startReceiver', null);
    await sendOrders(await engine.receiverUrl(), { count: 10, failEvery: 5 });
  });
  after(() => engine.stop());

  it('completes with what was received, and checks', async () => {
    const { items } = await engine.request('spanlight/completeQuery', { query: '{ span.http.', offset: 12 });
    assert.deepEqual(items.map(({ insert }) => insert).sort(), ['http.request.method', 'http.route']);
    const query = '{ resource.service.name = "pay';
    const services = await engine.request('spanlight/completeQuery', { query, offset: query.length });
    assert.deepEqual(
      services.items.map(({ insert }) => insert),
      ['payment-api'],
    );
    const { problems } = await engine.request('spanlight/checkQuery', { query: '{ durration > 1s }' });
    assert.deepEqual(
      problems.map(({ from, to }) => [from, to]),
      [[2, 11]],
    );
  });

  it('searches with results as they come, and with the place of what is wrong', async () => {
    const found: TraceListItem[] = [];
    engine.on('spanlight/searchResults', ({ token, items }) => {
      if (token === 7) found.push(...items);
    });
    const query = '{ status = error }';
    const result = await engine.request('spanlight/search', { token: 7, query, limit: 100 });
    assert.deepEqual([result.found, found.length], [2, 2]);
    assert.ok(found.every(({ matched }) => matched?.length === 1));
    const wrong = await engine.request('spanlight/search', { token: 8, query: '{ status = eror }', limit: 100 });
    assert.equal(wrong.problems.length, 1);
  });

  it('knows the query of an operation', async () => {
    const services = await engine.request('spanlight/services', null);
    const orders = services.find(({ service }) => service === 'orders-api')!;
    const server = orders.operations.find(({ name }) => name === 'POST /orders')!;
    const query = await engine.request('spanlight/operationQuery', { operation: server.id });
    assert.equal(query, '{ resource.service.name = "orders-api" && name = "POST /orders" && kind = server }');
    assert.equal(await engine.request('spanlight/operationQuery', { operation: 'gone' as typeof server.id }), null);
  });

  it('tells how far the reading of a file is', async () => {
    const told: number[] = [];
    const uri = uriOfPath(path.join(FILES, 'jaeger-api.json'));
    engine.on('spanlight/fileProgress', (progress) => {
      if (progress.uri === uri) told.push(progress.read / progress.of);
    });
    const { traces, total } = await engine.request('spanlight/openFile', { uri });
    assert.deepEqual([traces.length, total], [2, 2]);
    assert.equal(told.at(-1), 1);
    const opened = await engine.request('spanlight/openTrace', { traceId: traces[0]!.traceId, file: uri });
    assert.equal(opened?.count, traces[0]!.spanCount);
  });

  it('refuses what makes no sense', async () => {
    const odd = { query: 7, offset: -1 } as never;
    await assert.rejects(engine.request('spanlight/completeQuery', odd), /query/);
    await assert.rejects(engine.request('spanlight/checkQuery', null as never), /params/);
  });
});
