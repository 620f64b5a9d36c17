import assert from 'node:assert/strict';
import type { OperationStats } from '../../../../../src/model/operation';
import { nanos } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { hasFault } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import type { DatadogStored } from '../../../../support/servers/data/datadogStored';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import { startDatadogWire, type DatadogWireServer } from '../../../../support/wire/datadogServer';

const { signal } = new AbortController();
const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
const window = { from: nanos(nowNs - 900_000_000_000n), to: nanos(nowNs) };
const MS = 1_000_000n;

/** A call of a service, `at` seconds ago. */
function call(at: number, span: Partial<DatadogStored> = {}): DatadogStored {
  return {
    ...{ traceId: (at + 1).toString(16).padStart(32, 'a'), spanId: BigInt(at + 1), parentId: 0n, service: 'web' },
    ...{ env: 'none', host: 'h', resource: 'GET /orders', operation: 'http.request', failed: false },
    ...{ startNs: nowNs - BigInt(at + 2) * 1_000_000_000n, durationNs: BigInt(at + 1) * MS },
    ...span,
    tags: { 'span.kind': 'server', 'code.function.name': 'list', ...span.tags },
  };
}

describe('operations as Datadog counts them', () => {
  const closing: (() => unknown)[] = [];
  let server: DatadogWireServer;
  let backend: Backend;

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function counted(
    spans: readonly DatadogStored[],
    names?: readonly string[],
    hourly?: number,
  ): Promise<OperationStats[]> {
    server = await startDatadogWire({ spans, ...(hourly === undefined ? {} : { hourly }) });
    closing.push(() => server.close());
    const config = backendConfig({ kind: 'datadog', url: server.url, auth: 'header' });
    backend = createBackend(config, backendDeps({ secrets: new TestSecrets() }));
    closing.push(() => backend.dispose());
    return backend.operations({ window, service: 'web', ...(names === undefined ? {} : { names }) }, signal);
  }

  it('have its counts, its percentiles, their trend, and spans to open', async () => {
    const spans = Array.from({ length: 200 }, (_, at) => call(at, { failed: at % 50 === 7 }));
    const [stats, ...others] = await counted(spans);
    assert.deepEqual(others, []);
    const { count, errorCount, totalNs, latency, trend, exemplars, key } = stats!;
    assert.deepEqual([count, errorCount, totalNs], [200, 4, 20_100e6]);
    for (const [share, millis] of [
      [0.5, 100],
      [0.75, 150],
      [0.95, 190],
      [0.99, 198],
    ] as const) {
      assert.ok(Math.abs(latency.quantile(share) / 1e6 - millis) < 0.01, `${share}: ${latency.quantile(share)}`);
    }
    assert.deepEqual([latency.min, latency.max], [1e6, 200e6]);
    assert.equal(
      trend.reduce((sum, step) => sum + step.count, 0),
      200,
    );
    assert.equal(
      trend.reduce((sum, step) => sum + step.errorCount, 0),
      4,
    );
    assert.equal(exemplars.slowest?.durationNs, 200e6);
    assert.equal(exemplars.error?.durationNs, 8e6);
    assert.ok(Math.abs((exemplars.typical?.durationNs ?? 0) / 1e6 - 60) < 2, 'the nearest to the median of the latest');
    assert.deepEqual([key.kind, key.attributes.get('code.function.name')], ['SERVER', 'list']);
    // The fifth finds the failed ones, which say nothing of it themselves.
    assert.equal(server.calls.length, 5);
  });

  it('know the code origins of Datadog’s libraries', async () => {
    const origin = { '_dd.code_origin.type': 'entry', '_dd.code_origin.frames.0.file': '/app/orders.js' };
    const tags = { ...origin, '_dd.code_origin.frames.0.line': '12', '_dd.code_origin.frames.1.file': '/app/index.js' };
    const [stats] = await counted([call(1, { tags }), call(2, { tags })]);
    const { attributes } = stats!.key;
    assert.equal(attributes.get('_dd.code_origin.frames.0.file'), '/app/orders.js');
    assert.equal(Number(attributes.get('_dd.code_origin.frames.0.line')), 12);
  });

  it('are asked for in two requests while what spans of theirs say is known', async () => {
    const failed = { failed: true, tags: { 'error.message': 'no' } };
    const spans = Array.from({ length: 20 }, (_, at) => call(at, at === 3 ? failed : {}));
    const first = await counted(spans);
    const before = server.calls.length;
    const again = await backend.operations({ window, service: 'web' }, signal);
    assert.equal(server.calls.length - before, 2);
    assert.deepEqual(
      again.map(({ exemplars }) => exemplars),
      first.map(({ exemplars }) => exemplars),
    );
  });

  it('say nothing of the code where spans of one name differ in it', async () => {
    const spans = Array.from({ length: 80 }, (_, at) =>
      call(at, { tags: { 'http.route': '/orders', 'code.function.name': at < 40 ? 'list' : 'listAll' } }),
    );
    const [stats] = await counted(spans);
    assert.deepEqual([...stats!.key.attributes.keys()], ['http.route']);
  });

  it('are asked for within five requests and a megabyte, however many there are', async () => {
    const spans = Array.from({ length: 6_000 }, (_, at) =>
      call(at % 890, {
        ...{ traceId: at.toString(16).padStart(32, 'b'), spanId: BigInt(at + 1), resource: `GET /orders/${at % 400}` },
        ...{ failed: at % 11 === 0, durationNs: 7n * MS },
        tags: { stack: 'x'.repeat(400) },
      }),
    );
    const stats = await counted(spans);
    const { requests, bytesReceived } = backend.traffic;
    assert.ok(requests <= 5, `${requests} requests`);
    assert.ok(bytesReceived < 1 << 20, `${bytesReceived} bytes`);
    assert.equal(stats.length, 150);
    assert.ok(stats.every(({ exact, estimate }) => !exact && estimate !== undefined));
  });

  it('are those that were asked for by name', async () => {
    const spans = Array.from({ length: 20 }, (_, at) => call(at, { resource: `GET /${at % 4}` }));
    const stats = await counted(spans, ['GET /1', 'GET /3']);
    assert.deepEqual(stats.map(({ key }) => key.name).sort(), ['GET /1', 'GET /3']);
  });

  it('are looked for where a service has none', async () => {
    assert.deepEqual(await counted([call(1, { service: 'other' })]), []);
    assert.equal(server.calls.length, 2);
  });

  it('are never answered 429, and leave the last requests to what somebody waits for', async () => {
    await counted([call(1)], undefined, 20);
    for (let round = 0; round < 10; round++) {
      await backend.operations({ window, service: 'web' }, signal).catch((error: unknown) => {
        if (!hasFault(error, 'throttled')) throw error;
      });
    }
    assert.ok(server.calls.every(({ status }) => status !== 429));
    const searches = server.calls.filter(({ path }) => path.endsWith('/search')).length;
    assert.ok(searches <= 16, `${searches} of 20`);
    for await (const found of backend.search({ text: '', window, limit: 1 }, signal)) assert.ok(found);
  });
});
