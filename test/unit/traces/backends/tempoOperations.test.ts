import assert from 'node:assert/strict';
import { OperationTable } from '../../../../src/model/operationTable';
import type { OperationKey, OperationStats } from '../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import type { Backend } from '../../../../src/traces/backends/backend';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { SpanCollector } from '../../../../src/traces/backends/spanCollector';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { encodeJson, testTraceId, type TestSpan } from '../../../support/otlpSpans';
import type { OtlpTraces } from '../../../support/servers/data/otlpTraces';
import { backendConfig, backendDeps } from '../../../support/wire/backendBed';
import { plainText } from '../../../support/wire/losses';
import type { TempoVersion } from '../../../support/wire/tempoRules';
import { startTempoServer, type TempoServer } from '../../../support/wire/tempoServer';

const SERVICE = 'it\'s "quoted" \\ π';
const MINUTE_NS = 60_000_000_000n;
const { signal } = new AbortController();
/** Spans with the same names, of which others of their attributes say which operation they are of. */
const SHAPES: readonly Pick<TestSpan, 'name' | 'kind' | 'attributes'>[] = [
  ...['/a', '/b/:id', '/c "q"', '/d\\e'].map((route) => shape('GET', 'SERVER', { 'http.route': route })),
  ...['orders', 'users'].map((table) => shape('SELECT', 'CLIENT', { 'db.collection.name': table })),
  ...['orders', 'mail'].map((topic) => shape('publish', 'PRODUCER', { 'messaging.destination.name': topic })),
  ...['Get', 'Put'].map((method) => shape('call', 'CLIENT', { 'rpc.service': 'shop.Orders', 'rpc.method': method })),
  ...[12, 40].map((line) => shape('find', 'INTERNAL', { 'code.function.name': 'find', 'code.line.number': line })),
  shape('plain', 'INTERNAL', { 'user.id': 'x' }),
];

function shape(name: string, kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'INTERNAL', attributes: TestSpan['attributes']) {
  return { name, kind, ...(attributes === undefined ? {} : { attributes }) };
}

/** Every shape a few times, one in three failed, between two and three minutes before `nowNs`. */
function tracesOf(shapes: typeof SHAPES, nowNs: bigint): OtlpTraces {
  const spans = Array.from({ length: shapes.length * 6 }, (_, index): TestSpan => {
    const startNs = nowNs - 3n * MINUTE_NS + BigInt(index) * 100_000_000n;
    const isFailed = index % 3 === 0;
    return {
      ...shapes[index % shapes.length]!,
      traceId: testTraceId(0x5000 + index),
      startNs,
      endNs: startNs + BigInt(1_000 * 3 ** (index % 9)),
      ...(isFailed ? { status: { code: 2, message: 'boom' } } : {}),
    };
  });
  return JSON.parse(encodeJson({ service: SERVICE, spans })) as OtlpTraces;
}

describe('operations that Tempo counts', () => {
  const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
  const window: TimeWindow = { from: nanos(nowNs - 15n * MINUTE_NS + 123n), to: nanos(nowNs) };
  let server: TempoServer | undefined;
  let backend: Backend | undefined;

  async function open(traces: OtlpTraces, version: TempoVersion = { cutoffSeconds: 30 }): Promise<Backend> {
    server = await startTempoServer(traces, version);
    return (backend = createBackend(backendConfig({ kind: 'tempo', url: server.url }), backendDeps()));
  }

  afterEach(async () => {
    backend?.dispose();
    await server?.stop();
  });

  it('are those that the store counts, however much of their names is the same', async () => {
    const traces = tracesOf(SHAPES, nowNs);
    const stats = await (await open(traces)).operations({ window, service: SERVICE }, signal);
    assert.deepEqual(rowsOf(stats), rowsOf(stored(traces, nowNs, window)));
    for (const { key, errorCount, exemplars, trend, count } of stats) {
      assert.ok(exemplars.slowest && exemplars.typical, key.name);
      assert.equal(exemplars.error !== undefined, errorCount > 0, key.name);
      assert.equal(
        trend.reduce((sum, point) => sum + point.count, 0),
        count,
        key.name,
      );
    }
  });

  it('are asked for without exemplars, in few questions and bytes', async () => {
    const source = await open(tracesOf(SHAPES, nowNs));
    await source.operations({ window, service: SERVICE }, signal);
    const ranges = server!.requests.filter(({ pathname }) => pathname.endsWith('query_range'));
    assert.ok(ranges.length > 0 && ranges.every(({ searchParams }) => searchParams.get('q')!.includes('exemplars=0')));
    const first = source.traffic.requests;
    assert.ok(first <= 40, `${first} requests`);
    assert.ok(source.traffic.bytesReceived < 64 * 1024, `${source.traffic.bytesReceived} bytes`);
    await source.operations({ window, service: SERVICE }, signal);
    assert.ok(source.traffic.requests - first < first, 'attributes are asked for once');
  });

  it('have their attributes as soon as they are called', async () => {
    const source = await open(tracesOf(SHAPES, nowNs));
    const first = { from: window.from, to: nanos(nowNs - 3n * MINUTE_NS + 350_000_000n) };
    assert.equal((await source.operations({ window: first, service: SERVICE }, signal)).length, 4);
    const stats = await source.operations({ window, service: SERVICE }, signal);
    assert.deepEqual(rowsOf(stats), rowsOf(stored(tracesOf(SHAPES, nowNs), nowNs, window)));
  });

  it('are none where nothing is left of the time once the latest seconds are out', async () => {
    const source = await open(tracesOf(SHAPES, nowNs));
    const late = { from: nanos(nowNs - 2_000_000_000n), to: nanos(nowNs + 5_000_000_000n) };
    assert.deepEqual(await source.operations({ window: late, service: SERVICE }, signal), []);
    const found = [];
    for await (const trace of source.search({ text: '{}', window: late, limit: 10 }, signal)) found.push(trace);
    assert.deepEqual(found, []);
    assert.equal(source.capabilities.operations, 'exact');
  });

  it('are counted in parts where a tenant may ask for little at once, and say what is left out', async () => {
    const traces = tracesOf(SHAPES, nowNs);
    const source = await open(traces, { metricsHours: 1, cutoffSeconds: 30 });
    const parts = { from: nanos(nowNs - 240n * MINUTE_NS), to: nanos(nowNs) };
    const stats = await source.operations({ window: parts, service: SERVICE }, signal);
    assert.deepEqual(rowsOf(stats), rowsOf(stored(traces, nowNs, parts)));
    assert.deepEqual(
      stats.filter(({ exact }) => !exact).map(({ estimate }) => estimate),
      [],
    );
    const day = { from: nanos(nowNs - 1440n * MINUTE_NS), to: nanos(nowNs) };
    const [some] = await source.operations({ window: day, service: SERVICE }, signal);
    assert.equal(some!.exact, false);
    assert.match(some!.estimate!, /longer than this Tempo counts/);
  });
});

function stored(traces: OtlpTraces, nowNs: bigint, window: TimeWindow): OperationStats[] {
  const now = Number(nowNs / 1_000_000n);
  const operations = new OperationTable();
  const store = new EmbeddedStore({ maxBytes: 1 << 26, operations, now: () => now, keepMinutes: 1500 });
  const collector = new SpanCollector(store);
  collector.addJson(JSON.parse(JSON.stringify(traces)) as Record<string, unknown>);
  collector.flush();
  store.commit(0);
  return store.operationStats(window, SERVICE);
}

function rowsOf(stats: readonly OperationStats[]): string[] {
  return stats.map(({ key, count, errorCount }) => `${keyText(key)} ${count} ${errorCount}`).sort();
}

function keyText({ kind, name, scope, attributes }: OperationKey): string {
  const own = [...attributes]
    .map(([key, value]) => [key, plainText(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, name, scope, own]);
}
