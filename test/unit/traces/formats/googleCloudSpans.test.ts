import assert from 'node:assert/strict';
import { bigQueryRows } from '../../../../src/traces/formats/bigQueryRows';
import { googleSpanRows } from '../../../../src/traces/formats/googleSpanRows';
import { googleTraceSpans } from '../../../../src/traces/formats/googleTraceSpans';
import { isBadRecord, type ConvertedSpan, type SpanRecord } from '../../../../src/traces/formats/spanRecord';

const TRACE = '382d4f4c6b7bb2f4a972559d9085001d';

function good(spans: Iterable<ConvertedSpan>): SpanRecord[] {
  return [...spans].map((span) => {
    if (isBadRecord(span)) throw new Error(span.problem);
    return span;
  });
}

describe('spans of Google Cloud Trace', () => {
  const span = {
    spanId: '2205310701640571284',
    kind: 'RPC_SERVER',
    name: 'GET /x',
    startTime: '2026-08-01T10:00:00.123456789Z',
    endTime: '2026-08-01T10:00:01Z',
    labels: { '/http/route': '/x', '/http/status_code': '200', 'service.name': 'shop', 'code.function.name': 'f' },
  };
  const only = (more: object): SpanRecord =>
    good(googleTraceSpans({ traceId: TRACE, spans: [{ ...span, ...more }] }))[0]!;

  it('have decimal ids, times to the nanosecond, and attributes under the names they were sent with', () => {
    const { spanId, parentSpanId, kind, startNs, endNs, attributes, resource } = only({ parentSpanId: '1' });
    assert.deepEqual([spanId, parentSpanId, kind], ['1e9ad6661ea75994', '0000000000000001', 2]);
    assert.deepEqual([startNs, endNs], [1785578400123456789n, 1785578401000000000n]);
    assert.deepEqual(Object.fromEntries(attributes), {
      'http.route': '/x',
      'http.status_code': 200,
      'code.function.name': 'f',
    });
    assert.equal(resource.get('service.name'), 'shop');
  });

  it('have ids that fill all 64 bits, and no parent where it is 0', () => {
    const { spanId, parentSpanId } = only({ spanId: '18446744073709551615', parentSpanId: '0' });
    assert.deepEqual([spanId, parentSpanId], ['ffffffffffffffff', undefined]);
  });

  it('have failed where a label says so', () => {
    const codes = [
      { 'g.co/status/code': '2', 'g.co/status/description': 'gone' },
      { 'g.co/status/code': '0', '/http/status_code': '500' },
      { 'otel.status_code': 'ERROR' },
      { '/error/message': 'gone' },
      { error: 'true' },
      { '/http/status_code': '503' },
      { '/http/status_code': '404' },
      {},
    ].map((labels) => only({ labels }).status);
    assert.deepEqual(
      codes.map(({ code }) => code),
      [2, 1, 2, 2, 2, 2, 0, 0],
    );
    assert.deepEqual([codes[0]!.message, codes[3]!.message], ['gone', 'gone']);
  });

  it('belong to the service that Google’s runtimes name, where nobody else does', () => {
    const { resource, scope } = only({ labels: { 'g.co/gae/app/module': 'default', 'otel.scope.name': 'http' } });
    assert.deepEqual([resource.get('service.name'), scope], ['default', { name: 'http', version: '' }]);
  });

  it('are read from lists, and counted where they cannot be read', () => {
    const list = {
      traces: [
        { traceId: TRACE, spans: [span] },
        { traceId: TRACE, spans: [{ ...span, startTime: '?' }, 5] },
      ],
    };
    assert.deepEqual([...googleTraceSpans(list)].map(isBadRecord), [false, true, true]);
  });
});

describe('rows of Google Cloud’s trace storage', () => {
  const row = {
    ...{ trace_id: TRACE, span_id: '9046a5b9f7c12500', parent_span_id: null, name: 'GET /x', kind: 2 },
    ...{ start_time: '2026-08-01 10:00:00.123456 UTC', end_time: '2026-08-01 10:00:01 UTC' },
    attributes: { 'http.response.status_code': 500, tags: ['a', 'b'] },
    status: { code: 2, message: 'gone' },
    resource: { attributes: { 'service.name': 'shop' } },
    instrumentation_scope: { name: 'http', version: '1' },
    events: [{ name: 'exception', time: '2026-08-01 10:00:00.5 UTC', attributes: { 'exception.type': 'E' } }],
    links: [{ trace_id: TRACE, span_id: '0000000000000001', attributes: {} }],
  };

  it('keep what OTLP says', () => {
    const [span] = good(googleSpanRows([row]));
    assert.deepEqual([span!.startNs, span!.endNs], [1785578400123456000n, 1785578401000000000n]);
    assert.deepEqual(
      [span!.kind, span!.status, span!.scope],
      [2, { code: 2, message: 'gone' }, { name: 'http', version: '1' }],
    );
    assert.deepEqual(Object.fromEntries(span!.attributes), { 'http.response.status_code': 500, tags: ['a', 'b'] });
    assert.deepEqual(
      span!.events.map(({ name, timeNs, attributes }) => [name, timeNs, attributes.get('exception.type')]),
      [['exception', 1785578400500000000n, 'E']],
    );
    assert.equal(span!.links[0]!.spanId, '0000000000000001');
    assert.equal(span!.resource.get('service.name'), 'shop');
  });

  it('tell nanoseconds where they have the column, and take enumerations by name', () => {
    const exact = { start_time_unix_nano: '1785578400123456789', duration_nano: '11' };
    const [span] = good(
      googleSpanRows([{ ...row, ...exact, kind: { name: 'SPAN_KIND_CLIENT' }, status: { code: 'ERROR' } }]),
    );
    assert.deepEqual([span!.startNs, span!.endNs - span!.startNs], [1785578400123456789n, 11n]);
    assert.deepEqual([span!.kind, span!.status.code], [3, 2]);
  });

  it('are read where columns of JSON are texts', () => {
    const [span] = good(
      googleSpanRows([{ ...row, attributes: '{"a.b":1}', resource: { attributes: '{"service.name":"s"}' } }]),
    );
    assert.deepEqual([span!.attributes.get('a.b'), span!.resource.get('service.name')], [1, 's']);
  });

  it('are read from an answer of BigQuery, whose cells have no names', () => {
    const text = (name: string, type = 'STRING') => ({ name, type, mode: 'NULLABLE' });
    const event = {
      name: 'events',
      type: 'RECORD',
      mode: 'REPEATED',
      fields: [text('name'), text('attributes', 'JSON')],
    };
    const answer = {
      schema: {
        fields: [
          text('trace_id'),
          text('span_id'),
          text('start_time', 'TIMESTAMP'),
          text('duration_nano', 'INTEGER'),
          event,
        ],
      },
      rows: [
        {
          f: [
            ...[{ v: TRACE }, { v: '9046a5b9f7c12500' }, { v: '1.785578400123456E9' }, { v: '5' }],
            { v: [{ v: { f: [{ v: 'e' }, { v: '{"k":"v"}' }] } }] },
          ],
        },
      ],
    };
    const [span] = good(googleSpanRows(answer));
    assert.deepEqual([span!.startNs, span!.endNs], [1785578400123456000n, 1785578400123456005n]);
    assert.deepEqual([span!.events[0]!.name, span!.events[0]!.attributes.get('k')], ['e', 'v']);
    assert.equal([...bigQueryRows({})].length, 0);
  });
});
