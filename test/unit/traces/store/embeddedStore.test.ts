import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { parseSpanId, parseTraceId } from '../../../../src/model/ids';
import type { OperationStats } from '../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import type { LogRecord } from '../../../../src/model/trace';
import type { TraceSummary } from '../../../../src/model/traceSource';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { encodeProtobuf, TEST_START, testSpanId, testTraceId, type TestSpan } from '../../../support/otlpSpans';
import { appendSpans, EPOCH, treeText, type SpanSpec } from '../../../support/spanRows';

const MS = 1_000_000;
const MINUTE = 60_000_000_000;
const NEVER = new AbortController().signal;
const NOW = Number(EPOCH / 1_000_000n);

const traceId = (n: number) => parseTraceId(testTraceId(n))!;
const spanId = (n: number) => parseSpanId(testSpanId(n))!;

function storeAt(nowMs: number, maxBytes = 64 * 1024 * 1024): EmbeddedStore {
  return new EmbeddedStore({ maxBytes, now: () => nowMs });
}

function add(store: EmbeddedStore, specs: readonly SpanSpec[]): void {
  const from = store.builder.count;
  appendSpans(store.builder, specs);
  store.commit(from);
}

function addOtlp(store: EmbeddedStore, ...spans: readonly TestSpan[]): void {
  const from = store.builder.count;
  decodeTracesProtobuf(encodeProtobuf({ service: 'shop', spans }), store.builder);
  store.commit(from);
}

/** The last `minutes` minutes before and the one of `EPOCH`. */
function lastMinutes(minutes: number): TimeWindow {
  return { from: nanos(EPOCH - BigInt(minutes) * BigInt(MINUTE)), to: nanos(EPOCH + BigInt(MINUTE)) };
}

function byName(stats: readonly OperationStats[], name: string): OperationStats {
  const found = stats.find((entry) => entry.key.name === name);
  assert.ok(found, `no operation ${name}`);
  return found;
}

async function search(store: EmbeddedStore, text: string, limit = 100): Promise<TraceSummary[]> {
  const found: TraceSummary[] = [];
  for await (const summary of store.search({ text, limit }, NEVER)) found.push(summary);
  return found;
}

describe('EmbeddedStore', () => {
  it('counts calls, errors, totals and percentiles per operation and minute', () => {
    const store = storeAt(NOW);
    const calls = Array.from({ length: 100 }, (_, i) => ({
      trace: i + 1,
      id: i + 1,
      start: -(i % 4) * MINUTE,
      end: -(i % 4) * MINUTE + (i + 1) * MS,
      name: 'pay',
      status: i % 10 === 0 ? 2 : 0,
    }));
    add(store, calls);
    const pay = byName(store.operationStats(lastMinutes(14)), 'pay');
    assert.equal(pay.count, 100);
    assert.equal(pay.errorCount, 10);
    assert.equal(pay.totalNs, 5050 * MS);
    assert.equal(pay.latency.max, 100 * MS);
    assert.ok(Math.abs(pay.latency.quantile(0.5) - 50 * MS) <= 0.51 * MS);
    assert.equal(pay.trend.length, 15);
    assert.deepEqual(pay.trend.map((point) => point.count).slice(-5), [0, 25, 25, 25, 25]);
    assert.equal(pay.trend[0]!.p95Ns, undefined);
    assert.ok(pay.trend.at(-1)!.p95Ns! > 85 * MS);
    assert.equal(pay.exact, true);
    assert.equal(byName(store.operationStats(lastMinutes(0)), 'pay').count, 25);
    assert.deepEqual(store.operationStats({ from: nanos(1n), to: nanos(2n) }), []);
  });

  it('sees what is committed after it was asked', () => {
    const store = storeAt(NOW);
    const window = lastMinutes(5);
    for (let i = 1; i <= 3; i++) {
      add(store, [{ id: i, start: 0, end: i * MS, name: 'a' }]);
      const a = byName(store.operationStats(window), 'a');
      assert.equal(a.count, i);
      assert.equal(a.exemplars.slowest?.durationNs, i * MS);
    }
  });

  it('keeps spans without an end out of the percentiles, but counts them', () => {
    const store = storeAt(NOW);
    add(store, [
      { id: 1, start: 0, end: 4 * MS, name: 'a' },
      { id: 2, start: 0, end: null, name: 'a' },
      { id: 3, start: null, end: null, name: 'a' },
      { id: 4, start: 10 * MS, end: 2 * MS, name: 'a' },
    ]);
    const a = byName(store.operationStats(lastMinutes(1)), 'a');
    assert.deepEqual([a.count, a.latency.count, a.totalNs], [4, 1, 4 * MS]);
  });

  it('counts late and future spans instead of showing them at the wrong time', () => {
    const store = new EmbeddedStore({ now: () => NOW, keepMinutes: 10 });
    add(store, [
      { trace: 1, id: 1, start: -11 * MINUTE, end: -11 * MINUTE + MS, name: 'late' },
      { trace: 2, id: 2, start: 30 * MINUTE, end: 30 * MINUTE + MS, name: 'future' },
      { trace: 3, id: 3, start: -9 * MINUTE, end: -9 * MINUTE + MS, name: 'old' },
    ]);
    const { lateSpans, futureSpans, spans } = store.counters();
    assert.deepEqual([lateSpans, futureSpans, spans], [1, 1, 3]);
    const stats = store.operationStats(lastMinutes(30));
    assert.deepEqual(stats.map((entry) => entry.key.name).sort(), ['future', 'old']);
    assert.equal(byName(stats, 'old').exact, false, 'the window is longer than what is kept');
    assert.ok(store.traceNow(traceId(1)), 'a late span is kept all the same');
  });

  it('forgets minutes as time goes by and says that older windows are not complete', () => {
    let now = NOW;
    const store = new EmbeddedStore({ now: () => now, keepMinutes: 10 });
    add(store, [{ id: 1, start: 0, end: MS, name: 'a' }]);
    now += 9 * 60_000;
    assert.equal(byName(store.operationStats(lastMinutes(5)), 'a').count, 1);
    now += 60_000;
    assert.deepEqual(store.operationStats(lastMinutes(5)), []);
    add(store, [{ id: 2, start: 10 * MINUTE, end: 10 * MINUTE + MS, name: 'a' }]);
    const window = { from: nanos(EPOCH), to: nanos(EPOCH + 11n * BigInt(MINUTE)) };
    const a = byName(store.operationStats(window), 'a');
    assert.deepEqual([a.count, a.exact], [1, false]);
  });

  it('has a slowest, a typical and a failed exemplar, the failed one with its words and stack', () => {
    const store = storeAt(Number(TEST_START / 1_000_000n));
    const stack = 'Error: card declined\n    at pay (src/pay.ts:7:3)';
    const spans = [10, 11, 12, 500].map((ms, i) => ({
      traceId: testTraceId(i + 1),
      spanId: testSpanId(i + 1),
      name: 'pay',
      startNs: TEST_START,
      endNs: TEST_START + BigInt(ms * MS),
    }));
    addOtlp(store, ...spans, {
      ...spans[0]!,
      traceId: testTraceId(9),
      spanId: testSpanId(9),
      status: { code: 2, message: 'failed' },
      events: [
        {
          name: 'exception',
          attributes: {
            'exception.type': 'Error',
            'exception.message': 'card declined',
            'exception.stacktrace': stack,
          },
        },
      ],
    });
    const window = { from: nanos(TEST_START), to: nanos(TEST_START + BigInt(MINUTE)) };
    const { slowest, typical, error } = byName(store.operationStats(window), 'pay').exemplars;
    assert.deepEqual([slowest?.traceId, slowest?.durationNs], [traceId(4), 500 * MS]);
    assert.deepEqual([typical?.traceId, typical?.spanId], [traceId(2), spanId(2)]);
    addOtlp(store, ...Array.from({ length: 50 }, (_, i) => ({ name: 'other', spanId: testSpanId(100 + i) })));
    assert.deepEqual([error?.traceId, error?.message, error?.stack], [traceId(9), 'card declined', stack]);
    assert.deepEqual({ ...error }.message, 'card declined', 'also in a copy');
  });

  it('takes the words of a failure from the status or from a logged exception', () => {
    const store = storeAt(Number(TEST_START / 1_000_000n));
    const window = { from: nanos(TEST_START), to: nanos(TEST_START + BigInt(MINUTE)) };
    addOtlp(store, { name: 'a', spanId: testSpanId(1), status: { code: 2, message: 'no such row' } });
    addOtlp(store, { name: 'b', spanId: testSpanId(2), status: { code: 2 } });
    const attributes = new Map([
      ['exception.message', 'broken pipe'],
      ['exception.stacktrace', 'at b'],
    ]);
    store.addLogs([log(1, 2, 'boom', attributes)]);
    const stats = store.operationStats(window);
    assert.equal(byName(stats, 'a').exemplars.error?.message, 'no such row');
    assert.equal(byName(stats, 'a').exemplars.error?.stack, undefined);
    assert.equal(byName(stats, 'b').exemplars.error?.message, 'broken pipe');
    assert.equal(byName(stats, 'b').exemplars.error?.stack, 'at b');
  });

  it('gives a trace whose spans lie in sealed segments and in the open batch, and stays as it was when asked', () => {
    const store = storeAt(NOW, 4 * 1024 * 1024);
    const cold = new Uint8Array(20_000);
    for (let i = 0; i < 20; i++) {
      add(store, [
        { trace: 7, id: i + 1, parent: i, start: i, end: 1000 - i, name: `n${i}`, cold },
        { trace: 8, id: 100 + i, start: 0, end: 1, name: 'x', cold },
      ]);
    }
    const trace = store.traceNow(traceId(7))!;
    assert.equal(trace.count, 20);
    assert.equal(trace.depth[19], 19);
    const before = treeText(trace);
    for (let i = 0; i < 50; i++) add(store, [{ trace: 9, id: i + 1, start: 5, end: 6, name: 'y', cold }]);
    assert.equal(treeText(trace), before);
    assert.equal(trace.details(19).spanId, spanId(20));
    assert.equal(store.traceNow(traceId(99)), undefined);
  });

  it('joins logs to spans, before or after they come', async () => {
    const store = storeAt(NOW);
    store.addLogs([log(1, 2, 'early')]);
    add(store, [
      { trace: 1, id: 1, start: 0, end: 9, name: 'a' },
      { trace: 1, id: 2, parent: 1, start: 1, end: 3, name: 'b' },
    ]);
    store.addLogs([log(1, 2, 'later'), { ...log(1, 1, 'nowhere'), spanId: undefined }]);
    const trace = (await store.trace(traceId(1), NEVER))!;
    assert.deepEqual(
      trace.details(1).logs.map((record) => record.body),
      ['early', 'later'],
    );
    assert.deepEqual(trace.details(0).logs, []);
    assert.deepEqual([store.counters().logs, store.counters().unjoinedLogs], [2, 1]);
  });

  it('bounds what logs take and counts those it lets go', () => {
    const store = storeAt(NOW, 1024 * 1024);
    for (let i = 1; i <= 1000; i++) store.addLogs([log(i, 1, 'x'.repeat(1000))]);
    store.addLogs([log(1001, 1, 'x'.repeat(1_000_000))]);
    const { logs, droppedLogs, retainedBytes } = store.counters();
    assert.equal(logs + droppedLogs, 1001);
    assert.ok(logs > 10 && retainedBytes < 1024 * 1024, `${logs} logs, ${retainedBytes} bytes`);
  });

  it('finds traces by words, service, name, duration and error', async () => {
    const store = storeAt(NOW);
    add(store, [
      { trace: 1, id: 1, start: 0, end: 400 * MS, name: 'POST /orders', service: 'gateway', kind: 'SERVER' },
      { trace: 1, id: 2, parent: 1, start: MS, end: 300 * MS, name: 'pay', service: 'payment', status: 2 },
      { trace: 2, id: 3, start: 5, end: 10 * MS, name: 'GET /orders', service: 'gateway', kind: 'SERVER' },
      { trace: 3, id: 5, parent: 4, start: 0, end: 90 * MS, name: 'consume order', service: 'worker' },
    ]);
    const ids = async (text: string) => (await search(store, text)).map((summary) => Number(`0x${summary.traceId}`));
    assert.deepEqual(await ids(''), [3, 2, 1]);
    assert.deepEqual(await ids('orders'), [2, 1]);
    assert.deepEqual(await ids('service=PAYMENT'), [1]);
    assert.deepEqual(await ids('service:gateway duration>100ms'), [1]);
    assert.deepEqual(await ids('duration<20ms'), [2]);
    assert.deepEqual(await ids('duration>=0.05s duration<=100ms'), [3]);
    assert.deepEqual(await ids('name="GET /orders"'), [2]);
    assert.deepEqual(await ids('error'), [1]);
    assert.deepEqual(await ids('error gateway'), [], 'one span has to match in every respect');
    assert.deepEqual(await ids('nothing like it'), []);
    const [newest] = await search(store, 'pay');
    assert.deepEqual(newest, {
      traceId: traceId(1),
      rootService: 'gateway',
      rootName: 'POST /orders',
      startNs: EPOCH,
      durationNs: 400 * MS,
      spanCount: 2,
      errorCount: 1,
      matched: [spanId(2)],
    });
    assert.equal((await search(store, '', 2)).length, 2);
  });

  it('refuses a search it cannot do, naming the part', async () => {
    const store = storeAt(NOW);
    for (const [text, part] of [
      ['{ span.http.method = GET }', /GET/],
      ['{ status = error } | nosuch()', /nosuch/],
      ['orders && error', /&&/],
      ['duration>fast', /duration>fast/],
      ['http.status=500', /http\.status=500/],
      ['name="open', /"open/],
    ] as const) {
      await assert.rejects(search(store, text), (error: unknown) => {
        assert.ok(error instanceof SpanlightError, String(error));
        assert.match(error.message, part);
        return true;
      });
    }
  });

  it('derives services and who calls whom', async () => {
    const store = storeAt(NOW);
    add(store, [
      { trace: 1, id: 1, start: 0, end: 9, name: 'a', service: 'web', kind: 'CLIENT' },
      { trace: 1, id: 2, parent: 1, start: 1, end: 8, name: 'b', service: 'orders', kind: 'SERVER' },
      { trace: 1, id: 3, parent: 2, start: 2, end: 7, name: 'c', service: 'orders' },
      { trace: 1, id: 4, parent: 3, start: 3, end: 6, name: 'd', service: 'db', status: 2 },
      { trace: 2, id: 2, parent: 1, start: 1, end: 8, name: 'b', service: 'orders', kind: 'SERVER' },
    ]);
    const graph = await store.serviceGraph(lastMinutes(1), NEVER);
    assert.deepEqual(graph.edges, [
      { caller: 'web', callee: 'orders', count: 1, errorCount: 0 },
      { caller: 'orders', callee: 'db', count: 1, errorCount: 1 },
    ]);
    const services = await store.services(NEVER);
    assert.deepEqual(
      services.map(({ service, spanCount, errorCount }) => [service, spanCount, errorCount]),
      [
        ['web', 1, 0],
        ['orders', 3, 0],
        ['db', 1, 1],
      ],
    );
  });

  it('lists the traces of an operation, newest first', () => {
    const store = storeAt(NOW);
    for (let i = 1; i <= 5; i++) {
      add(store, [
        { trace: i, id: 1, start: 0, end: 1, name: 'a' },
        { trace: i, id: 2, parent: 1, start: 0, end: 1, name: 'a' },
      ]);
    }
    const { id } = byName(store.operationStats(lastMinutes(1)), 'a');
    assert.deepEqual(store.traceIdsOf(id, 3), [traceId(5), traceId(4), traceId(3)]);
    assert.deepEqual(store.traceIdsOf('unknown' as typeof id, 3), []);
  });

  it('rejects with the reason of the signal', async () => {
    const aborted = AbortSignal.abort(new Error('closed'));
    await assert.rejects(storeAt(NOW).services(aborted), /closed/);
  });

  it('starts anew when cleared', () => {
    const store = storeAt(NOW);
    add(store, [{ id: 1, start: 0, end: MS, name: 'a' }]);
    store.addLogs([log(1, 1, 'x')]);
    store.clear();
    const { spans, receivedSpans, traces, logs, droppedSpans } = store.counters();
    assert.deepEqual([spans, receivedSpans, traces, logs, droppedSpans], [0, 0, 0, 0, 0]);
    assert.deepEqual(store.operationStats(lastMinutes(5)), []);
    add(store, [{ id: 1, start: 0, end: MS, name: 'a' }]);
    assert.equal(store.traceNow(traceId(1))?.count, 1);
  });
});

function log(trace: number, span: number, body: string, attributes: LogRecord['attributes'] = new Map()): LogRecord {
  return {
    timeNs: nanos(EPOCH),
    traceId: traceId(trace),
    spanId: spanId(span),
    severity: 'INFO',
    body,
    attributes,
  };
}
