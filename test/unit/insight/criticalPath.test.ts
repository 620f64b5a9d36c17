import assert from 'node:assert/strict';
import { criticalPath } from '../../../src/insight/criticalPath';
import type { Trace } from '../../../src/model/trace';
import { traceOf, type SpanSpec } from '../../support/spanRows';

const span = (
  name: string,
  id: number,
  parent: number,
  start: number,
  end: number | null,
  more?: Partial<SpanSpec>,
) => ({
  name,
  id,
  parent,
  start,
  end,
  ...more,
});

function pathText(trace: Trace): string {
  const path = criticalPath(trace);
  return [...path.row].map((row, i) => `${trace.names[trace.name[row]!]!} ${path.from[i]!}-${path.to[i]!}`).join(', ');
}

/** No two stretches at one time, in order, each within its span or what was made of it. */
function assertSound(trace: Trace): void {
  const { row, from, to } = criticalPath(trace);
  for (let i = 0; i < row.length; i++) {
    assert.ok(from[i]! < to[i]!);
    assert.ok(i === 0 || from[i]! >= to[i - 1]!);
    assert.ok(to[i]! <= trace.durationNs);
  }
}

describe('criticalPath', () => {
  it('goes through the child that finished last', () => {
    const trace = traceOf([
      span('root', 1, 0, 0, 100),
      span('a', 2, 1, 10, 40),
      span('b', 3, 1, 20, 80),
      span('c', 4, 3, 30, 70),
    ]);
    assert.equal(pathText(trace), 'root 0-20, b 20-30, c 30-70, b 70-80, root 80-100');
  });

  it('chains children that follow each other', () => {
    const trace = traceOf([
      span('root', 1, 0, 0, 100),
      span('a', 2, 1, 5, 30),
      span('b', 3, 1, 30, 60),
      span('c', 4, 1, 65, 90),
    ]);
    assert.equal(pathText(trace), 'root 0-5, a 5-30, b 30-60, root 60-65, c 65-90, root 90-100');
  });

  it('does not blame a child that goes on after its parent for the parent, only for what comes later', () => {
    const trace = traceOf([span('root', 1, 0, 0, 100), span('query', 2, 1, 20, 90), span('mail', 3, 1, 10, 500)]);
    assert.equal(pathText(trace), 'root 0-20, query 20-90, root 90-100, mail 100-500');
  });

  it('counts a child that outlasts its parent for the ancestor that outlasts it', () => {
    const trace = traceOf([span('root', 1, 0, 0, 200), span('start', 2, 1, 10, 50), span('work', 3, 2, 20, 190)]);
    assert.equal(pathText(trace), 'root 0-10, start 10-20, work 20-190, root 190-200');
  });

  it('leaves a gap where a message lay in a queue', () => {
    const trace = traceOf([
      span('root', 1, 0, 0, 100),
      span('send', 2, 1, 90, 95, { kind: 'PRODUCER' }),
      span('receive', 3, 2, 400, 600, { kind: 'CONSUMER', service: 'worker' }),
    ]);
    assert.equal(pathText(trace), 'root 0-90, send 90-95, root 95-100, receive 400-600');
  });

  it('cuts an answer that a skewed clock puts outside of its call', () => {
    const trace = traceOf([
      span('call', 1, 0, 0, 100, { kind: 'CLIENT' }),
      span('answer', 2, 1, 40, 130, { kind: 'SERVER' }),
      span('query', 3, 2, 60, 120),
    ]);
    assert.equal(pathText(trace), 'call 0-40, answer 40-60, query 60-100');
  });

  it('follows several roots', () => {
    const trace = traceOf([span('a', 1, 0, 0, 40), span('b', 2, 9, 50, 100), span('c', 3, 2, 60, 70)]);
    assert.equal(pathText(trace), 'a 0-40, b 50-60, c 60-70, b 70-100');
  });

  it('takes a span without an end to last as long as what happens below it', () => {
    const trace = traceOf([span('root', 1, 0, 0, null), span('a', 2, 1, 10, 40), span('b', 3, 1, 50, 80)]);
    assert.equal(pathText(trace), 'root 0-10, a 10-40, root 40-50, b 50-80');
  });

  it('is empty for a trace without any length', () => {
    assert.equal(pathText(traceOf([span('a', 1, 0, 5, 5), span('b', 2, 1, 5, null)])), '');
    assert.equal(pathText(traceOf([])), '');
  });

  it('keeps its promises for random trees, however they overlap', () => {
    let seed = 5;
    const next = (below: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
    for (let round = 0; round < 200; round++) {
      const specs = Array.from({ length: 40 }, (_, i) => {
        const start = next(1000);
        return span(`s${i}`, i + 1, next(8) === 0 ? 0 : next(40), start, start + next(600), {
          kind: (['INTERNAL', 'CLIENT', 'SERVER', 'CONSUMER'] as const)[next(4)]!,
        });
      });
      assertSound(traceOf(specs));
    }
  });

  it('takes a chain of 10,000 spans with 100,000 spans below its end that outlast all of it', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => span('chain', i + 1, i, i, 40_000 - i));
    const late = Array.from({ length: 100_000 }, (_, i) => span('late', 20_000 + i, 10_000, 20_000, 50_000 + i));
    const trace = traceOf([...chain, ...late]);
    assertSound(trace);
    const path = criticalPath(trace);
    assert.equal(trace.names[trace.name[path.row.at(-1)!]!], 'late');
  });
});
