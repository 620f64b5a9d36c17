import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { TraceId } from '../../../../../src/model/ids';
import { SPAN_KINDS, STATUS_ERROR } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Trace } from '../../../../../src/model/trace';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { spansByTrace } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import { SIGNOZ_KEY, startSigNozWire, type SigNozWireServer } from '../../../../support/wire/sigNozServer';
import { matchesFound, matchesIn } from '../../../../support/wire/matches';

const { signal } = new AbortController();
// Every request under way listens to it.
setMaxListeners(0, signal);

/** For what SigNoz's filters and types of attributes can do to a condition. */
const QUERIES = [
  ...['server', 'client', 'producer', 'consumer', 'internal', 'unspecified'].map((kind) => `{ kind = ${kind} }`),
  '{ kind != server && kind != client }',
  '{ status = unset }',
  '{ status = ok }',
  '{ status != error && kind = server }',
  '{ statusMessage =~ "HTTP.*" }',
  '{ name =~ "GET .*|SELECT.*" }',
  '{ name !~ "GET .*" && duration > 100ms }',
  '{ name = "größe / 日本 🙂" }',
  '{ resource.service.name =~ "(orders|payment)-api" && duration >= 5ms }',
  '{ resource.service.name != "payment-api" && status = error }',
  '{ span.http.route =~ "/orders.*" }',
  '{ span.http.request.method = "POST" }',
  '{ span.http.response.status_code >= 500 }',
  '{ span.http.response.status_code = "500" }',
  '{ span.code.line.number = 21 }',
  '{ span.db.system = "postgresql" }',
  '{ span.db.system = nil && kind = client }',
  '{ span.db.query.text != nil }',
  '{ span.url.full =~ "http://.*" }',
  '{ span.messaging.destination.name = "orders" }',
  '{ span.rpc.system = "grpc" }',
  '{ span.card.brand = "visa" }',
  '{ span.payment.amount > 20 }',
  '{ span.payment.amount > 20.5 && span.payment.amount < 1000 }',
  '{ span.payment.retry = false }',
  '{ span.order.number > 5 }',
  '{ span.odd.lines =~ "one.*" }',
  '{ span.odd.map.inner.deep = true }',
  '{ resource.deployment.environment.name = "test" && status = error }',
  '{ resource.service.namespace = "shop" && kind = consumer }',
  '{ resource.telemetry.sdk.language = "java" }',
  '{ resource.process.pid > 1 }',
  '{ .service.version = "1.4.2" && kind = producer }',
  '{ span.no.such.attribute != nil }',
  '{ span.no.such.attribute = nil && status = error }',
  '{ event:name = "exception" }',
  '{ event.exception.type = "CardDeclinedError" }',
  '{ traceDuration > 1s }',
  '{ rootName = "POST /orders" }',
  '{ kind = server } >> { kind = client && status = error }',
  '{ resource.service.name = "api-gateway" } && { span.db.system = "postgresql" }',
  '{ resource.service.name = "api-gateway" } !>> { span.db.system = "postgresql" }',
];

for (const age of ['current', 'older'] as const) {
  describe(`SigNoz, ${age}, asked for what TraceQL says`, () => {
    let server: SigNozWireServer;
    let backend: Backend;
    let window: TimeWindow;
    const kept: Trace[] = [];

    before(async () => {
      const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
      const traces = sentTraces(nowNs);
      server = await startSigNozWire({ traces, age });
      backend = createBackend(
        backendConfig({ kind: 'signoz', url: server.url, auth: 'header', authHeader: 'SIGNOZ-API-KEY' }),
        backendDeps({ secrets: new TestSecrets(SIGNOZ_KEY) }),
      );
      window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
      for (const id of spansByTrace(traces).keys()) kept.push((await backend.trace(id as TraceId, signal))!);
    });

    after(async () => {
      backend?.dispose();
      await server?.close();
    });

    it('finds what queries find in the traces, whatever of them is asked of the server', async () => {
      let hits = 0;
      const empty: string[] = [];
      for (const text of QUERIES) {
        const expected = matchesIn(kept, { text });
        const found = await matchesFound(backend, { text, limit: 1000, window }, signal);
        assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort(), text);
        for (const [id, matched] of found) assert.deepEqual([...matched].sort(), [...expected.get(id)!].sort(), text);
        hits += found.size;
        if (found.size === 0) empty.push(text);
      }
      assert.ok(hits > 300, `${hits} traces in all`);
      assert.ok(empty.length <= 5, `nothing is found by ${empty.join(', ')}`);
    }).timeout(120_000);

    it('counts the operations that the spans of its traces belong to', async () => {
      const expected = new Map<string, [calls: number, errors: number, longestNs: number]>();
      for (const trace of kept) {
        for (let row = 0; row < trace.count; row++) {
          const { name, startNs, endNs } = trace.details(row);
          const key = [trace.services[trace.service[row]!]!, SPAN_KINDS[trace.kind[row]!], name].join(' | ');
          const [calls, errors, longest] = expected.get(key) ?? [0, 0, 0];
          const failed = trace.status[row] === STATUS_ERROR ? 1 : 0;
          expected.set(key, [calls + 1, errors + failed, Math.max(longest, Number(endNs - startNs))]);
        }
      }
      const counted = new Map<string, [calls: number, errors: number, longestNs: number]>();
      for (const { key, count, errorCount, latency, exact } of await backend.operations({ window }, signal)) {
        const text = [key.service, key.kind, key.name].join(' | ');
        const [calls, errors, longest] = counted.get(text) ?? [0, 0, 0];
        counted.set(text, [calls + count, errors + errorCount, Math.max(longest, Math.round(latency.max))]);
        assert.ok(exact, text);
      }
      for (const [text, [calls, errors, longest]] of expected) {
        assert.deepEqual(counted.get(text), [calls, errors, longest], text);
      }
      assert.equal(counted.size, expected.size);
    });

    it('gives operations the ids that their spans give', async () => {
      const ids = new Set(kept.flatMap((trace) => trace.operationIds));
      const stats = await backend.operations({ window, service: 'payment-api' }, signal);
      if (age === 'current')
        assert.deepEqual(
          stats.filter(({ id }) => !ids.has(id)).map(({ key }) => key.name),
          [],
        );
    });

    it('says what failed calls said', async () => {
      const stats = await backend.operations({ window, service: 'payment-api' }, signal);
      const errors = stats.flatMap(({ exemplars }) => exemplars.error ?? []);
      assert.ok(errors.some(({ message }) => /declined/.test(message ?? '')));
      // The rows of an older one have no events.
      if (age === 'current') assert.ok(errors.some(({ stack }) => /\n/.test(stack ?? '')));
    });

    it('completes names and values of attributes', async () => {
      const names = await backend.attributeNames!({ window }, signal);
      for (const name of ['span.http.route', 'span.code.function.name', 'resource.service.namespace', 'duration'])
        assert.ok(names.includes(name), name);
      const routes = await backend.attributeValues!('span.http.route', { window }, signal);
      assert.ok(routes.includes('/orders') && routes.includes('/ledger'), routes.join());
      assert.ok((await backend.attributeValues!('name', { window, service: 'payment-api' }, signal)).length > 3);
      assert.ok((await backend.attributeValues!('resource.service.name', { window }, signal)).includes('orders-api'));
    });
  });
}
