import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Trace } from '../../../../../src/model/trace';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { datadogStored } from '../../../../support/servers/data/datadogStored';
import { placedSpans } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import { startDatadogWire, type DatadogWireServer } from '../../../../support/wire/datadogServer';
import { matchesFound, matchesIn } from '../../../../support/wire/matches';

const { signal } = new AbortController();

/** For what Datadog's fields, tags and attributes can do to a condition. */
const QUERIES = [
  ...['server', 'client', 'producer', 'consumer', 'internal', 'unspecified'].map((kind) => `{ kind = ${kind} }`),
  '{ kind != server && kind != client }',
  '{ status = unset }',
  '{ status = ok }',
  '{ status != error && kind = server }',
  '{ statusMessage =~ ".*declined.*" }',
  '{ name =~ "GET .*|SELECT.*" }',
  '{ name != "POST /orders" && kind = server }',
  '{ resource.service.name =~ "(orders|payment)-api" && duration >= 5ms }',
  '{ span.http.route =~ "/orders.*" }',
  '{ span.http.request.method = "POST" }',
  '{ span.http.response.status_code >= 500 }',
  '{ span.http.response.status_code = 200 }',
  '{ span.code.line.number = 21 }',
  '{ span.db.system = nil && kind = client }',
  '{ span.db.query.text != nil }',
  '{ span.messaging.destination.name = "orders" }',
  '{ resource.telemetry.sdk.language != nil }',
  '{ .service.version != nil }',
  '{ span.exception.type != nil }',
  '{ event.name = "exception" }',
  '{ instrumentation:name != "" }',
  '{ duration > 1ms && duration < 100ms }',
  '{ traceDuration > 1s }',
  '{ rootServiceName = "api-gateway" } ',
  '{ resource.service.name = "orders-api" } > { kind = client }',
  '{ kind = server } | count() > 2',
];

describe("Datadog's searches beside its traces", () => {
  let server: DatadogWireServer;
  let backend: Backend;
  let window: TimeWindow;
  const kept: Trace[] = [];

  before(async () => {
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const spans = placedSpans(sentTraces(nowNs)).map(datadogStored);
    server = await startDatadogWire({ spans });
    const config = backendConfig({ kind: 'datadog', url: server.url, auth: 'header' });
    backend = createBackend(config, backendDeps({ secrets: new TestSecrets() }));
    window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
    for (const id of new Set(spans.map(({ traceId }) => traceId))) {
      kept.push((await backend.trace(id as TraceId, signal))!);
    }
  });

  after(async () => {
    backend?.dispose();
    await server?.close();
  });

  let hits = 0;
  for (const text of QUERIES) {
    it(`find what ${text} finds`, async () => {
      const expected = matchesIn(kept, { text });
      const found = await matchesFound(backend, { text, limit: 1000, window }, signal);
      assert.deepEqual(Object.fromEntries([...found].sort()), Object.fromEntries([...expected].sort()));
      hits += found.size;
    });
  }

  it('find something', () => assert.ok(hits > 200, `${hits} traces in all`));

  it('say what failed calls said, with their stacks', async () => {
    const stats = await backend.operations({ window, service: 'payment-api' }, signal);
    const errors = stats.flatMap(({ exemplars }) => exemplars.error ?? []);
    assert.ok(errors.some(({ message, stack }) => /declined/.test(message ?? '') && /\n/.test(stack ?? '')));
  });

  it('complete names and values of attributes', async () => {
    const names = await backend.attributeNames!({ window }, signal);
    for (const name of ['span.http.route', 'span.code.function.name', 'resource.telemetry.sdk.language'])
      assert.ok(names.includes(name), `${name} of ${names.join()}`);
    const routes = await backend.attributeValues!('span.http.route', { window }, signal);
    assert.ok(routes.includes('/orders'), routes.join());
    assert.ok((await backend.attributeValues!('name', { window, service: 'payment-api' }, signal)).length > 3);
  });
});
