import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos } from '../../../../../src/model/time';
import type { Backend, ConnectionStep } from '../../../../../src/traces/backends/backend';
import { hasFault } from '../../../../../src/traces/backends/backendError';
import { readBackendConfig, type BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BACKEND_TYPES, createBackend } from '../../../../../src/traces/backends/createBackend';
import type { SecretRequest } from '../../../../../src/traces/backends/secrets';
import { datadogStored, type DatadogStored } from '../../../../support/servers/data/datadogStored';
import { placedSpans } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import {
  DATADOG_KEY,
  startDatadogWire,
  type DatadogWireOptions,
  type DatadogWireServer,
} from '../../../../support/wire/datadogServer';
import { startFaultServer } from '../../../../support/wire/faultServer';

const { signal } = new AbortController();
const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
const window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
const traces = sentTraces(nowNs);
const spans = placedSpans(traces).map(datadogStored);

/** Answers each question with a secret of its own. */
class TwoKeys extends TestSecrets {
  constructor(private readonly keys: Readonly<Record<string, string | undefined>>) {
    super();
  }

  override secret(request: SecretRequest): Promise<string | undefined> {
    this.asked.push(request);
    return Promise.resolve(this.keys[request.name]);
  }
}

const KEYS = { 'API key': DATADOG_KEY, 'application key': DATADOG_KEY };

describe("Datadog's API", () => {
  const closing: (() => unknown)[] = [];
  const log = new TestLog();

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function bed(
    options: Partial<DatadogWireOptions> = {},
    config: Partial<BackendConfig> = {},
    secrets: TestSecrets = new TwoKeys(KEYS),
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ server: DatadogWireServer; backend: Backend }> {
    const server = await startDatadogWire({ spans, ...options });
    closing.push(() => server.close());
    return { server, backend: open(server.url, config, secrets, environment) };
  }

  function open(url: string, config: Partial<BackendConfig>, secrets: TestSecrets, environment = {}): Backend {
    const given = backendConfig({ kind: 'datadog', url, name: 'dd', auth: 'header', ...config });
    const backend = createBackend(given, backendDeps({ secrets, logger: log, environment }));
    closing.push(() => backend.dispose());
    return backend;
  }

  async function steps(backend: Backend): Promise<ConnectionStep[]> {
    const found: ConnectionStep[] = [];
    for await (const step of backend.testConnection(signal)) found.push(step);
    return found;
  }

  it('asks for both keys, each once, and tells nobody', async () => {
    const secrets = new TwoKeys({ 'API key': ` ${DATADOG_KEY}\n`, 'application key': DATADOG_KEY });
    const { server, backend } = await bed({}, {}, secrets);
    await backend.services(signal);
    await backend.services(signal);
    assert.deepEqual(
      secrets.asked.map(({ name }) => name),
      ['API key', 'application key'],
    );
    assert.ok(!JSON.stringify([log.lines, server.calls]).includes(DATADOG_KEY));
  });

  it('takes keys that are not given out of the variables of Datadog’s tools, and says which is missing', async () => {
    const none = new TwoKeys({});
    const { backend } = await bed({}, {}, none, { DD_API_KEY: DATADOG_KEY, DD_APP_KEY: DATADOG_KEY });
    assert.ok((await backend.services(signal)).length > 0);
    const { backend: other } = await bed({}, {}, new TwoKeys({ 'API key': DATADOG_KEY }));
    const [step] = await steps(other);
    assert.equal(step?.step, 'authorised');
    assert.match(`${step?.message} ${step?.cure}`, /no application key for dd.*Application Keys.*DD_APP_KEY/);
  });

  it('tells a wrong site from a key without the right', async () => {
    const secrets = new TwoKeys({ ...KEYS, 'API key': 'of-another-site' });
    const { backend } = await bed({}, {}, secrets);
    const wrongSite = await steps(backend);
    assert.deepEqual(
      wrongSite.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised failed'],
    );
    assert.match(
      `${wrongSite[1]?.message} ${wrongSite[1]?.cure}`,
      /does not know the API key at the site .*Check the site/,
    );
    assert.equal(secrets.refusals, 1);
    const { backend: unscoped } = await bed({ scopes: ['metrics_read'] });
    const [, right] = await steps(unscoped);
    assert.match(`${right?.message} ${right?.cure}`, /may not read spans \(403\)\..*apm_read/);
  });

  it('says that nothing was kept in the last hour, and what is left of its limit', async () => {
    const old = spans.map((span) => ({ ...span, startNs: span.startNs - 7_200_000_000_000n }));
    const [, , traces] = await steps((await bed({ spans: old })).backend);
    assert.match(
      `${traces?.result} ${traces?.message} ${traces?.cure}`,
      /^failed .*no span in the last hour.*retention filter/,
    );
    const [, authorised] = await steps((await bed({ hourly: 300 })).backend);
    assert.match(authorised!.message, /\(299 of 300 requests left, more in .*\)/);
  });

  it('gives a trace as a whole with its nanoseconds, by ids and times beyond 2^53', async () => {
    const { server, backend } = await bed({ hasWholeTraces: true });
    const [sent] = placedSpans(traces).filter(({ span }) => span.events.length > 0);
    const trace = await backend.trace(sent!.span.traceId as TraceId, signal);
    const alike = placedSpans(traces).filter(({ span }) => span.traceId === sent!.span.traceId);
    assert.equal(trace?.count, alike.length);
    const ids = Array.from({ length: trace.count }, (_, row) => trace.details(row));
    for (const { span } of alike) {
      const details = ids.find(({ spanId }) => spanId === span.spanId);
      assert.equal(details?.startNs, BigInt(span.startTimeUnixNano));
      assert.equal(details?.endNs, BigInt(span.endTimeUnixNano));
    }
    assert.equal(server.calls.length, 1);
  });

  it('finds a trace by the lower half of its id, and by the whole where spans do not say it', async () => {
    const [first] = spans;
    const short = `${'0'.repeat(16)}${first!.traceId.slice(16)}` as TraceId;
    const { backend } = await bed();
    assert.equal((await backend.trace(short, signal))?.id, short);
    const bare = spans.map((span): DatadogStored => {
      const tags = Object.entries(span.tags).filter(([name]) => name !== 'otel.trace_id');
      return { ...span, tags: Object.fromEntries(tags) };
    });
    const { backend: other } = await bed({ spans: bare });
    const count = spans.filter(({ traceId }) => traceId === first!.traceId).length;
    const trace = await other.trace(first!.traceId as TraceId, signal);
    assert.deepEqual([trace?.id, trace?.count], [first!.traceId, count]);
  });

  it('reads all pages of a trace, the last of which names none', async () => {
    const [first] = spans;
    const many = Array.from({ length: 2_345 }, (_, at) => ({
      ...first!,
      spanId: BigInt(at + 1),
      parentId: BigInt(at),
    }));
    const { server, backend } = await bed({ spans: many });
    assert.equal((await backend.trace(first!.traceId as TraceId, signal))?.count, 2_345);
    assert.equal(server.calls.filter(({ path }) => path.endsWith('/search')).length, 3);
  });

  it('counts only spans of its environment', async () => {
    const [first, ...others] = spans;
    const { backend } = await bed(
      { spans: [{ ...first!, env: 'prod', service: 'only' }, ...others] },
      { environment: 'prod' },
    );
    assert.deepEqual(
      (await backend.services(signal)).map(({ service }) => service),
      ['only'],
    );
  });

  it('quotes what it does not accept, and says when an answer is not whole', async () => {
    const gate = await startFaultServer();
    closing.push(() => gate.close());
    const backend = open(gate.url, {}, new TwoKeys(KEYS));
    const detail = "invalid_argument(Field 'filter.from,to' is invalid: 'from' should be anterior to 'to')";
    gate.next({ kind: 'status', status: 422, body: JSON.stringify({ errors: [{ title: 'Generic Error', detail }] }) });
    await assert.rejects(backend.services(signal), (error) => {
      return hasFault(error, 'badRequest') && error.message.includes("'from' should be anterior to 'to'");
    });
    const by = { resource_name: 'GET /', '@span.kind': 'server' };
    const compute = { c0: 4, c1: 8e6, c2: 1e6, c3: 2e6, c4: 2e6, c5: 3e6, c6: 3e6, c7: 3e6, c8: 3e6, c9: [], c10: [] };
    const data = [{ type: 'bucket', id: '1', attributes: { by, compute } }];
    const meta = {
      status: 'timeout',
      warnings: [{ code: 'x', title: 'Too many groups', detail: 'only some were counted' }],
    };
    gate.next({ kind: 'body', body: JSON.stringify({ data, meta }) });
    const [stats] = await backend.operations({ window, service: 'web' }, signal);
    assert.match(stats?.estimate ?? '', /it ran out of time; only some were counted/);
  });

  it('finds failed spans that say nothing of it', async () => {
    const tags = { 'span.kind': 'server' };
    const quiet = spans.map((span) => ({ ...span, tags }));
    const { backend } = await bed({ spans: quiet });
    const ids = new Set<string>();
    for await (const { traceId } of backend.search({ text: '{ status = error }', window, limit: 1000 }, signal))
      ids.add(traceId.slice(16));
    const failed = spans.filter((span) => span.failed).map(({ traceId }) => traceId.slice(16));
    assert.deepEqual([...ids].sort(), [...new Set(failed)].sort());
  });

  it('leads to the pages of its site', () => {
    const id = '0123456789abcdef0123456789abcdef' as TraceId;
    const link = (url: string): string | undefined => {
      const config = readBackendConfig({ kind: 'datadog', url }, 'here', BACKEND_TYPES);
      return open(config.url, config, new TwoKeys(KEYS)).deepLink(id);
    };
    assert.equal(link('https://api.datadoghq.com'), `https://app.datadoghq.com/apm/trace/${id}`);
    assert.equal(link('us5'), `https://us5.datadoghq.com/apm/trace/${id}`);
    assert.equal(link('https://acme.datadoghq.eu/apm/home'), `https://acme.datadoghq.eu/apm/trace/${id}`);
  });
});
