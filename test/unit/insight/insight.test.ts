import assert from 'node:assert/strict';
import { operationContext } from '../../../src/insight/operationContext';
import { selfTime } from '../../../src/insight/selfTime';
import { traceNotices } from '../../../src/insight/traceNotices';
import { traceOf } from '../../support/spanRows';

const span = (name: string, id: number, parent: number, start: number, end: number | null) => ({
  name,
  id,
  parent,
  start,
  end,
});

describe('selfTime', () => {
  it('leaves out the union of the children, as far as it lies within the span', () => {
    const trace = traceOf([
      span('root', 1, 0, 100, 200),
      span('a', 2, 1, 110, 140),
      span('b', 3, 1, 120, 130),
      span('c', 4, 1, 135, 150),
      span('d', 5, 1, 190, 900),
      span('e', 6, 1, 50, 105),
    ]);
    const self = new Map([...selfTime(trace)].map((ns, row) => [trace.names[trace.name[row]!]!, ns]));
    assert.equal(self.get('root'), 100 - 40 - 10 - 5);
    assert.equal(self.get('a'), 30);
    assert.equal(self.get('d'), 710);
  });

  it('takes 100,000 children and a chain of 10,000', () => {
    const wide = traceOf([
      span('root', 1, 0, 0, 1_000_000),
      ...Array.from({ length: 100_000 }, (_, i) => span('c', i + 2, 1, i * 10, i * 10 + 5)),
    ]);
    assert.equal(selfTime(wide)[0], 500_000);
    const deep = traceOf(Array.from({ length: 10_000 }, (_, i) => span('c', i + 1, i, i, 20_000 - i)));
    assert.deepEqual([...new Set(selfTime(deep).slice(0, -1))], [2]);
  });
});

describe('traceNotices', () => {
  it('says nothing about a sound trace', () => {
    assert.deepEqual(traceNotices(traceOf([span('a', 1, 0, 0, 10), span('b', 2, 1, 1, 9)])), []);
  });

  it('says what is wrong and what was done about it', () => {
    const trace = traceOf([
      span('a', 1, 0, 0, 10),
      span('b', 2, 0, 20, 30),
      span('c', 3, 99, 0, 1),
      span('d', 4, 98, 0, 1),
      span('e', 5, 5, 3, 4),
      span('f', 1, 1, 3, 4),
      span('g', 7, 1, 3, null),
      span('h', 8, 1, 5, 4),
      span('i', 9, 2, 1, 2),
    ]);
    assert.deepEqual(traceNotices(trace), [
      '2 spans name a parent that never arrived; they are shown as roots.',
      'The trace has 2 spans without a parent; they are shown beside each other.',
      '1 span is its own ancestor or hangs below such a span; the circle was cut at its earliest span.',
      '1 span has an id that was taken by another span of the trace; children of that id are shown below the first.',
      '1 span has no start or no end and is shown with a length of 0.',
      '1 span ends before it starts and is shown with a length of 0.',
    ]);
    const skewed = traceOf([span('a', 1, 0, 9e6, 20e6), span('b', 2, 1, 1e6, 2e6)]);
    assert.deepEqual(traceNotices(skewed), [
      '1 span lies outside of the call that caused it: clocks differ. Times are shown as they were sent.',
    ]);
  });
});

describe('operationContext', () => {
  it('shares out the time of an operation and its callers', () => {
    const first = traceOf([
      span('gateway', 1, 0, 0, 120),
      span('pay', 2, 1, 10, 110),
      span('query', 3, 2, 20, 40),
      span('query', 4, 2, 30, 50),
      span('card', 5, 2, 60, 100),
    ]);
    const second = traceOf([span('pay', 1, 0, 0, 100), span('card', 2, 1, 0, 50)]);
    const id = first.operationIds[first.operation[1]!]!;
    assert.deepEqual(operationContext([first, second], id), {
      count: 2,
      children: [
        { service: 'shop', name: 'card', share: 0.45, perCall: 1 },
        { service: 'shop', name: 'query', share: 0.15, perCall: 1 },
      ],
      ownShare: 0.4,
      callers: [{ service: 'shop', name: 'gateway', share: 0.5, perCall: 0.5 }],
      rootShare: 0.5,
    });
    assert.equal(operationContext([second], first.operationIds[0]!), undefined);
  });
});
