import assert from 'node:assert/strict';
import { elasticEvents } from '../../../../src/traces/formats/elasticEvents';
import { elasticSpans } from '../../../../src/traces/formats/elasticSpans';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

function span(fields: object): SpanRecord {
  const [found] = elasticSpans([{ 'trace.id': TRACE, '@timestamp': '2025-11-21T12:00:00.123Z', ...fields }]);
  if (found === undefined || isBadRecord(found)) throw new Error(found?.problem ?? 'no span');
  return found;
}

function transaction(type: string, fields: object = {}): SpanRecord {
  return span({ 'processor.event': 'transaction', 'transaction.id': '1', 'transaction.type': type, ...fields });
}

function inner(type: string | undefined, fields: object = {}): SpanRecord {
  return span({ 'processor.event': 'span', 'span.id': '2', ...(type && { 'span.type': type }), ...fields });
}

describe('classic documents of Elastic APM', () => {
  it('have the kind that they name, or that follows from their type', () => {
    const kinds: [SpanRecord, number][] = [
      [transaction('request'), 2],
      [transaction('messaging'), 5],
      [transaction('messaging', { labels: { messaging_operation_type: 'send' } }), 4],
      [transaction('page-load'), 0],
      [transaction('request', { 'span.kind': 'INTERNAL' }), 1],
      [inner('db'), 3],
      [inner('external'), 3],
      [inner('messaging', { 'span.action': 'send' }), 4],
      [inner('messaging', { 'span.action': 'poll' }), 3],
      [inner('app'), 1],
      [inner('unknown'), 0],
      [inner(undefined), 0],
    ];
    for (const [found, kind] of kinds) assert.equal(found.kind, kind, JSON.stringify([...found.attributes]));
  });

  it('have attributes under the names of conventions, where these can be told', () => {
    const { attributes, resource } = inner('db', {
      span: {
        id: '2',
        type: 'db',
        subtype: 'postgresql',
        db: { type: 'postgresql', statement: 'SELECT 1', instance: 'shop' },
      },
      labels: { http_route: '/a', order_id: 'x', service_namespace: 'web', process_command_args: ['node', 'a.js'] },
      numeric_labels: { code_line_number: 7, big: '9007199254740993' },
      service: { name: 'shop', node: { name: 'pod-1' }, target: { name: 'shop' }, environment: 'prod' },
      kubernetes: { pod: { name: 'pod-1' } },
    });
    assert.deepEqual(
      ['db.system', 'db.query.text', 'db.namespace', 'http.route', 'order_id', 'code.line.number', 'big'].map((name) => attributes.get(name)), // prettier-ignore
      ['postgresql', 'SELECT 1', 'shop', '/a', 'x', 7, 9007199254740992],
    );
    assert.deepEqual(
      ['service.namespace', 'process.command_args', 'service.instance.id', 'k8s.pod.name', 'deployment.environment.name'].map((name) => resource.get(name)), // prettier-ignore
      ['web', ['node', 'a.js'], 'pod-1', 'pod-1', 'prod'],
    );
    assert.ok(!resource.has('service.target.name'), 'what was called is not who called');
    const sent = inner('messaging', { 'span.subtype': 'kafka', 'span.action': 'send' }).attributes;
    assert.deepEqual([sent.get('messaging.system'), sent.get('messaging.operation.type')], ['kafka', 'send']);
    assert.equal(inner('external', { 'span.subtype': 'grpc' }).attributes.get('rpc.system'), 'grpc');
    assert.equal(inner('external', { 'span.subtype': 'http' }).attributes.get('rpc.system'), undefined);
  });

  it('have the instrumentation scope where OpenTelemetry made them, else the agent', () => {
    const framework = { 'service.framework.name': 'net/http', 'service.framework.version': '0.60' };
    const scope = { name: 'net/http', version: '0.60' };
    assert.deepEqual(transaction('request', { 'agent.name': 'opentelemetry/go', ...framework }).scope, scope);
    assert.deepEqual(transaction('request', { 'agent.name': 'otlp' }).scope, { name: '', version: '' });
    const agent = { name: 'nodejs', version: '4.5' };
    assert.deepEqual(transaction('request', { agent, ...framework }).scope, agent);
  });
});

describe('elasticEvents', () => {
  const error = (exception: object, more: object = {}) => ({
    'trace.id': TRACE,
    'parent.id': 'b7ad6b7169203331',
    'timestamp.us': 1763726400123456,
    processor: { event: 'error' },
    error: { exception: [exception], ...more },
  });

  it('prints stacks as the language does', () => {
    const python = [
      { filename: 'shop/cart.py', abs_path: '/app/shop/cart.py', function: 'load', line: { number: 9 } },
      { filename: 'main.py', abs_path: '/app/main.py', function: 'main', line: { number: 2 } },
    ];
    const node = [{ filename: 'cart.js', abs_path: '/app/cart.js', function: 'load', line: { number: 9, column: 3 } }];
    const stacks = [...elasticEvents([error({ type: 'KeyError', message: 'x', stacktrace: python }), error({ type: 'Error', message: 'y', stacktrace: node })])].map(({ event }) => event.attributes.get('exception.stacktrace')); // prettier-ignore
    assert.deepEqual(stacks, [
      'Traceback (most recent call last):\n  File "/app/main.py", line 2, in main\n  File "/app/shop/cart.py", line 9, in load\nKeyError: x',
      'Error: y\n    at load (/app/cart.js:9:3)',
    ]);
    const [whole] = elasticEvents([error({ type: 'E', message: '[EMPTY]' }, { stack_trace: 'as it came' })]);
    assert.deepEqual(Object.fromEntries(whole!.event.attributes), {
      'exception.type': 'E',
      'exception.stacktrace': 'as it came',
    });
    assert.deepEqual([whole!.spanId, whole!.event.timeNs], ['b7ad6b7169203331', 1763726400123456000n]);
  });

  it('reads other events of both shapes, and leaves out what belongs to no span', () => {
    const found = [
      ...elasticEvents({
        hits: {
          hits: [
            {
              _source: {
                'trace.id': TRACE,
                'transaction.id': '1',
                '@timestamp': '2025-11-21T12:00:00.5Z',
                message: 'sent',
              },
            },
            { _source: { trace_id: TRACE, span_id: '2', '@timestamp': '1763726400124.000007', event_name: 'hit', attributes: { 'event.name': 'hit', n: 1 } } }, // prettier-ignore
            { _source: { trace_id: TRACE, '@timestamp': '1763726400124', event_name: 'nowhere' } },
            { _source: { ...error({}), error: { id: 'empty' } } },
            { _source: 7 },
          ],
        },
      }),
    ];
    assert.deepEqual(
      found.map(({ spanId, event }) => [spanId, event.name, event.timeNs, [...event.attributes]]),
      [
        ['1'.padStart(16, '0'), 'sent', 1763726400500000000n, []],
        ['2'.padStart(16, '0'), 'hit', 1763726400124000007n, [['n', 1]]],
      ],
    );
  });
});
