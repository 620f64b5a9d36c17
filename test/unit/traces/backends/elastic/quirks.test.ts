import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { readBackendConfig, type BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { BACKEND_TYPES, createBackend } from '../../../../../src/traces/backends/createBackend';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../../support/wire/faultServer';
import { refusalOf } from '../../../../support/refusal';

const { signal } = new AbortController();
const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const SPAN = '00f067aa0ba902b7';
const START_NS = 1_763_737_200_123_456_000n;
const window: TimeWindow = { from: nanos(START_NS - 1_000_000_000n), to: nanos(START_NS + 1_000_000_000n) };
const WHOLE = { timed_out: false, _shards: { total: 2, successful: 2, skipped: 0, failed: 0 } };
const KEYWORD = { keyword: { type: 'keyword' } };
const CLASSIC = { 'processor.event': KEYWORD, 'transaction.name': KEYWORD, 'labels.http_route': KEYWORD };
const UNABLE = 'unable to authenticate with provided credentials and anonymous access is not allowed for this request';

function body(json: unknown): Fault {
  return { kind: 'body', body: JSON.stringify(json) };
}

/** An error as Elasticsearch wraps it. */
function refused(status: number, error: object): Fault {
  const text = JSON.stringify({ error: { root_cause: [error], ...error }, status });
  return { kind: 'status', status, headers: { 'content-type': 'application/json' }, body: text };
}

function security(status: number, reason: string, more: object = {}): Fault {
  return refused(status, { type: 'security_exception', reason, ...more });
}

function transaction(source: object = {}) {
  const _source = {
    '@timestamp': '2025-11-21T15:00:00.123Z',
    timestamp: { us: Number(START_NS / 1000n) },
    processor: { event: 'transaction' },
    trace: { id: TRACE },
    transaction: { id: SPAN, name: 'GET /cart', type: 'request', duration: { us: 1500 }, result: 'HTTP 5xx' },
    event: { outcome: 'failure' },
    service: { name: 'shop', language: { name: 'java' } },
    agent: { name: 'java', version: '1.50.0' },
    ...source,
  };
  return {
    _index: 'traces-apm-default',
    _source,
    sort: [Number(START_NS / 1_000_000n) * 1e6, SPAN, SPAN, 'transaction'],
  };
}

function thrown(source: object = {}) {
  const stacktrace = [
    { classname: 'shop.Cart', function: 'load', filename: 'Cart.java', line: { number: 42 } },
    { classname: 'shop.Main', function: 'main', filename: 'Main.java', line: { number: 7 } },
  ];
  const _source = {
    '@timestamp': '2025-11-21T15:00:00.124Z',
    timestamp: { us: Number(START_NS / 1000n) + 700 },
    processor: { event: 'error' },
    trace: { id: TRACE },
    parent: { id: SPAN },
    transaction: { id: SPAN },
    error: { exception: [{ type: 'IllegalStateException', message: 'no cart', handled: false, stacktrace }] },
    labels: { service_namespace: 'web', tries: '3' },
    ...source,
  };
  return { _index: 'logs-apm.error-default', _source, sort: [0] };
}

function hits(...found: object[]): Fault {
  return body({ ...WHOLE, hits: { hits: found } });
}

describe('Elastic’s quirks', () => {
  let server: FaultServer;
  let backend: Backend;
  let log: TestLog;

  before(async () => {
    server = await startFaultServer();
  });

  after(() => server.close());

  beforeEach(() => {
    log = new TestLog();
    backend = open();
  });

  afterEach(() => backend.dispose());

  function open(config: Partial<BackendConfig> = {}, secrets = new TestSecrets()): Backend {
    const auth = { auth: 'header', authHeader: 'Authorization' } as const;
    return createBackend(
      backendConfig({ kind: 'elastic', name: 'apm', url: server.url, ...auth, ...config }),
      backendDeps({ logger: log, secrets }),
    );
  }

  async function failure(...faults: readonly Fault[]): Promise<BackendError> {
    server.next(...faults);
    return await refusalOf(backend.services(signal), BackendError);
  }

  it('sends an API key as Elasticsearch encodes it, or as its id and itself', async () => {
    for (const [secret, sent] of [
      ['VnVhQ2ZHY0JDZGJrUW0tZTVhT3g=', 'ApiKey VnVhQ2ZHY0JDZGJrUW0tZTVhT3g='],
      ['VuaCfGcB:ui2lp2axTNms', `ApiKey ${Buffer.from('VuaCfGcB:ui2lp2axTNms').toString('base64')}`],
      ['ApiKey VnVhQ2Z=', 'ApiKey VnVhQ2Z='],
    ] as const) {
      backend = open({}, new TestSecrets(secret));
      server.next(body({ fields: CLASSIC }), body({ ...WHOLE, aggregations: { services: { buckets: [] } } }));
      await backend.services(signal);
      assert.equal(server.requests.at(-1)?.headers.authorization, sent);
    }
  });

  it('says of a key that is refused why that is, and where another one is made', async () => {
    backend = open({ options: { kibanaUrl: 'https://kb.example/s/team/' } });
    for (const [said, words] of [
      ['API key: unable to find apikey with id VuaCfGcB', /deleted, or is one of another deployment/],
      ['API key: api key is expired', /has expired/],
      ['API key: api key [VuaCfGcB] has been invalidated', /was taken back/],
      ['API key: invalid credentials for API key [VuaCfGcB]', /second half is wrong/],
    ] as const) {
      const error = await failure(security(401, UNABLE, { additional_unsuccessful_credentials: said }));
      assert.equal(error.fault, 'unauthorised');
      assert.match(error.message, words);
      assert.match(error.cure ?? '', /https:\/\/kb\.example\/s\/team\/app\/management\/security\/api_keys/);
    }
    assert.match((await failure(security(401, UNABLE))).message, /does not accept this key/);
  });

  it('tells a wrong password from a key, and both from nothing', async () => {
    const secrets = new TestSecrets('swordfish-42');
    backend = open({ auth: 'basic', user: 'jane' }, secrets);
    const wrong = await failure(security(401, 'unable to authenticate user [jane] for REST request [/_search]'));
    assert.match(wrong.message, /does not accept this name and password/);
    assert.equal(secrets.refusals, 1);
    backend = open({ auth: 'none' });
    const none = await failure(security(401, 'missing authentication credentials for REST request [/_search]'));
    assert.match(none.message, /wants to know who asks/);
    assert.ok(![wrong.describe(), ...log.lines].some((line) => line.includes('swordfish')));
  });

  it('says which data streams may not be read, and what right that takes', async () => {
    const reason =
      'action [indices:data/read/search] is unauthorized for API key id [VuaCfGcB] of user [jane] on indices [traces-apm-default], this action is granted by the index privileges [read,all]';
    const error = await failure(security(403, reason));
    assert.equal(error.fault, 'forbidden');
    assert.match(error.message, /read traces-apm-default \(403, indices:data\/read\/search\)/);
    assert.match(error.cure ?? '', /index privilege read on traces-apm-default/);
  });

  it('cannot tell data streams that are missing from those that may not be read, and says so', async () => {
    const nothing = { took: 0, timed_out: false, _shards: { total: 0, successful: 0, skipped: 0, failed: 0 } };
    const steps = [];
    server.next(body({ fields: {} }), body(nothing));
    for await (const step of backend.testConnection(signal)) steps.push(step);
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['reachable ok', 'authorised ok', 'traces failed'],
    );
    assert.match(steps.at(-1)?.message ?? '', /no data stream that .* fits, or does not let this key or user read it/);
    assert.match(steps.at(-1)?.cure ?? '', /privilege read/);
    const missing = { type: 'index_not_found_exception', reason: 'no such index [mine]', index: 'mine' };
    backend = open({ options: { index: 'mine' } });
    assert.match((await failure(refused(404, missing))).message, /no data stream that "mine" fits/);
  });

  it('says that an address is Kibana’s, or that of no deployment', async () => {
    const xsrf = { statusCode: 400, error: 'Bad Request', message: 'Request must contain a kbn-xsrf header.' };
    const kibana = await failure({ kind: 'status', status: 400, body: JSON.stringify(xsrf) });
    assert.match(kibana.message, /is Kibana, not Elasticsearch/);
    const named = await failure({ kind: 'status', status: 404, headers: { 'kbn-name': 'kibana' }, body: '{}' });
    assert.match(named.message, /is Kibana, not Elasticsearch/);
    const gone = await failure({ kind: 'status', status: 404, body: '{"ok":false,"message":"Unknown resource."}' });
    assert.match(gone.message, /There is no deployment/);
  });

  it('takes a cloud id for an address, and knows Kibana from it', () => {
    const encoded = Buffer.from('eu-west-1.aws.found.io:9243$es0123$kb4567').toString('base64');
    const config = readBackendConfig({ kind: 'elastic', url: `prod:${encoded}` }, 'here', BACKEND_TYPES);
    assert.equal(config.url, 'https://es0123.eu-west-1.aws.found.io:9243');
    const cloud = createBackend(config, backendDeps());
    const page = 'https://kb4567.eu-west-1.aws.found.io:9243/app/apm/link-to/trace/';
    assert.ok(cloud.deepLink(TRACE)?.startsWith(page + TRACE), cloud.deepLink(TRACE));
    cloud.dispose();
    const own = { kind: 'elastic', url: `prod:${encoded}`, options: { kibanaUrl: 'https://kibana.example' } };
    assert.equal(readBackendConfig(own, 'here', BACKEND_TYPES).options.kibanaUrl, 'https://kibana.example');
    assert.throws(() => readBackendConfig({ kind: 'elastic', url: 'prod:nonsense' }, 'here', BACKEND_TYPES));
  });

  it('leads to no page where no Kibana is named', () => {
    assert.equal(backend.deepLink(TRACE), undefined);
  });

  it('gives spans the errors that are documents of their own, with the stack as the language prints it', async () => {
    server.next(body({ fields: CLASSIC }), hits(thrown()), hits(transaction()));
    const trace = (await backend.trace(TRACE, signal))!;
    const { events, statusMessage, scope, startNs } = trace.details(0);
    assert.equal(startNs, START_NS);
    assert.deepEqual([statusMessage, scope.name], ['HTTP 5xx', 'java']);
    assert.equal(events[0]?.timeNs, START_NS + 700_000n);
    assert.deepEqual(Object.fromEntries(events[0].attributes), {
      'exception.type': 'IllegalStateException',
      'exception.message': 'no cart',
      'exception.escaped': true,
      'exception.stacktrace':
        'IllegalStateException: no cart\n\tat shop.Cart.load(Cart.java:42)\n\tat shop.Main.main(Main.java:7)',
      tries: '3',
    });
    assert.match(server.requests.at(-2)?.url ?? '', /logs-apm/);
  });

  it('does without errors that may not be read, and says so once', async () => {
    const no = security(403, 'action [indices:data/read/search] is unauthorized for user [jane] on indices [logs-x]');
    for (let turn = 0; turn < 2; turn++) {
      server.next(...(turn === 0 ? [body({ fields: CLASSIC })] : []), no, hits(transaction()));
      assert.equal((await backend.trace(TRACE, signal))?.count, 1);
    }
    assert.equal(log.lines.filter((line) => line.includes('without their events')).length, 1);
  });

  it('asks for exceptions of a search only where the search reads events', async () => {
    const named = { fields: { 'trace.id': [TRACE] }, sort: [Number(START_NS / 1_000_000n) * 1_000_000] };
    server.next(body({ fields: CLASSIC }), hits(named), hits(thrown()), hits(transaction()), hits());
    const found = [];
    const query = { text: '{ event.exception.message = "no cart" }', window, limit: 5 };
    for await (const summary of backend.search(query, signal)) found.push(summary.traceId);
    assert.deepEqual(found, [TRACE]);
    const before = server.requests.length;
    server.next(hits(named), hits(transaction()), hits());
    for await (const summary of backend.search({ text: '{ status = error }', window, limit: 5 }, signal))
      found.push(summary.traceId);
    assert.ok(server.requests.slice(before).every(({ url }) => !url.includes('logs-apm')));
    assert.equal(found.length, 2);
  });

  it('counts transactions and other spans apart, and says what failed ones said, in five requests', async () => {
    const fields = { ...CLASSIC, 'transaction.type': KEYWORD, 'span.type': KEYWORD, 'agent.name': KEYWORD };
    const present = { s0: { doc_count: 4 }, a0: { doc_count: 4 }, s1: { doc_count: 2 }, s1a0: { doc_count: 0 } };
    const failed = { doc_count: 1, latest: { hits: { hits: [transaction()] } } };
    const duration = { min: 1500, max: 1500, sum: 6000 };
    const key = { service: 'shop', name: 'GET /cart', i0: 'request', i1: 'java', a0: '/cart' };
    const ofSpans = { service: 'shop', name: 'SELECT', i0: 'db', i1: 'java' };
    const counted = (bucket: object) => body({ ...WHOLE, aggregations: { operations: { buckets: [bucket] } } });
    const before = server.requests.length;
    server.next(
      body({ fields }),
      body({ ...WHOLE, hits: { hits: [transaction()] }, aggregations: present }),
      counted({ key, doc_count: 4, duration, failed }),
      counted({ key: ofSpans, doc_count: 2, duration: { min: 1, max: 3, sum: 4 } }),
      hits(thrown()),
    );
    const [request, query] = await backend.operations({ window, service: 'shop' }, signal);
    assert.equal(server.requests.length - before, 5);
    assert.deepEqual(
      [request?.key.kind, request?.key.name, request?.key.scope, [...request!.key.attributes]],
      ['SERVER', 'GET /cart', 'java', [['http.route', '/cart']]],
    );
    assert.deepEqual([request?.count, request?.errorCount, request?.totalNs], [4, 1, 6_000_000]);
    assert.deepEqual([query?.key.kind, query?.count, query?.totalNs], ['CLIENT', 2, 4000]);
    assert.equal(request?.exemplars.error?.message, 'no cart');
    assert.match(request?.exemplars.error?.stack ?? '', /shop\.Cart\.load/);
    assert.equal(request?.key.resource.get('service.name'), 'shop');
  });

  it('says which part of a search it cannot be asked for', async () => {
    server.next(body({ fields: CLASSIC }), body({ ...WHOLE, aggregations: { services: { buckets: [] } } }));
    await backend.services(signal);
    const tested = (text: string) => backend.testedHere?.({ text });
    assert.equal(tested('{ span.http.route = "/cart" && status = error && duration > 1s }'), undefined);
    assert.match(tested('{ status = error && span.messaging.system = "kafka" }') ?? '', /messaging\.system/);
    assert.match(tested('{ event.exception.type = "x" }') ?? '', /cannot be asked for any of this/);
  });
});
