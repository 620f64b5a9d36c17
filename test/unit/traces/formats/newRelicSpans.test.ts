import assert from 'node:assert/strict';
import { newRelicSpans } from '../../../../src/traces/formats/newRelicSpans';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ROW = {
  'trace.id': TRACE,
  id: '00f067aa0ba902b7',
  name: 'GET /',
  timestamp: 1_763_737_200_123,
  'duration.ms': 1.5,
};

function spansOf(answer: unknown): SpanRecord[] {
  return [...newRelicSpans(answer)].map((span) => {
    if (isBadRecord(span)) throw new Error(span.problem);
    return span;
  });
}

describe('spans of New Relic', () => {
  it('are read from answers of NerdGraph, with their events, whatever their queries are called', () => {
    const event = {
      'trace.id': TRACE,
      'span.id': ROW.id,
      timestamp: 1_763_737_200_124,
      name: 'exception',
      'exception.type': 'E',
    };
    const account = {
      spans: { results: [{ ...ROW, 'http.route': '/', 'host.name': 'a' }] },
      more: { results: [event] },
    };
    const [span] = spansOf({ data: { actor: { account } } });
    assert.equal(span?.startNs, 1_763_737_200_123_000_000n);
    assert.equal(span?.endNs, 1_763_737_200_124_500_000n);
    assert.equal(span?.attributes.get('http.route'), '/');
    assert.equal(span?.resource.get('host.name'), 'a');
    assert.deepEqual(
      span?.events.map(({ name, attributes }) => [name, attributes.get('exception.type')]),
      [['exception', 'E']],
    );
  });

  it('are read from its distributed trace', () => {
    const spans = [
      {
        id: 'b7ad6b7169203331',
        name: 'a',
        parentId: null,
        traceId: TRACE,
        timestamp: 1000,
        durationMs: 2,
        attributes: { 'service.name': 's', 'span.kind': 'server' },
      },
      {
        id: '00f067aa0ba902b7',
        name: 'b',
        parentId: 'b7ad6b7169203331',
        traceId: TRACE,
        timestamp: 1001,
        durationMs: 1,
        attributes: {},
      },
    ];
    const [root, child] = spansOf({ data: { actor: { distributedTracing: { trace: { id: TRACE, spans } } } } });
    assert.deepEqual([root?.kind, root?.resource.get('service.name'), root?.parentSpanId], [2, 's', undefined]);
    assert.equal(child?.parentSpanId, root?.spanId);
  });

  it('of a distributed trace belong to the entities that are named beside them', () => {
    const span = { id: 'b7ad6b7169203331', name: 'GET /', traceId: TRACE, timestamp: 5, durationMs: 1 };
    const trace = {
      id: TRACE,
      entities: [{ guid: 'MTIz', name: 'shop' }],
      spans: [
        { ...span, entityGuid: 'MTIz', attributes: {} },
        { ...span, entityGuid: 'MTIz', attributes: { 'service.name': 'cart' } },
        { ...span, entityGuid: 'NDU2', attributes: {} },
      ],
    };
    const found = spansOf({ data: { actor: { distributedTracing: { trace } } } });
    assert.deepEqual(
      found.map((one) => one?.resource.get('service.name')),
      ['shop', 'cart', undefined],
    );
  });

  it('of agents have seconds, an entity, an error and a category', () => {
    const agent = {
      traceId: TRACE,
      guid: '00f067aa0ba902b7',
      parentId: 'b7ad6b7169203331',
      name: 'Datastore/x',
      timestamp: 5,
    };
    const fields = {
      duration: 0.25,
      category: 'datastore',
      'entity.name': 'shop',
      'error.class': 'E',
      'error.message': 'm',
    };
    const [span] = spansOf([{ ...agent, ...fields }]);
    assert.equal(span?.endNs, 255_000_000n);
    assert.deepEqual(
      [span?.kind, span?.status, span?.resource.get('service.name')],
      [3, { code: 2, message: 'm' }, 'shop'],
    );
  });

  it('that lack an id or a time are counted as such', () => {
    const found = [
      ...newRelicSpans([
        { ...ROW, timestamp: 'never' },
        { ...ROW, id: '' },
      ]),
    ];
    assert.deepEqual(
      found.map((one) => isBadRecord(one)),
      [true, true],
    );
  });
});
