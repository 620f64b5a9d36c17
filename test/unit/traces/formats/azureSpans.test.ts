import assert from 'node:assert/strict';
import { azureSpans } from '../../../../src/traces/formats/azure/azureSpans';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';
import { azureTable, inClassicColumns } from '../../../support/servers/data/azureAnswers';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const REQUEST = {
  Type: 'AppRequests',
  TimeGenerated: '2026-11-21T10:00:00.1234567Z',
  OperationId: TRACE,
  Id: '00f067aa0ba902b7',
  ParentId: '',
  Name: 'GET /orders/{id}',
  DurationMs: 1.1,
  Success: true,
  ResultCode: '200',
  AppRoleName: 'orders',
  Url: 'https://shop.example/orders/42?full=1',
  Properties: {},
};
const CALL = {
  ...REQUEST,
  ...{ Type: 'AppDependencies', Id: 'b7ad6b7169203331', ParentId: REQUEST.Id, Url: undefined },
  ...{ DependencyType: 'InProc', Target: '', Data: '', Name: 'work' },
};

function spansOf(...rows: readonly object[]): SpanRecord[] {
  return [...azureSpans({ tables: [azureTable(rows as Record<string, unknown>[])] })].map((span) => {
    if (isBadRecord(span)) throw new Error(span.problem);
    return span;
  });
}

function attributesOf(row: object): Record<string, unknown> {
  return Object.fromEntries(spansOf(row)[0]!.attributes);
}

describe('spans of Azure Monitor', () => {
  it('have starts of 100 ns, and durations without what a real number adds', () => {
    const [span] = spansOf({ ...REQUEST, DurationMs: 2.4000000000000004 });
    assert.equal(span?.startNs, 1_795_255_200_123_456_700n);
    assert.equal(span?.endNs - span?.startNs, 2_400_000n);
  });

  it('are given back what an exporter folds into columns of a request', () => {
    const [span] = spansOf({ ...REQUEST, AppRoleInstance: 'pod-1', AppVersion: '1.2' });
    assert.deepEqual(attributesOf(REQUEST), {
      'http.request.method': 'GET',
      'http.route': '/orders/{id}',
      'url.full': REQUEST.Url,
      'http.response.status_code': 200,
    });
    assert.deepEqual(Object.fromEntries(span!.resource), {
      'service.instance.id': 'pod-1',
      'service.version': '1.2',
      'service.name': 'orders',
    });
  });

  it('are not given the path of an address as a route', () => {
    assert.equal(attributesOf({ ...REQUEST, Name: 'GET /orders/42' })['http.route'], undefined);
  });

  it('keep what the exporter left as properties, and nothing is folded back over it', () => {
    const Properties = { 'http.request.method': 'GET', 'http.response.status_code': '404', 'code.function.name': 'f' };
    assert.deepEqual(attributesOf({ ...REQUEST, Properties }), { ...Properties, 'http.response.status_code': 404 });
  });

  it('are read with properties that are a JSON text, and with measurements', () => {
    const row = { ...CALL, Properties: '{"code.line.number":"12","a":"007"}', Measurements: { size: 1.5 } };
    assert.deepEqual(attributesOf(row), { size: 1.5, 'code.line.number': 12, a: '007' });
    assert.deepEqual(attributesOf({ ...CALL, Properties: '{"cut of' }), {});
  });

  it('are given the database and the host of a call, as far as the columns tell', () => {
    const row = { ...CALL, DependencyType: 'postgresql', Data: 'SELECT 1', Target: 'db.internal:5433|shop' };
    assert.deepEqual(attributesOf(row), {
      'db.system': 'postgresql',
      'db.statement': 'SELECT 1',
      'server.address': 'db.internal',
      'server.port': 5433,
      'db.namespace': 'shop',
    });
    assert.deepEqual(attributesOf({ ...row, DependencyType: 'SQL' }), {}, 'any of several databases');
    assert.equal(attributesOf({ ...row, Target: 'shop' })['server.address'], undefined);
  });

  it('are given what calls over HTTP and gRPC were', () => {
    const http = {
      ...{ ...CALL, DependencyType: 'HTTP (tracked component)', Name: 'POST /pay', ResultCode: '503' },
      ...{ Target: 'pay.internal | cid-v1:5c0b', Data: 'http://pay.internal/pay' },
    };
    assert.deepEqual(attributesOf(http), {
      'http.request.method': 'POST',
      'url.full': 'http://pay.internal/pay',
      'http.response.status_code': 503,
      'server.address': 'pay.internal',
    });
    const grpc = { ...CALL, DependencyType: 'GRPC', ResultCode: '13', Target: 'ledger:50051' };
    assert.deepEqual(attributesOf(grpc), {
      'rpc.system': 'grpc',
      'rpc.grpc.status_code': 13,
      'server.address': 'ledger',
      'server.port': 50051,
    });
  });

  const KINDS: readonly (readonly [string, object, number])[] = [
    ['a request', REQUEST, 2],
    ['a request from a queue', { ...REQUEST, Url: '', Source: 'sb://shop/orders' }, 5],
    ['a request that names messages', { ...REQUEST, Url: '', Properties: { 'messaging.system': 'kafka' } }, 5],
    ['what stays inside', CALL, 1],
    ['what an SDK of Azure does inside', { ...CALL, DependencyType: 'InProc | Microsoft.EventHub' }, 1],
    ['a root that called nobody', { ...CALL, DependencyType: 'Dependency', ParentId: '' }, 1],
    ['a message that is sent', { ...CALL, DependencyType: 'Queue Message | kafka' }, 4],
    ['a message of a system', { ...CALL, DependencyType: 'kafka', Properties: { 'messaging.system': 'kafka' } }, 4],
    [
      'a message that is settled',
      { ...CALL, DependencyType: 'servicebus', Properties: { 'messaging.operation.type': 'settle' } },
      3,
    ],
    ['a call', { ...CALL, DependencyType: 'Dependency', Target: 'x' }, 3],
  ];
  for (const [what, row, kind] of KINDS) {
    it(`tell ${what} by its kind`, () => assert.equal(spansOf(row)[0]?.kind, kind));
  }

  it('tell success and failure, and the status where it was kept', () => {
    const status = (row: object) => spansOf(row)[0]?.status;
    assert.deepEqual(status({ ...REQUEST, Success: false }), { code: 2, message: undefined });
    const Properties = { 'otel.status_code': 'STATUS_CODE_OK', 'otel.status_description': 'fine' };
    assert.deepEqual(status({ ...REQUEST, Success: false, Properties }), { code: 1, message: 'fine' });
    assert.equal(status({ ...REQUEST, Properties: { 'otel.status_code': 'Error' } })?.code, 2);
  });

  it('have the ids in those that older SDKs wrote, and no parent where these name the trace', () => {
    const ids = { Id: `|${TRACE}.00f067aa0ba902b7.`, ParentId: `|${TRACE}.b7ad6b7169203331.` };
    const [span] = spansOf({ ...REQUEST, ...ids });
    assert.deepEqual([span?.spanId, span?.parentSpanId, span?.idsMended], ['00f067aa0ba902b7', CALL.Id, false]);
    assert.equal(spansOf({ ...REQUEST, ParentId: TRACE })[0]?.parentSpanId, undefined);
    assert.equal(spansOf({ ...REQUEST, ParentId: `|${TRACE}.` })[0]?.parentSpanId, undefined);
    const [older] = spansOf({ ...REQUEST, OperationId: 'jUh3+w', Id: '|jUh3+w.1.', ParentId: 'jUh3+w' });
    assert.deepEqual([older?.parentSpanId, older?.idsMended], [undefined, true]);
  });

  it('name their service as it names itself, and .NET its namespace', () => {
    const service = (row: object) => {
      const { resource } = spansOf({ ...REQUEST, ...row })[0]!;
      return [resource.get('service.namespace'), resource.get('service.name')];
    };
    assert.deepEqual(service({ AppRoleName: '[shop]/orders' }), ['shop', 'orders']);
    assert.deepEqual(service({ AppRoleName: 'shop.orders' }), [undefined, 'shop.orders']);
    const Properties = { 'service.namespace': 'shop', 'service.name': 'orders' };
    assert.deepEqual(service({ AppRoleName: 'shop.orders', Properties }), ['shop', 'orders']);
  });

  it('have links', () => {
    const links = JSON.stringify([
      { operation_Id: TRACE, id: CALL.Id },
      { operation_Id: '', id: '' },
    ]);
    const [span] = spansOf({ ...REQUEST, Properties: { '_MS.links': links, '_MS.sampleRate': '25' } });
    assert.deepEqual(
      span?.links.map(({ traceId, spanId }) => [traceId, spanId]),
      [[TRACE, CALL.Id]],
    );
    assert.equal(span?.attributes.has('_MS.sampleRate'), false);
  });

  it('have exceptions and traces as events, but no logs', () => {
    const of = { TimeGenerated: '2026-11-21T10:00:00.2Z', OperationId: TRACE, ParentId: REQUEST.Id };
    const details = [{ type: 'E', message: 'inner', parsedStack: [{ method: 'A.b', fileName: 'A.cs', line: 7 }] }];
    const [span] = spansOf(
      REQUEST,
      { ...of, Type: 'AppExceptions', ExceptionType: 'E', OuterMessage: 'out', Details: JSON.stringify(details) },
      { ...of, Type: 'AppTraces', Message: 'cached', SeverityLevel: null, Properties: { hit: 'true' } },
      { ...of, Type: 'AppTraces', Message: 'a log', SeverityLevel: 1 },
    );
    assert.deepEqual(
      span?.events.map(({ name, attributes }) => [name, Object.fromEntries(attributes)]),
      [
        [
          'exception',
          {
            'exception.type': 'E',
            'exception.message': 'out',
            'exception.stacktrace': 'E: inner\n   at A.b in A.cs:line 7',
          },
        ],
        ['cached', { hit: 'true' }],
      ],
    );
  });

  it('are the same from classic Application Insights', () => {
    const exception = {
      ...{ Type: 'AppExceptions', TimeGenerated: '2026-11-21T10:00:00.2Z', OperationId: TRACE, ParentId: REQUEST.Id },
      ...{ ExceptionType: 'E', OuterMessage: 'out', Details: [{ rawStack: 'E: out\n at f' }] },
    };
    const rows = [{ ...REQUEST, Success: false }, CALL, exception];
    assert.deepEqual(spansOf(...rows.map(inClassicColumns)), spansOf(...rows));
    assert.equal(spansOf(...rows)[0]?.events[0]?.attributes.get('exception.stacktrace'), 'E: out\n at f');
  });

  it('are told of where they cannot be read', () => {
    const problems = [...azureSpans([{ ...REQUEST, Id: '' }, { ...REQUEST, DurationMs: '' }, 7])];
    assert.deepEqual(
      problems.map((span) => 'problem' in span && span.problem),
      ['OperationId or Id is missing', 'the time of a row cannot be read', 'a row is not an object'],
    );
  });
});
