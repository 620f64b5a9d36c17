import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend, ConnectionStep } from '../../../../../src/traces/backends/backend';
import { readBackendConfig, type BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { BACKEND_TYPES, createBackend } from '../../../../../src/traces/backends/createBackend';
import { lightstepPages } from '../../../../../src/traces/backends/lightstep/lightstepPages';
import { withEndOfService } from '../../../../../src/traces/backends/lightstep/lightstepRefusal';
import { refusalOf } from '../../../../support/refusal';
import type { LightstepSpan, LightstepTrace } from '../../../../support/servers/data/lightstepTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import { RoutedTransport } from '../../../../support/wire/routedTransport';
import {
  LIGHTSTEP_KEY,
  LIGHTSTEP_OPTIONS,
  startLightstepWire,
  type LightstepWireOptions,
  type LightstepWireServer,
} from '../../../../support/wire/lightstepServer';

const { signal } = new AbortController();
const NOW_MS = Date.now();
const window: TimeWindow = {
  from: nanos(BigInt(NOW_MS - 3_600_000) * 1_000_000n),
  to: nanos(BigInt(NOW_MS) * 1_000_000n),
};

let traces = 0;

/** A trace of one span of the service `shop`, which took so long. */
function trace(milliseconds: number, tags: Readonly<Record<string, unknown>> = {}, id?: string): LightstepTrace {
  traces++;
  const start = (NOW_MS - 60_000 - traces * 1_000) * 1_000;
  const span: LightstepSpan = {
    ...{ 'span-name': 'GET /', 'span-id': traces.toString(16).padStart(16, 'a') },
    ...{ 'trace-id': id ?? traces.toString(16).padStart(32, 'b'), 'is-error': tags['error'] === true },
    ...{ 'start-time-micros': start, 'end-time-micros': start + milliseconds * 1_000, 'reporter-id': 'one' },
    tags: { 'span.kind': 'server', ...tags },
  };
  return {
    ...{ type: 'stored-trace', id: span['trace-id'], attributes: { spans: [span] } },
    relationships: { reporters: [{ 'reporter-id': 'one', attributes: { 'lightstep.component_name': 'shop' } }] },
  };
}

describe('Lightstep’s quirks', () => {
  let server: LightstepWireServer;
  let backend: Backend;

  async function start(
    held: readonly LightstepTrace[],
    {
      key = LIGHTSTEP_KEY,
      options = LIGHTSTEP_OPTIONS,
      ...wire
    }: Partial<LightstepWireOptions> & { readonly options?: BackendConfig['options'] } = {},
  ): Promise<void> {
    server = await startLightstepWire({ traces: held, ...wire });
    const config = backendConfig({ kind: 'lightstep', url: server.url, auth: 'bearer', options });
    backend = createBackend(config, backendDeps({ secrets: new TestSecrets(key) }));
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  const operations = () => backend.operations({ window, service: 'shop' }, signal);

  async function found(text: string): Promise<TraceId[]> {
    const ids: TraceId[] = [];
    for await (const { traceId } of backend.search({ text, window, limit: 100 }, signal)) ids.push(traceId);
    return ids;
  }

  it('counts operations by all that identifies them, in five requests, and opens failed and slow spans', async () => {
    const failed = trace(20, { 'http.route': '/b', error: true });
    await start([trace(10, { 'http.route': '/a' }), trace(30, { 'http.route': '/a' }), failed]);
    const stats = await operations();
    const told = stats.map(({ key, count, errorCount }) => [key.attributes.get('http.route'), count, errorCount]);
    assert.deepEqual(told, [
      ['/a', 2, 0],
      ['/b', 1, 1],
    ]);
    assert.equal(backend.traffic.requests, 5);
    const [a, b] = stats;
    assert.ok(a!.exact && /tells percentiles/.test(a!.estimate ?? ''));
    assert.deepEqual([a!.latency.max, a!.exemplars.slowest?.durationNs], [30e6, 30e6]);
    assert.ok(Math.abs(a!.latency.quantile(0.5) - 10e6) < 1e5, `${a!.latency.quantile(0.5)}`);
    assert.equal(b!.exemplars.error?.traceId, failed.id);
    // What no span has is asked for once.
    assert.match(server.queries[0] ?? '', /"code\.function\.name"/);
    assert.ok(server.queries.slice(1).every((query) => !query.includes('code.function.name')));
  });

  it('asks once where a service has no spans', async () => {
    await start([]);
    assert.deepEqual(await operations(), []);
    assert.equal(backend.traffic.requests, 1);
  });

  it('opens with one request, and leads to, a trace that it has heard of', async () => {
    const one = trace(10);
    await start([one]);
    const [id] = await found('{ name = "GET /" }');
    assert.equal(id, one.id);
    const before = backend.traffic.requests;
    assert.equal((await backend.trace(id, signal))?.count, 1);
    assert.equal(backend.traffic.requests - before, 1);
    const span = one.attributes.spans[0]!['span-id'];
    assert.equal(backend.deepLink(id), `https://app.lightstep.com/prod/trace?span_guid=${span}`);
  });

  it('finds traces whose ids have 64 bits by either spelling', async () => {
    await start([trace(10, {}, 'a00000000000000b')]);
    assert.equal((await backend.trace('0000000000000000a00000000000000b' as TraceId, signal))?.count, 1);
    assert.match(server.queries[0] ?? '', /"0{16}a0+b" \|\| lightstep\.trace_id == "a0+b"/);
  });

  it('asks for failures, kinds and texts, and tests the rest here', async () => {
    const wanted = trace(2_000, { 'http.route': '/a', error: true });
    await start([wanted, trace(10, { 'http.route': '/a', error: true }), trace(2_000, { error: true })]);
    const query = '{ span.http.route = "/a" && status = error && kind = server && duration > 1s }';
    assert.deepEqual(await found(query), [wanted.id]);
    assert.match(
      server.queries[0] ?? '',
      /filter error == true && span\.kind == "server" && http\.route == "\/a" \| group_by|filter error == true && http\.route == "\/a" && span\.kind == "server" \| group_by/,
    );
    assert.equal(server.opened.length, 2);
    assert.match(backend.testedHere!({ text: query }) ?? '', /./);
    assert.equal(backend.testedHere!({ text: '{ status = error && span.http.route = "/a" }' }), undefined);
  });

  it('says which option is missing', async () => {
    await start([], { options: { organization: 'Shop' } });
    const { message, cure } = await refusalOf(backend.services(signal), BackendError);
    assert.match(`${message} ${cure}`, /without knowing the project\. Set "project" among the options/);
    assert.equal(server.queries.length, 0);
    const steps: string[] = [];
    for await (const { step, result } of backend.testConnection(signal)) steps.push(`${step} ${result}`);
    // Nobody was asked: that it answers, and lets anybody in, is not known.
    assert.deepEqual(steps, ['traces failed']);
  });

  it('is found by a page of either data center, and leads back to pages of the same', async () => {
    const read = (url: string): BackendConfig =>
      readBackendConfig({ kind: 'lightstep', url, options: { organization: 'Shop' } }, 'here', BACKEND_TYPES);
    const { url, options } = read('https://app.eu.lightstep.com/prod/explorer?filter=1');
    assert.deepEqual([url, options], ['https://api.eu.lightstep.com', { project: 'prod', organization: 'Shop' }]);
    assert.equal(read('https://app.lightstep.com/').url, 'https://api.lightstep.com');
    assert.equal(read('https://api.eu.lightstep.com').url, 'https://api.eu.lightstep.com');
    assert.equal(lightstepPages('https://api.eu.lightstep.com'), 'https://app.eu.lightstep.com');
    assert.equal(lightstepPages('https://api.lightstep.com'), 'https://app.lightstep.com');
    await start([]);
  });

  it('says that a key is not accepted, and that there is no such project', async () => {
    await start([], { key: 'wrong-key-of-somebody' });
    const steps: ConnectionStep[] = [];
    for await (const step of backend.testConnection(signal)) steps.push(step);
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised failed'],
    );
    assert.match(steps[1]?.message ?? '', /does not accept this key/);
    backend.dispose();
    await server.close();
    await start([], { options: { ...LIGHTSTEP_OPTIONS, project: 'staging' } });
    const { fault, cure } = await refusalOf(backend.services(signal), BackendError);
    assert.equal(fault, 'notFound');
    assert.match(cure ?? '', /"organization" and "project"/);
  });

  for (const [what, instead] of Object.entries({
    'is gone': { status: 410, type: 'application/json', body: '{"errors":["gone"]}' },
    'is a page': { status: 404, type: 'text/html', body: '<html>This service has been retired</html>' },
  })) {
    it(`says that the service has ended where its API ${what}`, async () => {
      await start([], { instead });
      const { message, cure } = await refusalOf(backend.services(signal), BackendError);
      assert.match(message, /announced the end of Cloud Observability/);
      assert.match(cure ?? '', /another backend.*trace files .* still open/);
    });
  }
});

describe('Lightstep’s answers that are none', () => {
  const TRACE_ID = 'b'.repeat(32) as TraceId;
  const one = trace(10, {}, TRACE_ID);
  const type = 'application/json';
  const errors = (...said: unknown[]) => ({ status: 200, type, body: JSON.stringify({ errors: said }) });
  const page = {
    status: 404,
    type: 'text/html',
    body: '<html>This service has been retired</html>',
    of: 'stored-traces',
  };
  let server: LightstepWireServer;
  let backend: Backend;

  async function start(instead: LightstepWireOptions['instead']): Promise<void> {
    server = await startLightstepWire({ traces: [one], ...(instead === undefined ? {} : { instead }) });
    const config = backendConfig({ kind: 'lightstep', url: server.url, auth: 'bearer', options: LIGHTSTEP_OPTIONS });
    backend = createBackend(config, backendDeps({ secrets: new TestSecrets(LIGHTSTEP_KEY) }));
  }

  afterEach(async () => {
    backend.dispose();
    await server.close();
  });

  it('keep their words, with a good status as well', async () => {
    for (const said of ['query is too expensive.', { title: 'x', detail: 'query is too expensive' }]) {
      await start(errors(said));
      const refused = await refusalOf(backend.services(signal), BackendError);
      assert.deepEqual([refused.fault, refused.status], ['server', 200]);
      assert.match(refused.message, /could not answer: query is too expensive\.$/);
      backend.dispose();
      await server.close();
    }
    await start({ ...errors('storage is down'), of: 'stored-traces' });
    const { message } = await refusalOf(backend.trace(TRACE_ID, signal), BackendError);
    assert.match(message, /could not answer: storage is down/);
  });

  it('say that the API is gone where the place of a trace is a page', async () => {
    await start(page);
    const { fault, message } = await refusalOf(backend.trace(TRACE_ID, signal), BackendError);
    assert.equal(fault, 'notFound');
    assert.match(message, /no such API any more \(404\): ServiceNow announced the end/);
  });

  it('say that there is no trace where the API says so', async () => {
    for (const body of ['{"errors":["no stored traces found"]}', '']) {
      await start({ ...page, type, body });
      assert.equal(await backend.trace(TRACE_ID, signal), undefined);
      backend.dispose();
      await server.close();
    }
    await start(undefined);
    assert.equal((await backend.trace(TRACE_ID, signal))?.count, 1);
  });

  it('say that the service seems to be over where a page stands in their place', async () => {
    await start(undefined);
    const html = '<!doctype html><html><body>Cloud Observability has been retired</body></html>';
    const transport = new RoutedTransport({
      'api.lightstep.com': () => ({ headers: { 'content-type': 'text/html' }, body: html }),
    });
    const config = backendConfig({
      ...{ kind: 'lightstep', url: 'https://api.lightstep.com', auth: 'bearer', options: LIGHTSTEP_OPTIONS },
    });
    const official = createBackend(config, backendDeps({ transport, secrets: new TestSecrets(LIGHTSTEP_KEY) }));
    const { fault, message } = await refusalOf(official.services(signal), BackendError);
    assert.equal(fault, 'wrongType');
    assert.match(message, /announced the end .* seems to be over/);
    official.dispose();
  });
});

describe('the end of Lightstep', () => {
  const place = { name: 'mine', address: 'https://api.lightstep.com' };
  const unknown = new BackendError(
    'unknownHost',
    'The host of api.lightstep.com is not known.',
    place.address,
    'Check.',
  );

  it('is told where its own host is not there any more', () => {
    const told = withEndOfService(unknown, place);
    assert.ok(told instanceof BackendError);
    assert.equal(told.fault, 'unknownHost');
    assert.match(told.message, /^The host of api\.lightstep\.com is not known\. ServiceNow announced the end/);
    assert.match(told.cure ?? '', /another backend/);
  });

  it('is no reason elsewhere, nor for a server that is busy', () => {
    assert.equal(withEndOfService(unknown, { ...place, address: 'https://proxy.example' }), unknown);
    const busy = new BackendError('throttled', 'mine is busy.', place.address, 'Wait.');
    assert.equal(withEndOfService(busy, place), busy);
  });
});
