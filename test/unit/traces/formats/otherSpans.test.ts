import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataPrepperSpans } from '../../../../src/traces/formats/dataPrepperSpans';
import { datadogSpans } from '../../../../src/traces/formats/datadogSpans';
import { elasticSpans } from '../../../../src/traces/formats/elasticSpans';
import { sigNozSpans } from '../../../../src/traces/formats/sigNozSpans';
import { isBadRecord, type ConvertedSpan, type SpanRecord } from '../../../../src/traces/formats/spanRecord';
import { xraySpans } from '../../../../src/traces/formats/xraySpans';
import { parseJsonLossless } from '../../../../src/traces/otlp/losslessJson';

function fixture(name: string): unknown {
  const file = path.join(__dirname, '..', '..', '..', 'fixtures', 'files', name);
  return parseJsonLossless(readFileSync(file, 'utf8'));
}

function good(spans: Iterable<ConvertedSpan>): SpanRecord[] {
  return [...spans].filter((span): span is SpanRecord => !isBadRecord(span));
}

const entries = (attributes: SpanRecord['attributes']) => Object.fromEntries(attributes);

describe('xraySpans', () => {
  const spans = good(xraySpans(fixture('xray-batch.json')));

  it('makes a span of each segment and subsegment', () => {
    assert.deepEqual(
      spans.map(({ name, kind, parentSpanId, resource }) => [name, kind, parentSpanId, resource.get('service.name')]),
      [
        ['orders', 2, undefined, 'orders'],
        ['stock', 3, '6b55dcc497934f1a', 'orders'],
        ['parse', 1, '53995c3f42cd8ad8', 'orders'],
        ['DynamoDB', 3, '6b55dcc497934f1a', 'orders'],
        ['lambda', 1, '53995c3f42cd8ad8', undefined],
        ['mail', 2, 'ffffffffffffffff', 'mail'],
      ],
    );
    assert.ok(spans.slice(0, 5).every(({ traceId }) => traceId === '6920a0c0a006649127e371903a2de979'));
    assert.deepEqual([spans[0]!.startNs, spans[3]!.endNs], [1763745472123456000n, 0n]);
  });

  it('reads what a retrieval of Transaction Search gives in the same format', () => {
    const { Traces: traces } = fixture('xray-batch.json') as {
      Traces: readonly { Id: string; Segments: readonly unknown[] }[];
    };
    const retrieved = traces.map(({ Id, Segments }) => ({ Id, Duration: 1, Spans: Segments }));
    const answer = { RetrievalStatus: 'COMPLETE', TraceFormat: 'XRAY', Traces: retrieved };
    assert.deepEqual(good(xraySpans(answer)), spans);
  });

  it('reads HTTP, annotations, metadata, exceptions and links', () => {
    const { attributes, events, links, status, resource } = spans[0]!;
    assert.deepEqual(entries(attributes), {
      'http.request.method': 'POST',
      'url.full': 'https://shop.example/orders',
      'client.address': '10.0.0.1',
      'http.response.status_code': 502,
      'http.response.body.size': 12,
      code_function_name: 'placeOrder',
      'code.function.name': 'placeOrder',
      'limits.max': 3,
      'debug.a': 1,
      'aws.ecs.container': 'c1',
      origin: 'AWS::ECS::Container',
    });
    assert.deepEqual(entries(resource), { 'service.name': 'orders', 'service.version': '1.2' });
    assert.deepEqual(entries(events[0]!.attributes), {
      'exception.type': 'OutOfStock',
      'exception.message': 'none left',
      'exception.stacktrace': '    at reserve (src/stock.js:12)',
    });
    assert.deepEqual([status, links[0]?.spanId], [{ code: 2, message: 'none left' }, '1111111111111111']);
  });

  it('goes down into subsegments however deep they are', () => {
    let document: object = { id: 'f'.repeat(16), name: 'leaf', start_time: 1, end_time: 2 };
    for (let i = 0; i < 20_000; i++) {
      document = {
        id: (i + 1).toString(16),
        trace_id: 'a',
        name: 's',
        start_time: 1,
        end_time: 2,
        subsegments: [document],
      };
    }
    assert.equal(good(xraySpans(document)).length, 20_001);
    assert.equal([...xraySpans([{ Document: '{' }, 7, { id: '1', start_time: 1 }])].filter(isBadRecord).length, 3);
  });
});

describe('datadogSpans', () => {
  it('reads what tracers send to the agent', () => {
    const [root, child, other] = good(datadogSpans(fixture('datadog-agent.json')));
    assert.equal(root!.traceId, '6920a0c000000000112210f47de98115');
    assert.equal(child!.traceId, root!.traceId);
    assert.equal(child!.parentSpanId, root!.spanId);
    assert.deepEqual([other!.traceId, other!.parentSpanId], ['2a'.padStart(32, '0'), '2c'.padStart(16, '0')]);
    assert.deepEqual(
      [root!.name, root!.kind, root!.scope.name, root!.startNs],
      ['GET /cart', 2, 'http', 1763745472123456789n],
    );
    assert.deepEqual(entries(root!.attributes), {
      'http.status_code': 200,
      env: 'test',
      _sampling_priority_v1: 1,
      ratio: 0.5,
      'span.type': 'web',
      'operation.name': 'web.request',
    });
    assert.deepEqual(
      [root!.links[0]?.traceId, root!.links[0]?.spanId],
      ['00000000000000010000000000000005', '0000000000000006'],
    );
    assert.deepEqual([root!.events[0]?.name, child!.events[0]?.name], ['cache.miss', 'retry']);
    assert.deepEqual(child!.status, { code: 2, message: 'timeout' });
    assert.equal(child!.attributes.get('exception.type'), 'QueryError');
  });

  it('reads answers of the search and of the trace by id', () => {
    const [root, child] = good(datadogSpans(fixture('datadog-search.json')));
    assert.deepEqual(
      [root!.spanId, root!.parentSpanId, child!.parentSpanId],
      ['0f6b75ab2bc471c7', undefined, '0f6b75ab2bc471c7'],
    );
    assert.deepEqual(
      [root!.name, root!.kind, root!.status.code, root!.endNs - root!.startNs],
      ['GET /orders', 2, 2, 3402932n],
    );
    assert.deepEqual(
      [root!.attributes.get('http.status_code'), root!.attributes.get('code.function.name')],
      [500, 'list'],
    );
    assert.equal(root!.resource.get('deployment.environment.name'), 'prod');
    const trace = good(datadogSpans(fixture('datadog-trace.json')));
    assert.deepEqual(trace.map(({ spanId }) => spanId), ['891087b8e3b70cb1', 'f'.repeat(16)]); // prettier-ignore
    assert.deepEqual([trace[1]!.startNs, trace[1]!.endNs], [1763745472124456789n, 1763745472124456790n]);
  });
});

describe('elasticSpans', () => {
  it('reads classic documents, dotted or nested', () => {
    const [transaction, span] = good(elasticSpans(fixture('elastic-classic.json')));
    const { attributes, resource, status, kind, startNs, endNs } = transaction!;
    assert.deepEqual([kind, startNs, endNs - startNs, status.code], [2, 1763726400123456000n, 2_500_000n, 2]);
    assert.deepEqual(
      [attributes.get('code.function.name'), attributes.get('code.line.number'), attributes.get('team')],
      ['orders', 12, 'a_b'],
    );
    assert.deepEqual([attributes.get('url.path'), resource.get('telemetry.sdk.language')], ['/orders', 'nodejs']);
    assert.deepEqual([span!.spanId, span!.parentSpanId, span!.kind], ['c7ad6b7169203332', transaction!.spanId, 3]);
    assert.equal(span!.links[0]?.spanId, '2222222222222222');
  });

  it('reads native documents', () => {
    const text = readFileSync(path.join(__dirname, '../../../fixtures/files/elastic-otel.jsonl'), 'utf8');
    const documents = text.trim().split('\n').map(parseJsonLossless);
    const [server, inner] = good(elasticSpans(documents));
    assert.deepEqual(
      [server!.kind, server!.status, server!.scope],
      [2, { code: 2, message: 'no' }, { name: 'lib', version: '2' }],
    );
    assert.deepEqual(entries(server!.attributes), { 'http.route': '/x', 'code.line.number': 7 });
    assert.deepEqual(entries(server!.resource), { 'service.name': 'api', 'host.name': 'h' });
    assert.equal(inner!.startNs, 1763726400124500000n);
  });
});

describe('dataPrepperSpans', () => {
  it('reads both output formats', () => {
    const [server, inner] = good(dataPrepperSpans(fixture('opensearch.json')));
    assert.deepEqual([server!.startNs, server!.endNs - server!.startNs], [1763726400123456789n, 100_000_000n]);
    assert.deepEqual(entries(server!.attributes), { 'code.function.name': 'charge', 'http.status_code': 402 });
    assert.deepEqual(entries(server!.resource), { 'service.name': 'pay', 'host.name': 'h' });
    assert.deepEqual(entries(server!.events[0]!.attributes), { 'exception.type': 'Declined' });
    assert.deepEqual([server!.kind, server!.status], [2, { code: 2, message: 'declined' }]);
    assert.deepEqual([inner!.attributes.get('code.function.name'), inner!.scope.name], ['f', 'lib']);
    assert.equal(inner!.endNs - inner!.startNs, 1000n);
  });
});

describe('sigNozSpans', () => {
  it('reads the waterfall without its placeholders', () => {
    const spans = good(sigNozSpans(fixture('signoz-waterfall.json')));
    assert.deepEqual(spans.map(({ name, kind }) => [name, kind]), [['GET /y', 2], ['inner', 1]]); // prettier-ignore
    assert.deepEqual(entries(spans[0]!.attributes), { 'http.route': '/y', 'http.status_code': 500 });
    assert.deepEqual([spans[0]!.startNs, spans[0]!.events[0]?.timeNs], [1763726400123456789n, 1763726400123456999n]);
    assert.deepEqual(spans[1]!.links.map(({ spanId }) => spanId), ['2222222222222222']); // prettier-ignore
    assert.deepEqual([spans[0]!.status, spans[0]!.resource.get('service.name')], [{ code: 2, message: 'no' }, 'front']);
  });

  it('reads whole rows: what is made of attributes is none, the first link is the parent, an end may be before its start', () => {
    const [traceId, parent] = ['3af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203330'];
    const data = {
      ...{ trace_id: traceId, span_id: 'b7ad6b7169203331', parent_span_id: parent, name: 'x', kind_string: 'Client' },
      ...{ duration_nano: '18446744073709551611', http_method: 'GET', db_name: 'shop', is_remote: 'unknown' },
      links: [
        { traceId, spanId: parent },
        { traceId, spanId: '00000000000000ff' },
      ],
      ...{ attributes: { 'http.request.method': 'GET', 'a.double': 1.5 }, resource: { 'service.name': 'front' } },
    };
    const [span] = good(sigNozSpans({ timestamp: '2025-11-21T12:00:00.000000009Z', data }));
    assert.deepEqual(entries(span!.attributes), { 'http.request.method': 'GET', 'a.double': 1.5 });
    assert.deepEqual(
      [span!.links.map(({ spanId }) => spanId), span!.endNs - span!.startNs],
      [['00000000000000ff'], -5n],
    );
  });

  it('reads raw rows and the older answers', () => {
    const [row] = good(sigNozSpans(fixture('signoz-raw.json')));
    assert.deepEqual([row!.startNs, row!.attributes.get('code.function.name')], [1763726400123456789n, 'list']);
    const columns = ['__time', 'SpanId', 'TraceId', 'ServiceName', 'Name', 'Kind', 'DurationNano', 'TagsKeys', 'TagsValues', 'References', 'Events', 'HasError']; // prettier-ignore
    const values = [1763726400123, 'b7ad6b7169203331', '3af7651916cd43dd8448eb211c80319c', 'front', 'x', '2', '1000', ['a'], ['b'], ['{TraceId=3af7651916cd43dd8448eb211c80319c, SpanId=b7ad6b7169203330, RefType=CHILD_OF}'], ['{"name":"e","timeUnixNano":5,"attributeMap":{}}'], 'false']; // prettier-ignore
    const [old] = good(sigNozSpans([{ columns, events: [values] }]));
    assert.deepEqual(
      [old!.startNs, old!.parentSpanId, old!.links.length],
      [1763726400123000000n, 'b7ad6b7169203330', 0],
    );
    assert.deepEqual([entries(old!.attributes), old!.events[0]?.name, old!.status.code], [{ a: 'b' }, 'e', 0]);
    const waterfall = { spanId: 'b7ad6b7169203331', traceId: 'ab', timestamp: 1763726400123, durationNano: 7, hasError: true, serviceName: 'front', tagMap: { a: 'b' }, name: 'x' }; // prettier-ignore
    const [older] = good(sigNozSpans({ data: { spans: [waterfall] } }));
    assert.deepEqual(
      [older!.status.code, older!.endNs - older!.startNs, entries(older!.attributes)],
      [2, 7n, { a: 'b' }],
    );
  });
});
