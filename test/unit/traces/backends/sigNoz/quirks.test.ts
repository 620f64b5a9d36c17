import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { explainSigNoz } from '../../../../../src/traces/backends/sigNoz/sigNozRefusal';
import { placedSpans, type OtlpTraces } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import { startFaultServer } from '../../../../support/wire/faultServer';
import { SigNozRefusal } from '../../../../support/wire/sigNozFilter';
import { SIGNOZ_KEY, startSigNozWire, type SigNozWireServer } from '../../../../support/wire/sigNozServer';

const { signal } = new AbortController();
const NOW_NS = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
const window: TimeWindow = { from: nanos(NOW_NS - 3_600_000_000_000n), to: nanos(NOW_NS + 60_000_000_000n) };

describe('SigNoz’s quirks', () => {
  const open: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  function backendAt(url: string, config: Partial<BackendConfig> = {}, log = new TestLog()): Backend {
    const setup = { kind: 'signoz', url, auth: 'header', authHeader: 'SIGNOZ-API-KEY', ...config } as const;
    const backend = createBackend(
      backendConfig(setup),
      backendDeps({ secrets: new TestSecrets(SIGNOZ_KEY), logger: log }),
    );
    open.push(() => backend.dispose());
    return backend;
  }

  async function start(
    options: Partial<Parameters<typeof startSigNozWire>[0]> = {},
    config: Partial<BackendConfig> = {},
  ) {
    const server = await startSigNozWire({ traces: sentTraces(NOW_NS), ...options });
    open.push(() => server.close());
    const log = new TestLog();
    return { server, log, backend: backendAt(server.url, config, log) };
  }

  async function fault(asked: Promise<unknown>): Promise<BackendError> {
    const error: unknown = await asked.then(
      () => assert.fail('no error'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof BackendError, String(error));
    return error;
  }

  async function found(backend: Backend, text: string, limit = 1000): Promise<string[]> {
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text, window, limit }, signal)) ids.push(traceId);
    return ids;
  }

  const filtersOf = (server: SigNozWireServer): (string | undefined)[] =>
    server.calls
      .filter(({ path }) => path === '/api/v5/query_range')
      .map(({ body }) => {
        const { queries } = body['compositeQuery'] as { queries: { spec: { filter?: { expression: string } } }[] };
        return queries[0]!.spec.filter?.expression;
      });

  it('says what each refusal means and how to cure it', async () => {
    const { server, backend } = await start();
    const told: readonly (readonly [SigNozRefusal, string, RegExp])[] = [
      [
        new SigNozRefusal('unauthenticated', 401),
        'unauthorised',
        /does not know this API key.*settings\/service-accounts/,
      ],
      [new SigNozRefusal('only viewers can access this resource', 403), 'forbidden', /role Viewer/],
      [new SigNozRefusal('license is invalid', 451), 'forbidden', /licence/],
      [
        new SigNozRefusal('Found 1 errors while parsing the search expression.', 400, ['key `a` not found']),
        'badRequest',
        /while parsing the search expression; key `a` not found/,
      ],
      [
        new SigNozRefusal('code: 241, message: memory limit (total) exceeded', 400),
        'tooLarge',
        /too large.*shorter time range/,
      ],
    ];
    for (const [refusal, kind, words] of told) {
      server.refuse(refusal);
      const error = await fault(backend.services(signal));
      assert.equal(error.fault, kind, refusal.message);
      assert.match(error.describe().replace(/\n/g, ' '), words);
      assert.ok(!error.describe().includes(SIGNOZ_KEY));
    }
    const anonymous = await fault(backendAt(server.url, { auth: 'none' }).services(signal));
    assert.match(anonymous.describe(), /wants an API key.*[\s\S]*"auth": "header"/);
  });

  it('knows an error with a good status, and a warning', async () => {
    const gate = await startFaultServer('http://127.0.0.1:1');
    open.push(() => gate.close());
    const log = new TestLog();
    const backend = backendAt(gate.url, {}, log);
    gate.next({ kind: 'body', body: '{"status":"error","error":{"type":"internal","message":"clickhouse is away."}}' });
    assert.match((await fault(backend.services(signal))).message, /failed: clickhouse is away\.$/);
    const warning = { message: 'key `x` is ambiguous' };
    const data = { type: 'scalar', data: { results: [] }, meta: {}, warning };
    gate.next({ kind: 'body', body: JSON.stringify({ status: 'success', data }) });
    assert.deepEqual(await backend.services(signal), []);
    assert.match(log.lines.join(), /warns: key `x` is ambiguous/);
  });

  it('says of a SigNoz without queries of version 5 that it is too old, and which it is', async () => {
    const { backend } = await start({ age: 'ancient' });
    const steps = [];
    for await (const step of backend.testConnection(signal)) steps.push(step);
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised ok', 'traces failed'],
    );
    assert.match(steps.at(-1)!.message, /version v0\.70\.1, does not answer queries of version 5/);
    assert.match(steps.at(-1)!.cure ?? '', /Update SigNoz/);
  });

  it('says of the address that traces are sent to that it is the wrong one', () => {
    const explain = explainSigNoz({ name: 'prod', url: 'https://ingest.us.signoz.cloud', signsIn: true });
    const refusal = explain({ status: 404, headers: new Map(), body: '' });
    assert.match(refusal?.message ?? '', /where traces are sent to, not where they are read from/);
    assert.match(refusal?.cure ?? '', /us\.signoz\.cloud/);
  });

  it('counts and finds for hints in five requests, the attributes once', async () => {
    const { server, backend } = await start();
    const stats = await backend.operations({ window, service: 'payment-api' }, signal);
    assert.ok(server.calls.length <= 5, String(server.calls.length));
    const charge = stats.find(({ key }) => key.name === 'payment.Ledger/Charge')!;
    assert.ok(stats.some(({ exemplars }) => exemplars.error?.stack?.includes('\n')));
    assert.match(charge.exemplars.error?.message ?? '', /declined/);
    assert.ok(charge.exemplars.slowest && charge.exemplars.typical && charge.errorLatency);
    assert.equal(
      charge.trend.reduce((sum, { count }) => sum + count, 0),
      charge.count,
    );
    assert.equal(charge.trend.length, 8);
    assert.equal(charge.key.resource.get('service.version'), '1.4.2');
    const before = server.calls.length;
    await backend.operations({ window, service: 'orders-api' }, signal);
    assert.ok(server.calls.slice(before).every(({ path }) => path === '/api/v5/query_range'));
  });

  it('tells what a failed span said, whatever names its attributes were grouped by', async () => {
    const stacks = async (sameNames: readonly (readonly string[])[]): Promise<string[]> => {
      const { backend } = await start({ sameNames });
      const stats = await backend.operations({ window, service: 'payment-api' }, signal);
      return stats.flatMap(({ key, exemplars }) => (exemplars.error?.stack === undefined ? [] : [key.name])).sort();
    };
    const plain = await stacks([]);
    assert.ok(plain.length > 0);
    // Where two names of an attribute count as one, a group has both, and a row the one that was sent.
    assert.deepEqual(await stacks([['code.function', 'code.function.name']]), plain);
  });

  it('asks for fewer operations where all of them are too much', async () => {
    const traces = manyOperations(900);
    const { server, backend } = await start({ traces });
    const stats = await backend.operations({ window, service: 'many' }, signal);
    assert.equal(stats.length, 200);
    assert.deepEqual(new Set(stats.map(({ count }) => count)), new Set([1]));
    const { requests, bytesReceived } = backend.traffic;
    assert.ok(
      requests <= 5 && bytesReceived < 1 << 20,
      `${requests} requests, ${bytesReceived} bytes, ${server.calls.length}`,
    );
  });

  it('asks for names of operations, and of one environment alone', async () => {
    const { server, backend } = await start({}, { environment: "o'test\\" });
    assert.deepEqual(await backend.operations({ window, names: ['GET /ledger', "it's"] }, signal), []);
    assert.equal(
      filtersOf(server)[0],
      "name IN ('GET /ledger', 'it\\'s') AND " +
        "((resource.deployment.environment.name = 'o\\'test\\\\') OR (resource.deployment.environment = 'o\\'test\\\\'))",
    );
    const own = await start({}, { environment: 'test' });
    assert.ok((await own.backend.services(signal)).some(({ service }) => service === 'payment-api'));
    assert.ok((await own.backend.operations({ window, service: 'payment-api' }, signal)).length > 3);
  });

  it('asks in SigNoz’s language what it can say, and tells the rest', async () => {
    const { server, backend } = await start();
    await backend.attributeNames!({ window }, signal);
    const expected: Record<string, readonly [string | undefined, RegExp | undefined]> = {
      '{}': [undefined, undefined],
      '{ resource.service.name = "a" && duration > 2s }': [
        "resource.service.name = 'a' AND duration_nano > 2000000000",
        undefined,
      ],
      '{ status = error && kind = server }': ["status_code_string = 'Error' AND kind_string = 'Server'", undefined],
      '{ span.http.route =~ "/orders.*" }': [
        "attribute.http.route REGEXP '^(?:/orders.*)$'",
        /cannot be asked for all of/,
      ],
      '{ span.http.response.status_code >= 500 }': ['attribute.http.response.status_code >= 500', undefined],
      '{ span.http.response.status_code = "500" }': ['attribute.http.response.status_code EXISTS', /cannot be asked/],
      '{ span.http.route != "/x" }': ['attribute.http.route EXISTS', /cannot be asked for all of/],
      '{ span.http.route = nil && name = "x" }': ["attribute.http.route NOT EXISTS AND name = 'x'", undefined],
      '{ event:name = "exception" }': [undefined, /cannot be asked for any of this/],
      '{ traceDuration > 1s && name = "x" }': ["name = 'x'", /traceDuration > 1s/],
      '{ name = "a" } >> { name = "b" }': ["name = 'a'", /tests how their spans belong together/],
      '{ trace:id = "0af7651916cd43dd8448eb211c80319c" }': ["trace_id = '0af7651916cd43dd8448eb211c80319c'", undefined],
      '{ name = "$a" }': [undefined, /cannot be asked/],
    };
    for (const [text, [filter, words]] of Object.entries(expected)) {
      const before = filtersOf(server).length;
      await found(backend, text, 1);
      assert.equal(filtersOf(server)[before], filter, text);
      const told = backend.testedHere?.({ text });
      if (words === undefined) assert.equal(told, undefined, text);
      else assert.match(told ?? '', words, text);
    }
    const before = filtersOf(server).length;
    assert.deepEqual(await found(backend, '{ span.nobody.has.this = 1 }'), []);
    assert.equal(filtersOf(server).length, before, 'what no span has is not looked for');
  });

  it('pages through spans that begin in the same millisecond', async () => {
    const { backend, server } = await start({ traces: manyTraces(700) });
    const ids = await found(backend, '', 10_000);
    assert.deepEqual([ids.length, new Set(ids).size], [700, 700]);
    assert.ok(server.calls.some(({ body }) => JSON.stringify(body).includes('"offset"')));
  });

  it('has calls that SigNoz counted, else those of its latest traces', async () => {
    const { backend } = await start();
    const counted = await backend.serviceGraph!(window, signal);
    assert.equal(counted.estimate, undefined);
    const without = await start({ countsCalls: false });
    const sampled = await without.backend.serviceGraph!(window, signal);
    assert.match(sampled.estimate ?? '', /calls are those of/);
    for (const { edges } of [counted, sampled])
      assert.ok(edges.some(({ caller, callee }) => caller === 'orders-api' && callee === 'payment-api'));
  });

  it('takes times of rows and attributes of waterfalls where rows have none', async () => {
    const traces = sentTraces(NOW_NS);
    const { backend } = await start({ traces, age: 'older' });
    const sent = placedSpans(traces).find(({ span }) => span.name === 'payment.Ledger/Charge' && span.kind === 2)!.span;
    const trace = (await backend.trace(sent.traceId as TraceId, signal))!;
    const rows = Array.from({ length: trace.count }, (_, row) => trace.details(row));
    const span = rows.find(({ spanId }) => spanId === sent.spanId)!;
    assert.equal(span.startNs, BigInt(sent.startTimeUnixNano));
    assert.equal(span.attributes.get('code.line.number'), 18);
    assert.equal(span.resource.get('service.version'), '1.4.2');
    assert.equal(await backend.trace('0123456789abcdef0123456789abcdef' as TraceId, signal), undefined);
  });

  it('leads to its page for a trace, below a prefix as well', () => {
    const backend = backendAt('https://tools.example/signoz');
    const id = '0af7651916cd43dd8448eb211c80319c' as TraceId;
    assert.equal(backend.deepLink(id), `https://tools.example/signoz/trace/${id}`);
  });
});

function spansOf(
  count: number,
  fields: (at: number) => { readonly name: string; readonly startNs: bigint },
): OtlpTraces {
  const spans = Array.from({ length: count }, (_, at) => {
    const { name, startNs } = fields(at);
    return {
      ...{ traceId: (at + 1).toString(16).padStart(32, '0'), spanId: (at + 1).toString(16).padStart(16, '0') },
      ...{ traceState: '', name, kind: 1, attributes: [], events: [], links: [], status: {} },
      ...{ startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs + 1_000_000n + BigInt(at)) },
    };
  });
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'many' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: '', version: '' }, spans }] }] };
}

function manyOperations(count: number): OtlpTraces {
  // Names with ids in them, which cannot be packed.
  const name = (at: number): string => `${at} ${randomText(at)}`;
  return spansOf(count, (at) => ({ name: name(at), startNs: NOW_NS - 60_000_000_000n }));
}

/** The same for the same number. */
function randomText(seed: number): string {
  return Array.from({ length: 12 }, (_, at) => createHash('sha512').update(`${seed} ${at}`).digest('base64')).join('');
}

function manyTraces(count: number): OtlpTraces {
  return spansOf(count, (at) => ({ name: 'same', startNs: NOW_NS - 60_000_000_000n + BigInt(at % 300) }));
}
