import assert from 'node:assert/strict';
import { parseTraceId, type TraceId } from '../../../../src/model/ids';
import { nanos } from '../../../../src/model/time';
import { hasFault } from '../../../../src/traces/backends/backendError';
import { createAuthoriser } from '../../../../src/traces/backends/secrets';
import { SpanCollector } from '../../../../src/traces/backends/spanCollector';
import { TempoApi } from '../../../../src/traces/backends/tempo/tempoApi';
import { readSeries, sumOf } from '../../../../src/traces/backends/tempo/tempoSeries';
import { readTraceAnswer } from '../../../../src/traces/backends/tempo/tempoTrace';
import { BackendHttp } from '../../../../src/traces/backends/transport/backendHttp';
import { backendConfig, backendDeps } from '../../../support/wire/backendBed';
import { recordedBody, recordedRequests, startRecordedTempo } from '../../../support/wire/tempoRecorded';

const { signal } = new AbortController();
const window = { from: nanos(1_795_239_321_000_000_000n), to: nanos(1_795_240_521_000_000_000n) };
const TRACE = parseTraceId('052cdb448ebeb5e9a473d707a39b4dbc')!;

describe('answers of a real Tempo', () => {
  let server: Awaited<ReturnType<typeof startRecordedTempo>>;
  let http: BackendHttp;
  let api: TempoApi;

  before(async () => {
    server = await startRecordedTempo();
    const config = backendConfig({ kind: 'tempo', url: server.url });
    const deps = backendDeps();
    http = new BackendHttp({ ...deps, config, authoriser: createAuthoriser(config, deps.secrets) });
    api = new TempoApi(http);
  });

  after(async () => {
    http.dispose();
    await server.stop();
  });

  it('give a trace, the same in protobuf and JSON of both versions', async () => {
    const collector = new SpanCollector();
    assert.deepEqual(Object.keys((await api.trace(TRACE, collector, {}, signal)) || {}), ['partial', 'wireBytes']);
    const trace = collector.trace(TRACE)!;
    assert.ok(trace.count > 3);
    const names = Array.from({ length: trace.count }, (_, row) => trace.details(row).name);
    assert.ok(names.includes('POST /orders'));
    for (const name of ['trace-v1-json', 'trace-v2-json', 'trace-v1-proto']) {
      const body = recordedBody(recordedRequests().find((request) => request.name === name)!);
      const other = new SpanCollector();
      if (name.endsWith('proto')) other.addProtobuf(body);
      else {
        const json = JSON.parse(body.toString('utf8')) as { trace?: Record<string, unknown> } & Record<string, unknown>;
        other.addJson(json.trace ?? json);
      }
      const same = other.trace(TRACE)!;
      for (let row = 0; row < trace.count; row++) assert.deepEqual(same.details(row), trace.details(row), name);
    }
  });

  it('say that a trace is not known, and that an id is none', async () => {
    const unknown = '00000000000000000000000000000001' as TraceId;
    assert.equal(await api.trace(unknown, new SpanCollector(), {}, signal), false);
    const bad = api.trace('not-hex' as TraceId, new SpanCollector(), {}, signal);
    await assert.rejects(bad, (error) => hasFault(error, 'badRequest'));
  });

  it('find traces, with their spans, services and errors', async () => {
    const q = '{span.http.status_code >= 500}';
    const found = await api.search({ q, window, limit: 20, spansPerTrace: 3 }, signal);
    assert.ok(found.length > 0);
    const { summary, spans } = found.find((one) => one.summary.traceId === 'aa5757a2968fe6ee55b8c7ced545479e')!;
    assert.deepEqual([summary.rootService, summary.rootName], ['api-gateway', 'POST /orders']);
    assert.deepEqual([summary.spanCount, summary.errorCount, summary.durationNs], [8, 2, 91_000_000]);
    assert.deepEqual(summary.services, ['api-gateway', 'orders-api', 'payment-api']);
    assert.deepEqual([...spans[0]!.attributes], [['http.status_code', '500']]);
    assert.equal(spans[0]!.durationNs, 75_065_317);
    for (const one of found) assert.match(one.summary.traceId, /^[0-9a-f]{32}$/);
  });

  it('find nothing, or refuse the query, saying where', async () => {
    const none = '{resource.service.name = "nobody"}';
    const path = recordedRequests().find(({ name }) => name === 'search-none')!.path;
    const answer = await http.ask({ path }, signal);
    assert.deepEqual((await answer.object()).traces ?? [], [], none);
    const refused = recordedRequests().find(({ name }) => name === 'search-syntax-error')!.path;
    await assert.rejects(http.ask({ path: refused }, signal), (error) => {
      return hasFault(error, 'badRequest') && error.message.includes('col 26');
    });
  });

  it('list services and attributes', async () => {
    const services = await api.values('resource.service.name', window, undefined, signal);
    assert.deepEqual(services.sort(), ['api-gateway', 'mailer', 'orders-api', 'payment-api']);
    const tags = await api.tags(window, undefined, signal);
    assert.ok(tags.get('span')?.includes('code.function.name'));
  });

  it('count, over steps and at once', async () => {
    const q = '{} | count_over_time() by (resource.service.name)';
    const { series, partial } = await api.instant({ q, window }, signal);
    assert.equal(partial, undefined);
    const counts = series.map((one) => [one.labels.get('resource.service.name'), sumOf(one)]);
    assert.deepEqual(counts.sort(), [
      ['api-gateway', 120],
      ['mailer', 61],
      ['orders-api', 306],
      ['payment-api', 124],
    ]);
    const body = recordedBody(recordedRequests().find(({ name }) => name === 'metrics-histogram')!);
    const histogram = (JSON.parse(body.toString('utf8')) as { series: Record<string, unknown>[] }).series.map(
      readSeries,
    );
    const gateway = histogram.filter(({ labels }) => labels.get('resource.service.name') === 'api-gateway');
    assert.equal(
      gateway.reduce((sum, one) => sum + sumOf(one), 0),
      120,
    );
    assert.ok(gateway.every(({ labels }) => Number(labels.get('__bucket')) > 0));
  });

  it('end in an error where the protobuf breaks off', () => {
    const body = recordedBody(recordedRequests().find(({ name }) => name === 'trace-v2-proto')!);
    assert.throws(() => readTraceAnswer(body.subarray(0, body.length - 40)), /protobuf/);
  });
});
