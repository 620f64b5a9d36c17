import assert from 'node:assert/strict';
import type { SpanId, TraceId } from '../../../../src/model/ids';
import { KeptSample, KeptTraces, type FetchedTrace } from '../../../../src/traces/backends/keptSample';
import { NO_SCOPE, STATUS_UNSET, type SpanRecord } from '../../../../src/traces/formats/spanRecord';

const NOW_MS = Date.UTC(2026, 10, 22);

function traceId(number: number): TraceId {
  return number.toString(16).padStart(32, '0') as TraceId;
}

/** A trace of some spans that ended so long ago. */
function trace(number: number, agoMs: number, spanCount = 1): FetchedTrace {
  const endNs = BigInt(NOW_MS - agoMs) * 1_000_000n;
  const spans = Array.from({ length: spanCount }, (_, at): SpanRecord => ({
    ...{ traceId: traceId(number), spanId: (at + 1).toString(16).padStart(16, '0') as SpanId, name: 'work', kind: 1 },
    ...{ startNs: endNs - 1000n, endNs, attributes: new Map(), events: [], links: [], status: STATUS_UNSET },
    ...{ resource: new Map(), scope: NO_SCOPE },
  }));
  return { id: traceId(number), spans, stamp: 'as listed' };
}

describe('traces that are kept from sample to sample', () => {
  let nowMs = NOW_MS;
  const now = (): number => nowMs;

  beforeEach(() => (nowMs = NOW_MS));

  const numbers = (traces: readonly FetchedTrace[]): number[] => traces.map(({ id }) => parseInt(id, 16));

  it('keeps what has settled, and what the list says the same of', () => {
    const kept = new KeptTraces(now);
    kept.keep(trace(1, 100_000), true);
    kept.keep(trace(2, 1_000), true);
    kept.keep(trace(3, 1_000), true);
    kept.keep(trace(4, 1_000), true);
    const listed = new Map([
      [traceId(2), 'as listed'],
      [traceId(3), 'longer'],
    ]);
    kept.prune(0, listed);
    assert.deepEqual(numbers(kept.sampled), [1, 2]);
    // Once it was heard of after its time, it needs no list.
    nowMs += 120_000;
    kept.prune(0, listed);
    kept.prune(0, new Map());
    assert.deepEqual(numbers(kept.sampled), [1, 2]);
  });

  it('drops what settled but grew nevertheless, and what ended before the window', () => {
    const kept = new KeptTraces(now);
    kept.keep(trace(1, 100_000), true);
    kept.keep(trace(2, 100_000), true);
    kept.keep(trace(3, 900_000), true);
    kept.prune(NOW_MS - 500_000, new Map([[traceId(1), 'longer']]));
    assert.deepEqual(numbers(kept.sampled), [2]);
  });

  it('counts a trace that was chosen for what it is only once it was chosen by when it was', () => {
    const kept = new KeptTraces(now);
    kept.keep(trace(1, 100_000), false);
    assert.deepEqual([numbers(kept.sampled), numbers(kept.others)], [[], [1]]);
    kept.choose(traceId(1));
    assert.deepEqual([numbers(kept.sampled), numbers(kept.others)], [[1], []]);
    kept.keep(trace(1, 100_000, 2), false);
    assert.deepEqual(numbers(kept.sampled), [1]);
    assert.equal(kept.spanCount, 2);
  });

  it('keeps the latest two hundred', () => {
    const kept = new KeptTraces(now);
    for (let number = 1; number <= 210; number++) kept.keep(trace(number, 100_000 + number), true);
    assert.equal(kept.sampled.length, 200);
    assert.ok(kept.has(traceId(1)) && !kept.has(traceId(210)));
  });

  it('drops the oldest of services that were asked for before, where spans are too many', () => {
    const sample = new KeptSample(now);
    for (let number = 1; number <= 6; number++) sample.of('first').keep(trace(number, 100_000 + number, 1_000), true);
    for (let number = 11; number <= 16; number++) sample.of('second').keep(trace(number, 200_000, 1_000), true);
    sample.trim();
    assert.deepEqual(numbers(sample.of('first').sampled), [1, 2, 3, 4]);
    assert.equal(sample.of('second').sampled.length, 6);
  });
});
