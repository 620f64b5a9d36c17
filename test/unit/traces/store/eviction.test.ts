import assert from 'node:assert/strict';
import { parseTraceId } from '../../../../src/model/ids';
import { nanos } from '../../../../src/model/time';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { testTraceId } from '../../../support/otlpSpans';
import { appendSpans, EPOCH, type SpanSpec } from '../../../support/spanRows';

const MS = 1_000_000;
const NOW = Number(EPOCH / 1_000_000n);
const WINDOW = { from: nanos(EPOCH - 900_000_000_000n), to: nanos(EPOCH + 60_000_000_000n) };
const KB = 1024;

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function add(store: EmbeddedStore, specs: readonly SpanSpec[]): void {
  const from = store.builder.count;
  appendSpans(store.builder, specs);
  store.commit(from);
}

/** What holds after every commit, whatever was sent. */
function assertHonest(store: EmbeddedStore, sent: ReadonlyMap<number, number>, maxBytes: number): void {
  const counters = store.counters();
  const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
  assert.equal(counters.receivedSpans, total);
  assert.equal(counters.spans + counters.droppedSpans, total);
  assert.ok(counters.retainedBytes <= maxBytes, `${counters.retainedBytes} of ${maxBytes} bytes`);
  let held = 0;
  let traces = 0;
  for (const trace of sent.keys()) {
    const found = store.traceNow(parseTraceId(testTraceId(trace))!);
    if (found === undefined) continue;
    traces++;
    held += found.count;
  }
  assert.equal(held, counters.spans, 'spans that can be opened');
  assert.equal(traces, counters.traces);
  for (const { exemplars, key } of store.operationStats(WINDOW)) {
    for (const exemplar of [exemplars.slowest, exemplars.typical, exemplars.error]) {
      if (exemplar === undefined) continue;
      const trace = store.traceNow(exemplar.traceId);
      assert.ok(trace, `an exemplar of ${key.name} leads to a trace that was dropped`);
      const row = trace.rowOf(exemplar.spanId);
      assert.equal(trace.names[trace.name[row]!], key.name);
      assert.equal(trace.duration[row], exemplar.durationNs);
    }
  }
}

describe('EmbeddedStore under its bound', () => {
  for (const [shape, open] of [
    ['traces one after another', 1],
    ['forty traces at once', 40],
  ] as const) {
    it(`drops the oldest whole traces and counts them: ${shape}`, () => {
      const maxBytes = 1024 * KB;
      const store = new EmbeddedStore({ maxBytes, now: () => NOW });
      const next = random(open);
      const sent = new Map<number, number>();
      for (let commit = 0; commit < 300; commit++) {
        const specs = Array.from({ length: 20 }, (_, i) => {
          const trace = Math.floor(commit / 2) * open + 1 + Math.floor(next() * open);
          sent.set(trace, (sent.get(trace) ?? 0) + 1);
          const start = -Math.floor(next() * 600) * 1e9;
          return {
            trace,
            id: commit * 20 + i + 1,
            start,
            end: start + Math.floor(next() * 1000) * MS,
            name: `operation ${Math.floor(next() * 5)}`,
            status: next() < 0.1 ? 2 : 0,
            cold: new Uint8Array(Math.floor(next() * 2000)),
          };
        });
        add(store, specs);
        if (commit % 30 === 29) assertHonest(store, sent, maxBytes);
      }
      const { droppedTraces, droppedSpans, traces } = store.counters();
      assert.ok(droppedTraces > 10 && droppedSpans > 1000 && traces > 0);
      const count = store.operationStats(WINDOW).reduce((sum, entry) => sum + entry.count, 0);
      assert.equal(count, 6000, 'statistics outlive the traces');
      const newest = Math.max(...sent.keys());
      assert.ok(store.traceNow(parseTraceId(testTraceId(newest))!), 'the newest trace is held');
    });
  }

  it('drops the oldest by arrival, so that what is held is a run of the newest', () => {
    const store = new EmbeddedStore({ maxBytes: 512 * KB, now: () => NOW });
    for (let i = 1; i <= 500; i++)
      add(store, [{ trace: i, id: 1, start: 0, end: MS, name: 'a', cold: new Uint8Array(4000) }]);
    const held = Array.from({ length: 500 }, (_, i) => i + 1).map(
      (i) => store.traceNow(parseTraceId(testTraceId(i))!) !== undefined,
    );
    const first = held.indexOf(true);
    assert.ok(first > 0);
    assert.deepEqual([...new Set(held.slice(first))], [true]);
    assert.equal(store.counters().droppedTraces, first);
  });

  it('lets a trace go that is larger than the bound, and goes on', () => {
    const maxBytes = 512 * KB;
    const store = new EmbeddedStore({ maxBytes, now: () => NOW });
    const span = (id: number, trace: number) => ({
      trace,
      id,
      start: 0,
      end: MS,
      name: 'a',
      cold: new Uint8Array(1000),
    });
    add(
      store,
      Array.from({ length: 5000 }, (_, i) => span(i + 1, 1)),
    );
    assert.deepEqual(
      [store.counters().spans, store.counters().droppedSpans, store.counters().droppedTraces],
      [0, 5000, 1],
    );
    assert.ok(store.counters().retainedBytes <= maxBytes);
    add(store, [span(1, 2)]);
    assert.equal(store.traceNow(parseTraceId(testTraceId(2))!)?.count, 1);
  });

  it('takes the logs of a dropped trace with it', () => {
    const store = new EmbeddedStore({ maxBytes: 512 * KB, now: () => NOW });
    const id = parseTraceId(testTraceId(1))!;
    add(store, [{ trace: 1, id: 1, start: 0, end: MS }]);
    const trace = store.traceNow(id)!;
    store.addLogs([
      {
        timeNs: nanos(EPOCH),
        traceId: id,
        spanId: trace.spanId(0),
        severity: 'INFO',
        body: 'x',
        attributes: new Map(),
      },
    ]);
    for (let i = 2; i <= 300; i++)
      add(store, [{ trace: i, id: 1, start: 0, end: MS, name: 'a', cold: new Uint8Array(4000) }]);
    assert.deepEqual([store.counters().logs, store.counters().droppedLogs], [0, 1]);
  });

  it('drops what is too much when the bound is lowered', () => {
    const store = new EmbeddedStore({ maxBytes: 4096 * KB, now: () => NOW });
    for (let i = 1; i <= 500; i++)
      add(store, [{ trace: i, id: 1, start: 0, end: MS, name: 'a', cold: new Uint8Array(4000) }]);
    assert.equal(store.counters().droppedTraces, 0);
    store.maxBytes = 1024 * KB;
    const { traces, droppedTraces, retainedBytes } = store.counters();
    assert.equal(traces + droppedTraces, 500);
    assert.ok(traces > 50 && retainedBytes <= 1024 * KB, `${traces} traces, ${retainedBytes} bytes`);
  });

  it('shortens the kept minutes rather than let statistics crowd out the spans', () => {
    const maxBytes = 4096 * KB;
    const store = new EmbeddedStore({ maxBytes, now: () => NOW });
    let id = 1;
    for (let minute = 59; minute >= 0; minute--) {
      add(
        store,
        Array.from({ length: 400 }, (_, i) => ({
          trace: id,
          id: id++,
          start: -minute * 60e9,
          end: -minute * 60e9 + MS,
          name: `operation ${i}`,
        })),
      );
    }
    const { retainedBytes, spans } = store.counters();
    assert.ok(retainedBytes <= maxBytes && spans > 1000, `${spans} spans, ${retainedBytes} bytes`);
    const [stats] = store.operationStats({ from: nanos(EPOCH - 3600_000_000_000n), to: WINDOW.to });
    assert.equal(stats!.exact, false);
    assert.equal(store.operationStats({ from: nanos(EPOCH - 60_000_000_000n), to: WINDOW.to })[0]!.exact, true);
  });
});
