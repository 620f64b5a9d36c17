import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { TraceId } from '../../../../../src/model/ids';
import { SPAN_KINDS, STATUS_ERROR } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Trace } from '../../../../../src/model/trace';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { describeServer } from '../../../../support/servers/describeServer';
import { filterTraces, spansByTrace, type OtlpTraces } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { writeTo } from '../../../../support/servers/writeTraces';
import { backendConfig, backendDeps } from '../../../../support/wire/backendBed';
import { matchesFound, matchesIn } from '../../../../support/wire/matches';

const { signal } = new AbortController();
// Every request under way listens to it.
setMaxListeners(0, signal);

/** For what the two shapes, and the schema of the classic one, can do to a condition. */
const QUERIES = [
  ...['server', 'client', 'producer', 'consumer', 'internal', 'unspecified'].map((kind) => `{ kind = ${kind} }`),
  '{ kind != server && kind != client }',
  '{ status = unset }',
  '{ status = ok }',
  '{ status != error && kind = server }',
  '{ statusMessage =~ "HTTP.*" }',
  '{ name =~ "GET .*|SELECT.*" }',
  '{ resource.service.name =~ "(orders|payment)-api" && duration >= 5ms }',
  '{ span.http.route =~ "/orders.*" }',
  '{ span.http.request.method = "POST" }',
  '{ span.http.response.status_code >= 500 }',
  '{ span.code.line.number = 21 }',
  '{ span.db.system = "postgresql" }',
  '{ span.db.system = nil && kind = client }',
  '{ span.db.query.text != nil }',
  '{ span.url.full =~ "http://.*" }',
  '{ span.messaging.destination.name = "orders" }',
  '{ span.messaging.system = "kafka" }',
  '{ span.rpc.system = "grpc" }',
  '{ span.card_brand = "visa" || span.card.brand = "visa" }',
  '{ span.payment.amount > 20 || span.payment_amount > 20 }',
  '{ span.payment_retry = "false" }',
  '{ span.odd.list.doubles = 0.5 || span.odd_list_doubles = 0.5 }',
  '{ resource.deployment.environment.name = "test" && status = error }',
  '{ resource.service.namespace = "shop" && kind = consumer }',
  '{ resource.telemetry.sdk.language = "java" }',
  '{ .service.version = "1.4.2" && kind = producer }',
  '{ span.no.such.attribute != nil }',
  '{ instrumentation:name = "shop" }',
  '{ event:name = "exception" }',
  '{ event.exception.type = "CardDeclinedError" }',
  '{ kind = server } >> { kind = client && status = error }',
  '{ resource.service.name = "api-gateway" } && { span.db.system = "postgresql" }',
];

describeServer('opensearch', 'Elastic APM with both shapes in its indices', (server) => {
  let backend: Backend;
  let window: TimeWindow;
  const kept: Trace[] = [];

  before(async function () {
    this.timeout(120_000);
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const all = sentTraces(nowNs);
    const order = [...spansByTrace(all).keys()];
    const isClassic = (id: string): boolean => order.indexOf(id) % 2 === 0;
    const classic = filterTraces(all, isClassic);
    const taken: OtlpTraces[] = [
      await writeTo(server(), classic, { elastic: 'classic' }),
      await writeTo(
        server(),
        filterTraces(all, (id) => !isClassic(id)),
        { elastic: 'native' },
      ),
    ];
    backend = createBackend(backendConfig({ kind: 'elastic', url: server().url }), backendDeps());
    window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
    for (const id of taken.flatMap((traces) => [...spansByTrace(traces).keys()])) {
      kept.push((await backend.trace(id as TraceId, signal))!);
    }
  });

  after(() => backend?.dispose());

  it('finds what queries find in the traces, whatever of them is asked of the server', async () => {
    let hits = 0;
    const empty: string[] = [];
    for (const text of QUERIES) {
      const expected = matchesIn(kept, { text });
      const found = await matchesFound(backend, { text, limit: 1000, window }, signal);
      assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort(), text);
      for (const [id, matched] of found) assert.deepEqual(matched, expected.get(id), `${text} in ${id}`);
      hits += found.size;
      if (found.size === 0) empty.push(text);
    }
    assert.ok(hits > 300, `${hits} traces in all`);
    assert.ok(empty.length <= 3, `nothing is found by ${empty.join(', ')}`);
  }).timeout(300_000);

  it('counts the operations that the spans of its traces belong to', async () => {
    const expected = new Map<string, [calls: number, errors: number, longestNs: number]>();
    for (const trace of kept) {
      for (let row = 0; row < trace.count; row++) {
        const { name, scope, startNs, endNs } = trace.details(row);
        const service = trace.services[trace.service[row]!]!;
        const key = [service, SPAN_KINDS[trace.kind[row]!], scope.name, name].join(' | ');
        const [calls, errors, longest] = expected.get(key) ?? [0, 0, 0];
        const failed = trace.status[row] === STATUS_ERROR ? 1 : 0;
        expected.set(key, [calls + 1, errors + failed, Math.max(longest, Number(endNs - startNs))]);
      }
    }
    const counted = new Map<string, [calls: number, errors: number, longestNs: number]>();
    for (const { key, count, errorCount, latency, exact } of await backend.operations({ window }, signal)) {
      const text = [key.service, key.kind, key.scope, key.name].join(' | ');
      const [calls, errors, longest] = counted.get(text) ?? [0, 0, 0];
      counted.set(text, [calls + count, errors + errorCount, Math.max(longest, latency.max)]);
      assert.ok(exact, text);
    }
    assert.deepEqual(Object.fromEntries([...counted].sort()), Object.fromEntries([...expected].sort()));
  });

  it('says what failed calls said, with their stacks', async () => {
    const stats = await backend.operations({ window, service: 'payment-api' }, signal);
    const errors = stats.flatMap(({ exemplars }) => exemplars.error ?? []);
    assert.ok(errors.some(({ message, stack }) => /declined/.test(message ?? '') && /\n/.test(stack ?? '')));
  });

  it('completes names and values of attributes of both shapes', async () => {
    const names = await backend.attributeNames!({ window }, signal);
    for (const name of [
      'span.http.route',
      'span.code.function.name',
      'span.card_brand',
      'span.card.brand',
      'resource.service.namespace',
    ])
      // prettier-ignore
      assert.ok(names.includes(name), name);
    assert.deepEqual(
      names.filter((name) => /labels\.|attributes\./.test(name)),
      [],
    );
    const routes = await backend.attributeValues!('span.http.route', { window }, signal);
    assert.ok(routes.includes('/orders') && routes.includes('/ledger'), routes.join());
    assert.ok((await backend.attributeValues!('name', { window, service: 'payment-api' }, signal)).length > 3);
    assert.ok((await backend.attributeValues!('resource.service.name', { window }, signal)).includes('orders-api'));
  });
});
