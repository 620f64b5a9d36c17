import assert from 'node:assert/strict';
import type { OperationStats } from '../../../../../src/model/operation';
import { azureTime, type AzureRow } from '../../../../support/servers/data/azureRows';
import { dependency, HOUR, NOW_MS, request, startAzure, TRACE, type AzureBed, type AzureBedOptions } from './azureBed';

const { signal } = new AbortController();

describe('operations counted by Azure Monitor', () => {
  let bed: AzureBed;
  afterEach(() => bed.stop());

  async function operations(rows: readonly AzureRow[], options: AzureBedOptions = {}): Promise<OperationStats[]> {
    bed = await startAzure(rows, options);
    return bed.backend.operations({ window: HOUR, service: 'shop' }, signal);
  }

  for (const isClassic of [false, true]) {
    it(`are told apart by what differs among the spans of one name${isClassic ? ', in classic tables too' : ''}`, async () => {
      const route = (value: string): AzureRow => ({ Properties: { 'http.route': value, 'server.port': '80' } });
      const query = { Name: 'query', DependencyType: 'postgresql', Target: 'db|shop', Data: 'SELECT 1' };
      const found = await operations(
        [
          ...[request(route('/a')), request(route('/a')), request(route('/b')), request()],
          ...[dependency({ Name: 'GET /', ...route('/a'), DependencyType: 'HTTP' }), dependency(query)],
          dependency({ ...query, Target: 'db|stock' }),
          dependency({ Name: 'send', DependencyType: 'Queue Message | kafka' }),
          request({ AppRoleName: 'another' }),
        ],
        { isClassic },
      );
      const told = found.map(({ key: { attributes, kind, name }, count, exact }) =>
        JSON.stringify([
          name,
          kind,
          attributes.get('http.route') ?? attributes.get('db.namespace') ?? null,
          count,
          exact,
        ]),
      );
      assert.deepEqual(told.sort(), [
        '["GET /","CLIENT","/a",1,true]',
        '["GET /","SERVER","/a",2,true]',
        '["GET /","SERVER","/b",1,true]',
        '["GET /","SERVER",null,1,true]',
        '["query","CLIENT","shop",1,true]',
        '["query","CLIENT","stock",1,true]',
        '["send","PRODUCER",null,1,true]',
      ]);
      assert.ok(bed.backend.traffic.requests <= 5, `${bed.backend.traffic.requests}`);
    });
  }

  it('are the same as those of the spans that are read', async () => {
    const rows = [
      request({ Name: 'POST /orders/{id}', Url: 'https://shop/orders/7', ResultCode: '201' }),
      request({ Name: 'take', Source: 'sb://shop/orders' }),
      dependency({ Name: 'root', DependencyType: 'Dependency', ParentId: '' }),
      dependency({ Name: 'query', DependencyType: 'mysql', Target: 'db|shop', Data: 'SELECT 1' }),
      dependency({ Name: 'line', Properties: '{"code.function.name":"a.b"}', Measurements: '{"code.line.number":7}' }),
    ];
    const stats = await operations(
      rows.map((row) => ({ ...row, Properties: parsed(row), Measurements: measured(row) })),
    );
    const trace = (await bed.backend.trace(TRACE as never, signal))!;
    for (const { key, exemplars } of stats) {
      const at = Array.from({ length: trace.count }, (_, row) => row).find(
        (row) => trace.spanId(row) === exemplars.slowest?.spanId,
      )!;
      const details = trace.details(at);
      assert.equal(details.name, key.name);
      for (const [name, value] of key.attributes)
        assert.equal(details.attributes.get(name), value, `${key.name} ${name}`);
      assert.equal(['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'][trace.kind[at]!], key.kind);
    }
    const route = stats.find(({ key }) => key.name === 'POST /orders/{id}')!;
    assert.equal(route.key.attributes.get('http.route'), '/orders/{id}');
    assert.equal(stats.find(({ key }) => key.name === 'line')?.key.attributes.get('code.line.number'), 7);
  });

  it('count what sampling left out, and say so', async () => {
    const [stats] = await operations([
      request({ ItemCount: 9, DurationMs: 10 }),
      request({ DurationMs: 1000, Success: false }),
    ]);
    assert.deepEqual([stats?.count, stats?.errorCount, stats?.exact], [10, 1, false]);
    assert.match(stats?.estimate ?? '', /2 were kept by the SDK's sampling/);
    assert.ok(Math.abs(stats!.latency.quantile(0.5) - 10e6) < 1e6, `${stats!.latency.quantile(0.5)}`);
    assert.equal(stats?.totalNs, 1_090e6);
    assert.deepEqual(
      (await bed.backend.services(signal)).map(({ spanCount, errorCount }) => [spanCount, errorCount]),
      [[10, 1]],
    );
  });

  it('have percentiles, a trend, failures and spans worth opening', async () => {
    const rows = Array.from({ length: 200 }, (_, at) =>
      request({
        DurationMs: at + 1,
        Success: at % 10 !== 0,
        TimeGenerated: azureTime(BigInt(NOW_MS - 1000 - at * 16_000) * 1_000_000n),
      }),
    );
    const [stats] = (await operations(rows)) as [OperationStats];
    const { latency, errorCount, errorLatency, trend, totalNs, exemplars, estimate, exact } = stats;
    assert.ok(Math.abs(latency.quantile(0.5) / 1e6 - 100) < 2, `${latency.quantile(0.5)}`);
    assert.ok(Math.abs(latency.quantile(0.95) / 1e6 - 190) < 2, `${latency.quantile(0.95)}`);
    assert.deepEqual([latency.max, latency.count, errorCount, errorLatency?.max], [200e6, 200, 20, 191e6]);
    assert.equal(totalNs, 20_100e6);
    assert.equal(trend.length, 8);
    assert.equal(
      trend.reduce((sum, { count }) => sum + count, 0),
      200,
    );
    assert.equal(exemplars.slowest?.durationNs, 200e6);
    assert.ok(exemplars.error !== undefined && exemplars.typical !== undefined);
    assert.match(estimate ?? '', /estimates percentiles/);
    assert.equal(exact, true);
  });

  it('say what their failures say: the status, and the exception that is a row of its own', async () => {
    const failed = request({ Success: false, Id: `|${TRACE}.00f067aa0ba902b7.` });
    const exception = {
      ...request({ Type: 'AppExceptions', Id: undefined, ParentId: failed['Id'] }),
      ...{ ExceptionType: 'E', OuterMessage: 'gone', Details: [{ rawStack: `E: gone\n at f${'x'.repeat(9000)}` }] },
    };
    const [stats] = await operations([failed, exception]);
    const { error } = stats!.exemplars;
    assert.deepEqual([error?.spanId, error?.message], ['00f067aa0ba902b7', 'gone']);
    assert.equal(error?.stack?.length, 4000);
    await bed.stop();
    const Properties = { 'otel.status_code': 'STATUS_CODE_ERROR', 'otel.status_description': 'no luck' };
    const [described] = await operations([request({ Properties })]);
    assert.equal(described?.exemplars.error?.message, 'no luck');
  });

  it('are those of the service as its own name says, whatever its role is called', async () => {
    const found = await operations([
      request({ AppRoleName: 'ns.shop', Properties: { 'service.name': 'shop' } }),
      request({ AppRoleName: '[ns]/shop' }),
      request({ AppRoleName: 'coffeeshop' }),
    ]);
    assert.deepEqual(
      found.map(({ count, key }) => [count, key.service]),
      [[2, 'shop']],
    );
    assert.equal(found[0]?.key.resource.get('service.namespace'), 'ns');
  });

  it('say that there are more than were counted', async () => {
    const found = await operations(Array.from({ length: 320 }, (_, at) => request({ Name: `GET /${at}` })));
    assert.equal(found.length, 300);
    assert.match(found[0]?.estimate ?? '', /300 most frequent/);
    assert.equal(found[0]?.exact, false);
  });

  it('say that an answer is but a part', async () => {
    bed = await startAzure([request()]);
    const partial = {
      code: 'PartialError',
      message: 'There were some errors',
      details: [{ code: 'EngineError', message: 'ran out of memory' }],
    };
    bed.server.addErrors(partial, partial);
    const [stats] = await bed.backend.operations({ window: HOUR, service: 'shop' }, signal);
    assert.equal(stats?.exact, false);
    assert.match(stats?.estimate ?? '', /gave a part of the answer: ran out of memory/);
  });
});

function parsed({ Properties: text }: AzureRow): unknown {
  return typeof text === 'string' ? JSON.parse(text) : text;
}

function measured({ Measurements: text }: AzureRow): unknown {
  return typeof text === 'string' ? JSON.parse(text) : null;
}
