import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import type { OperationStats } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend, ConnectionStep } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { refusalOf } from '../../../../support/refusal';
import type { HoneycombRow } from '../../../../support/servers/data/honeycombRows';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import {
  HONEYCOMB_KEY,
  startHoneycombWire,
  type HoneycombWireOptions,
  type HoneycombWireServer,
} from '../../../../support/wire/honeycombServer';

const { signal } = new AbortController();
const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const NOW_S = Math.floor(Date.now() / 1000);
const window: TimeWindow = {
  from: nanos(BigInt(NOW_S - 3600) * 1_000_000_000n),
  to: nanos(BigInt(NOW_S + 60) * 1_000_000_000n),
};

let spans = 0;

function row(columns: Readonly<Record<string, unknown>> = {}, dataset = 'shop'): HoneycombRow {
  spans++;
  return {
    ...{ dataset, seconds: NOW_S - 120 - spans / 1000 },
    columns: {
      ...{ 'trace.trace_id': TRACE, 'trace.span_id': spans.toString(16).padStart(16, '0'), name: 'GET /' },
      ...{ 'service.name': dataset, 'span.kind': 'server', duration_ms: spans, status_code: 0 },
      ...columns,
    },
  };
}

describe('Honeycomb’s quirks', () => {
  let server: HoneycombWireServer;
  let backend: Backend;

  async function start(
    rows: readonly HoneycombRow[],
    {
      key = HONEYCOMB_KEY,
      options = { runsPerMinute: 1_000 },
      ...wire
    }: Partial<HoneycombWireOptions> & { readonly options?: BackendConfig['options'] } = {},
  ): Promise<void> {
    server = await startHoneycombWire({ rows, ...wire });
    const config = {
      kind: 'honeycomb',
      url: server.url,
      auth: 'header',
      authHeader: 'X-Honeycomb-Team',
      options,
    } as const;
    backend = createBackend(backendConfig(config), backendDeps({ secrets: new TestSecrets(key) }));
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  const operations = (): Promise<OperationStats[]> => backend.operations({ window, service: 'shop' }, signal);

  async function steps(): Promise<ConnectionStep[]> {
    const found: ConnectionStep[] = [];
    for await (const step of backend.testConnection(signal)) found.push(step);
    return found;
  }

  it('counts operations by all that identifies them, and opens failed and slow spans', async () => {
    await start([
      row({ 'http.route': '/a', duration_ms: 10 }),
      row({ 'http.route': '/a', duration_ms: 30 }),
      row({ 'http.route': '/b', duration_ms: 20, error: true, status_code: 2, status_message: 'gone' }),
      row({ name: 'event', 'trace.span_id': undefined, duration_ms: undefined, 'meta.annotation_type': 'span_event' }),
    ]);
    await operations();
    const found = await operations();
    const told = found.map(({ key, count, errorCount, exact }) => [
      key.attributes.get('http.route'),
      count,
      errorCount,
      exact,
    ]);
    assert.deepEqual(told, [
      ['/a', 2, 0, true],
      ['/b', 1, 1, true],
    ]);
    assert.equal(found[0]?.latency.max, 30e6);
    assert.equal(found[0]?.exemplars.slowest?.durationNs, 30e6);
    assert.equal(found[1]?.exemplars.error?.message, 'gone');
  });

  async function costs(times: number): Promise<number[]> {
    const asked: number[] = [];
    for (let at = 0; at < times; at++) {
      const before = backend.traffic.requests;
      await operations();
      asked.push(backend.traffic.requests - before);
    }
    return asked;
  }

  it('asks five times for the first hints, and four times later', async () => {
    await start([row(), row()]);
    const [first] = await operations();
    assert.equal(backend.traffic.requests, 5);
    assert.equal(first?.count, 2);
    assert.deepEqual(first.exemplars, {});
    assert.deepEqual(await costs(3), [4, 4, 4]);
    assert.ok((await operations())[0]?.exemplars.slowest);
  });

  it('asks no more than five times where queries take long, and opens spans nevertheless', async () => {
    await start([row(), row()], { queryMs: 30 });
    for (const requests of await costs(4)) assert.ok(requests <= 5, `${requests}`);
    assert.ok((await operations())[0]?.exemplars.slowest);
  });

  it('makes its queries anew where the key is of another environment now', async () => {
    await start([row()]);
    await costs(2);
    server.forget();
    assert.equal((await operations()).length, 1);
  });

  it('asks for the columns of a service by the name that its dataset is known under', async () => {
    await start([row({ 'service.name': 'The Shop' }, 'The Shop')]);
    await backend.services(signal);
    const before = backend.traffic.requests;
    await backend.operations({ window, service: 'The Shop' }, signal);
    assert.equal(backend.traffic.requests - before, 5);
  });

  it('says that sampled spans are weighed', async () => {
    await start([row({ 'meta.refinery.original_sample_rate': 10 })]);
    const [{ exact, estimate }] = (await operations()) as [OperationStats];
    assert.equal(exact, false);
    assert.match(estimate ?? '', /weighs each by its sample rate/);
  });

  it('brings the columns of a trace that do not fit into one query by others', async () => {
    const many = Object.fromEntries(Array.from({ length: 180 }, (_, at) => [`app.field${at}`, at]));
    await start([row(many), row({ ...many, 'app.field7': 'seven' }), row({ other: 1 }, 'billing')]);
    const trace = await backend.trace(TRACE, signal);
    const own = Array.from({ length: trace!.count }, (_, at) => trace!.details(at));
    const shop = own.filter(({ attributes }) => attributes.has('app.field0'));
    assert.deepEqual(shop.map(({ attributes }) => attributes.size).sort(), [180, 180]);
    assert.deepEqual(shop.map(({ attributes }) => attributes.get('app.field7')).sort(), [7, 'seven']);
    assert.ok(server.runs <= 3, `${server.runs}`);
  });

  it('runs no more queries than a minute takes, and says when there are more', async () => {
    await start([row()], { options: { runsPerMinute: 2 }, runsPerMinute: 2 });
    await backend.trace(TRACE, signal);
    await backend.trace(TRACE, signal);
    const { fault, message } = await refusalOf(backend.trace(TRACE, signal), BackendError);
    assert.equal(fault, 'throttled');
    assert.match(message, /takes no more requests for the next .*: it takes 2 in/);
    assert.equal(server.runs, 2);
    assert.equal(backend.traffic.left?.remaining, 0);
  });

  it('says that the plan has no such API', async () => {
    await start([row()], { isFree: true });
    const found = await steps();
    assert.deepEqual(
      found.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised failed'],
    );
    assert.match(found[1]?.message ?? '', /Enterprise plan/);
  });

  it('says that a key may not run queries', async () => {
    await start([row()], { mayRun: false });
    const { fault, cure } = await refusalOf(operations(), BackendError);
    assert.equal(fault, 'forbidden');
    assert.match(cure ?? '', /Run Queries/);
  });

  it('says that a key is not known, and where one is made', async () => {
    await start([row()], { key: 'wrong-key-of-somebody' });
    const found = await steps();
    assert.deepEqual(
      found.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised failed'],
    );
    assert.match(found[1]?.cure ?? '', /ui\.honeycomb\.io.*api\.eu1\.honeycomb\.io/);
  });

  it('says that there is no such dataset', async () => {
    await start([row()], { options: { dataset: 'shpo' } });
    const { fault, message, cure } = await refusalOf(operations(), BackendError);
    assert.equal(fault, 'notFound');
    assert.match(message, /no such dataset/);
    assert.match(cure ?? '', /"dataset"/);
  });

  it('asks one dataset in a classic environment, and lists them where none is named', async () => {
    await start([row(), row({}, 'billing')], { isClassic: true });
    for (const work of [backend.services(signal), operations()]) {
      const { cure } = await refusalOf(work, BackendError);
      assert.match(cure ?? '', /"dataset".*such as (shop, billing|billing, shop)/);
    }
    backend.dispose();
    await server.close();
    await start([row(), row({}, 'billing')], { isClassic: true, options: { dataset: 'shop' } });
    assert.deepEqual(
      (await backend.services(signal)).map(({ service, spanCount }) => [service, spanCount]),
      [['shop', 1]],
    );
    assert.equal((await operations()).length, 1);
    await backend.trace(TRACE, signal);
    assert.match(backend.deepLink(TRACE) ?? '', /ui\.honeycomb\.io\/.*trace\?trace_id=/);
  });

  it('says that a query was given up', async () => {
    await start([row()], { isStuck: true });
    const { fault, message } = await refusalOf(operations(), BackendError);
    assert.equal(fault, 'server');
    assert.match(message, /timed out after 10 seconds/);
  });

  it('finds nothing before the last week, without asking', async () => {
    await start([row()]);
    const old = {
      from: nanos(BigInt(NOW_S - 30 * 86_400) * 1_000_000_000n),
      to: nanos(BigInt(NOW_S - 20 * 86_400) * 1_000_000_000n),
    };
    for await (const found of backend.search({ text: '', window: old, limit: 5 }, signal)) assert.fail(found.traceId);
    assert.equal(server.runs, 0);
  });

  it('says what of a search is tested here', async () => {
    await start([row({ 'http.route': '/a' })]);
    for await (const found of backend.search({ text: '', window, limit: 5 }, signal))
      assert.equal(found.traceId, TRACE);
    const tested = (text: string): string | undefined => backend.testedHere!({ text });
    assert.equal(
      tested('{ resource.service.name = "shop" && name =~ "GET /|POST /" && span.http.route = "/a" }'),
      undefined,
    );
    assert.match(tested('{ duration > 1s }') ?? '', /may match; Spanlight tests the query on them/);
    assert.match(tested('{ span.unknown = 1 }') ?? '', /cannot be asked for any of this/);
  });
});
