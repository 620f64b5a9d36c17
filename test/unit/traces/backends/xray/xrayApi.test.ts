import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TraceId } from '../../../../../src/model/ids';
import { nanosFromMillis } from '../../../../../src/model/time';
import type { Backend, BackendDeps } from '../../../../../src/traces/backends/backend';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import {
  startXrayWire,
  XRAY_KEYS,
  type XrayWireOptions,
  type XrayWireServer,
} from '../../../../support/wire/xrayServer';
import { refusalOf } from '../../../../support/refusal';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: XRAY_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: XRAY_KEYS.secretAccessKey,
};

let lastSpan = 0;

/** A document of a trace that began `agoS` seconds ago; the second of its start is in its id. */
function segment(agoS: number, fields: object = {}, trace = 1): string {
  const start = NOW / 1000 - agoS;
  const id = (++lastSpan).toString(16).padStart(16, '0');
  const traceId = `1-${Math.floor(start).toString(16)}-${trace.toString(16).padStart(24, '0')}`;
  return JSON.stringify({ id, trace_id: traceId, name: 'orders', start_time: start, end_time: start + 0.5, ...fields });
}

function traceIdOf(document: string): TraceId {
  return (JSON.parse(document) as { trace_id: string }).trace_id.replace(/^1-|-/g, '') as TraceId;
}

describe('AWS X-Ray', () => {
  const open: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function start(
    options: XrayWireOptions,
    deps: Partial<BackendDeps> = {},
    settings: Record<string, string> = {},
  ): Promise<{ server: XrayWireServer; backend: Backend }> {
    const server = await startXrayWire({ now: () => NOW, ...options });
    open.push(() => server.close());
    const config = {
      kind: 'xray',
      url: server.url,
      auth: 'aws',
      options: { region: 'us-east-1', ...settings },
    } as const;
    const backend = createBackend(
      backendConfig(config),
      backendDeps({ environment: ENVIRONMENT, now: () => NOW, ...deps }),
    );
    open.push(() => backend.dispose());
    return { server, backend };
  }

  async function fault(backend: Backend): Promise<BackendError> {
    return await refusalOf(backend.services(signal), BackendError);
  }

  async function found(backend: Backend, text: string, hours: number, limit = 100): Promise<string[]> {
    const window = { from: nanosFromMillis(NOW - hours * HOUR_MS), to: nanosFromMillis(NOW + HOUR_MS) };
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text, window, limit }, signal)) ids.push(traceId);
    return ids;
  }

  it('signs so that AWS agrees, with temporary keys as well', async () => {
    const keys = { ...XRAY_KEYS, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//' };
    const documents = [segment(60)];
    const { backend } = await start(
      { documents, keys },
      { environment: { ...ENVIRONMENT, AWS_SESSION_TOKEN: keys.sessionToken } },
    );
    assert.deepEqual(await backend.services(signal), [
      { service: 'orders', spanCount: 0, errorCount: 0, lastSeen: 0n },
    ]);
  });

  it('says what each refusal means and how to cure it', async () => {
    const log = new TestLog();
    const { server, backend } = await start({ documents: [] }, { logger: log });
    const refusals: readonly (readonly [string, string, number, string, RegExp])[] = [
      [
        'ExpiredTokenException',
        'The security token included in the request is expired',
        403,
        'unauthorised',
        /have expired.*Sign in again.*https:\/\/us-east-1\.console\.aws\.amazon\.com\/iam\/home#\/security_credentials/,
      ],
      [
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
        'unauthorised',
        /does not know the access key AKIAIOSFODNN7EXAMPLE/,
      ],
      [
        'InvalidSignatureException',
        'The request signature we calculated does not match',
        403,
        'unauthorised',
        /secret access key may be wrong/,
      ],
      [
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
        403,
        'unauthorised',
        /Check that the address.*https:\/\/docs\.aws\.amazon\.com\/general\/latest\/gr\/xray\.html/,
      ],
      [
        'AccessDeniedException',
        'User: arn:aws:iam::123456789012:user/dev is not authorized to perform: xray:GetServiceGraph',
        403,
        'forbidden',
        /does not allow xray:GetServiceGraph to arn:aws:iam::123456789012:user\/dev.*AWSXrayReadOnlyAccess.*https:.*\/iam\/home/,
      ],
      [
        'OptInRequired',
        'You are not subscribed to this service',
        403,
        'forbidden',
        /has not enabled this region.*https:.*\/billing\/home#\/account/,
      ],
      ['InvalidRequestException', 'Time range cannot be longer than 6 hours', 400, 'badRequest', /longer than 6 hours/],
    ];
    for (const [type, message, status, kind, words] of refusals) {
      server.refuse({ type, message, status });
      const error = await fault(backend);
      assert.equal(error.fault, kind, type);
      assert.match(error.describe().replace(/\n/g, ' '), words, type);
      assert.ok(![error.describe(), ...log.lines].join('\n').includes(XRAY_KEYS.secretAccessKey));
    }
  });

  it('waits where it is throttled, whatever the status', async () => {
    const { server, backend } = await start({ documents: [segment(60)] });
    server.refuse(
      { type: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
      { type: 'ThrottledException', message: 'Rate exceeded', status: 429 },
    );
    assert.equal((await backend.services(signal)).length, 1);
    assert.equal(backend.traffic.retries, 2);
    const always = { type: 'ThrottlingException', message: 'Rate exceeded', status: 400 };
    server.refuse(always, always, always);
    assert.equal((await fault(backend)).fault, 'throttled');
  });

  it('goes by the clock of AWS where that of the machine is wrong', async () => {
    const early = segment(-9 * 60, {}, 2);
    const { backend } = await start({ documents: [segment(60), early], now: () => NOW + 10 * 60_000 });
    assert.equal((await backend.services(signal)).length, 1);
    assert.equal(backend.traffic.retries, 1);
    assert.equal((await found(backend, '', 1, 1))[0], traceIdOf(early));
    assert.equal(backend.traffic.retries, 1);
  });

  it('reads a profile anew when its keys have expired', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-xray-'));
    open.push(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'credentials');
    const write = (token: string) =>
      writeFile(
        file,
        `[default]\naws_access_key_id=${XRAY_KEYS.accessKeyId}\naws_secret_access_key=${XRAY_KEYS.secretAccessKey}\naws_session_token=${token}\n`,
      );
    await write('first-session-token');
    let now = NOW;
    const keys = { ...XRAY_KEYS, sessionToken: 'second-session-token' };
    const environment = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: path.join(folder, 'none') };
    const { backend } = await start(
      { documents: [segment(60)], keys, now: () => now },
      { environment, now: () => now },
    );
    assert.match((await fault(backend)).message, /have expired/);
    await write('second-session-token');
    assert.equal((await backend.services(signal)).length, 1);
    // And without an error in between, when some time has passed.
    await write('third-session-token');
    Object.assign(keys, { sessionToken: 'third-session-token' });
    now += 60_000;
    assert.equal((await backend.services(signal)).length, 1);
  });

  it('searches six hours at a time, the latest first, and no longer than needed', async () => {
    const documents = [1, 5, 7, 13, 29].map((hours) => segment(hours * 3600, {}, hours));
    const { server, backend } = await start({ documents });
    assert.deepEqual(await found(backend, '', 30), documents.map(traceIdOf));
    const windows = server.calls.filter(({ path }) => path === '/TraceSummaries').map(({ body }) => body);
    assert.equal(windows.length, 6);
    for (const { StartTime, EndTime } of windows) assert.ok(Number(EndTime) - Number(StartTime) <= 6 * 3600);
    const before = server.calls.length;
    assert.equal((await found(backend, '', 30, 2)).length, 2);
    assert.deepEqual(
      server.calls.slice(before).map(({ path }) => path),
      // One trace was put off.
      ['/TraceSummaries', '/Traces'],
    );
  });

  it('asks for five traces at once, and again for those that were put off', async () => {
    const documents = Array.from({ length: 23 }, (_, index) => segment(60 + index, {}, index + 1));
    const { server, backend } = await start({ documents });
    assert.equal((await found(backend, '', 1)).length, 23);
    const asked = server.calls.filter(({ path }) => path === '/Traces').map(({ body }) => body['TraceIds'] as string[]);
    assert.ok(asked.every((ids) => ids.length <= 5));
    assert.equal(asked.flat().length, 23 + 4);
  });

  it('looks for failures that X-Ray does not index in the other traces', async () => {
    const root = segment(60, {}, 1);
    const { id, trace_id } = JSON.parse(root) as { id: string; trace_id: string };
    const hidden = segment(60, { trace_id, parent_id: id, type: 'subsegment', name: 'retry', fault: true });
    const plain = segment(90, { fault: true }, 2);
    const { server, backend } = await start({ documents: [root, hidden, plain, segment(30, {}, 3)] });
    assert.deepEqual(await found(backend, '{status = error}', 1), [plain, root].map(traceIdOf));
    const filters = server.calls
      .filter(({ path }) => path === '/TraceSummaries')
      .map(({ body }) => body['FilterExpression']);
    assert.deepEqual(
      [filters.at(0), filters.at(-1)],
      ['service() { error = true OR fault = true OR throttle = true }', undefined],
    );
    const one = server.calls.length;
    assert.deepEqual(await found(backend, '{status = error}', 1, 1), [traceIdOf(plain)]);
    assert.ok(server.calls.slice(one).every(({ body }) => !('StartTime' in body) || 'FilterExpression' in body));
  });

  it('says what it asks X-Ray for, and what it does not', async () => {
    const { backend } = await start({ documents: [] });
    const said = (text: string) => backend.testedHere?.({ text });
    assert.equal(said('{resource.service.name = "orders"}'), undefined);
    const some = said('{resource.service.name = "orders" && name = "place" && duration > 2s && span.customer = "7"}');
    assert.match(some ?? '', /asked for service orders, durations from 2\s?s; Spanlight tests the rest/);
    assert.match(said('{resource.service.name = "orders" && kind = server}') ?? '', /asked for service orders;/);
    assert.match(said('{name = "place"}') ?? '', /cannot be asked for any of this/);
  });

  it('gives subsegments the service of their segment, and annotations their names', async () => {
    const root = segment(60, { metadata: { default: { 'otel.resource.service.version': '7' } } });
    const { id, trace_id } = JSON.parse(root) as { id: string; trace_id: string };
    const annotations = { code_function_name: 'Orders.place', http_route: '/orders', customer_id: 7 };
    const inner = segment(60, { trace_id, parent_id: id, type: 'subsegment', name: 'place', annotations });
    const lost = segment(60, { trace_id, parent_id: 'f'.repeat(16), type: 'subsegment', name: 'lost' });
    const { backend } = await start({ documents: [root, inner, lost] });
    const trace = (await backend.trace(traceIdOf(root), signal))!;
    const details = Array.from({ length: trace.count }, (_, row) => trace.details(row));
    const place = details.find(({ name }) => name === 'place')!;
    assert.deepEqual(Object.fromEntries(place.resource), { 'service.name': 'orders', 'service.version': '7' });
    assert.deepEqual(Object.fromEntries(place.attributes), {
      ...{ 'code.function.name': 'Orders.place', 'http.route': '/orders', customer_id: 7 },
    });
    assert.equal(details.find(({ name }) => name === 'lost')!.resource.size, 0);
    const window = { from: nanosFromMillis(NOW - HOUR_MS), to: nanosFromMillis(NOW) };
    const operations = await backend.operations({ window, service: 'orders' }, signal);
    assert.deepEqual(operations.map(({ key, exact }) => [key.name, exact]).sort(), [
      ['orders', false],
      ['place', false],
    ]);
  });

  it('fetches what only Transaction Search has, and asks no more where there is none', async () => {
    const retrievable = [segment(60)];
    const id = traceIdOf(retrievable[0]!);
    const { backend } = await start({ documents: [], retrievable });
    assert.equal((await backend.trace(id, signal))?.count, 1);
    // A part of them is listed by X-Ray, which does not have them.
    const listed = await start({ documents: [segment(20, {}, 2)], retrievable, listed: retrievable });
    assert.deepEqual((await found(listed.backend, '', 1)).length, 2);
    const without = await start({ documents: [] });
    assert.equal(await without.backend.trace(id, signal), undefined);
    const asked = without.server.calls.length;
    assert.equal(await without.backend.trace(id, signal), undefined);
    assert.ok(without.server.calls.slice(asked).every(({ path }) => path === '/Traces'));
  });

  it('asks for the hints of a busy service no more than five times, and knows slow and failed ones as well', async () => {
    const documents = Array.from({ length: 120 }, (_, at) => {
      const start = NOW / 1000 - 30 - at * 5;
      const slow = at === 33 ? { end_time: start + 9 } : {};
      return segment(30 + at * 5, { ...slow, ...(at === 37 ? { fault: true } : {}) }, at + 1);
    });
    const { server, backend } = await start({ documents });
    const window = { from: nanosFromMillis(NOW - HOUR_MS), to: nanosFromMillis(NOW) };
    const [stats] = await backend.operations({ window, service: 'orders' }, signal);
    assert.deepEqual(
      server.calls.map(({ path }) => path),
      ['/TraceSummaries', '/TraceSummaries', '/Traces', '/Traces', '/Traces'],
    );
    const { count, exemplars, estimate } = stats!;
    // Of the first five, one was put off.
    assert.ok(count >= 4 && count <= 10, String(count));
    assert.deepEqual(
      [exemplars.slowest?.traceId, exemplars.error?.traceId],
      [33, 37].map((at) => traceIdOf(documents[at]!)),
    );
    assert.match(estimate ?? '', /so \d+ of more than 40 traces stand for all/);
  });

  it('samples other traces each time, keeps those it had, and says how many of how many', async () => {
    const documents = Array.from({ length: 35 }, (_, at) => segment(90 + at, {}, at + 1));
    const { server, backend } = await start({ documents });
    const counts: number[] = [];
    let asked = 0;
    let why: string | undefined;
    for (let round = 0; round < 8; round++) {
      const from = nanosFromMillis(NOW - HOUR_MS - round * 1000);
      const [stats] = await backend.operations(
        { window: { from, to: nanosFromMillis(NOW) }, service: 'orders' },
        signal,
      );
      counts.push(stats!.count);
      why = stats!.estimate;
      assert.ok(server.calls.length - asked <= 5, `${server.calls.length - asked} requests`);
      asked = server.calls.length;
    }
    assert.deepEqual(
      counts,
      [...counts].sort((a, b) => a - b),
    );
    assert.ok(counts[0]! <= 15 && counts[2]! > 20, counts.join());
    assert.equal(counts.at(-1), 35);
    assert.match(why ?? '', /so the 35 traces that it lists stand for all$/);
    const fetched = server.calls.flatMap(({ body }) => (body['TraceIds'] as string[] | undefined) ?? []);
    // One in seven is put off the first time.
    assert.ok(fetched.length <= 35 * 1.2, `${fetched.length} were asked for`);
  });

  it('samples no more of a service with large traces at once than comes whole, and its sample grows as well', async () => {
    // An answer has 12 documents.
    const documents = Array.from({ length: 30 }, (_, at) => {
      const { trace_id } = JSON.parse(segment(90 + at, {}, at + 1)) as { trace_id: string };
      return Array.from({ length: 8 }, () => segment(90 + at, { trace_id }));
    }).flat();
    const { server, backend } = await start({ documents });
    const counts: number[] = [];
    for (let round = 0; round < 25; round++) {
      const asked = server.calls.length;
      const window = { from: nanosFromMillis(NOW - HOUR_MS - round * 1000), to: nanosFromMillis(NOW) };
      counts.push((await backend.operations({ window, service: 'orders' }, signal))[0]!.count);
      assert.ok(server.calls.length - asked <= 5);
    }
    // Once it is known how much comes at once, no trace is left incomplete.
    assert.ok(
      counts.slice(4).every((count) => count % 8 === 0),
      counts.join(),
    );
    assert.equal(counts.at(-1), 240, counts.join());
  });

  it('does not count a trace that was fetched for its length before those that are later', async () => {
    const documents = Array.from({ length: 60 }, (_, at) => {
      const end = at >= 34 ? { end_time: NOW / 1000 - 90 - at + 20 } : {};
      return segment(90 + at, end, at + 1);
    });
    const { backend } = await start({ documents });
    for (let round = 0; round < 3; round++) {
      const window = { from: nanosFromMillis(NOW - HOUR_MS - round * 1000), to: nanosFromMillis(NOW) };
      const [stats] = await backend.operations({ window, service: 'orders' }, signal);
      assert.ok(stats!.latency.max < 1e9, `${stats!.latency.max}`);
      assert.ok((stats!.exemplars.slowest?.durationNs ?? 0) > 1e9);
    }
  });

  it('fetches a trace again that has grown', async () => {
    const documents = [segment(20, {}, 7), segment(21), segment(90, {}, 2)];
    const { trace_id } = JSON.parse(documents[1]!) as { trace_id: string };
    const { server, backend } = await start({ documents });
    const count = async (round: number): Promise<number | undefined> => {
      const window = { from: nanosFromMillis(NOW - HOUR_MS - round * 1000), to: nanosFromMillis(NOW) };
      return (await backend.operations({ window, service: 'orders' }, signal))[0]?.count;
    };
    // What is put off the first time comes the second.
    for (const round of [0, 1]) await count(round);
    assert.equal(await count(2), 3);
    const asked = server.calls.length;
    server.hold([...documents, segment(19, { trace_id, end_time: NOW / 1000 - 5 })]);
    for (const round of [3, 4]) await count(round);
    assert.equal(await count(5), 4);
    const again = server.calls.slice(asked).flatMap(({ body }) => (body['TraceIds'] as string[] | undefined) ?? []);
    assert.deepEqual(new Set(again), new Set([trace_id]));
  });

  it('ends a retrieval that nobody waits for any more', async () => {
    const { server, backend } = await start({ documents: [], retrievable: [segment(60)], neverReady: true });
    const left = new AbortController();
    const asked = backend.trace('0123456789abcdef0123456789abcdef' as TraceId, left.signal);
    const path = async (wanted: string): Promise<void> => {
      while (!server.calls.some((call) => call.path === wanted)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await path('/ListRetrievedTraces');
    left.abort(new Error('left'));
    await assert.rejects(asked, /left/);
    await path('/CancelTraceRetrieval');
    const { body } = server.calls.find((call) => call.path === '/CancelTraceRetrieval')!;
    assert.match(String(body['RetrievalToken']), /^1-01234567-/);
  });

  it('samples what only Transaction Search has within the same requests', async () => {
    const retrievable = [segment(60), segment(70, {}, 2)];
    const { server, backend } = await start({ documents: [], retrievable, listed: retrievable });
    const window = { from: nanosFromMillis(NOW - HOUR_MS), to: nanosFromMillis(NOW) };
    // That X-Ray itself has none of them costs a request, once; a list that is not ready costs another.
    assert.deepEqual(await backend.operations({ window, service: 'orders' }, signal), []);
    const before = server.calls.length;
    const longer = { ...window, from: nanosFromMillis(NOW - 2 * HOUR_MS) };
    const [stats] = await backend.operations({ window: longer, service: 'orders' }, signal);
    assert.equal(stats?.count, 2);
    assert.ok(before <= 6 && server.calls.length - before <= 5, `${before}, ${server.calls.length - before}`);
  });

  it('counts calls between services, and leaves clients and what was inferred out of the services', async () => {
    const root = segment(60, { name: 'gateway' });
    const { id, trace_id } = JSON.parse(root) as { id: string; trace_id: string };
    const call = segment(60, { trace_id, parent_id: id, type: 'subsegment', name: 'orders', namespace: 'remote' });
    const callId = (JSON.parse(call) as { id: string }).id;
    const callee = segment(60, { trace_id, parent_id: callId, fault: true });
    const bank = segment(60, {
      trace_id,
      parent_id: id,
      type: 'subsegment',
      name: 'bank.example',
      namespace: 'remote',
    });
    const { backend } = await start({ documents: [root, call, callee, bank] });
    assert.deepEqual(
      (await backend.services(signal)).map(({ service }) => service),
      ['gateway', 'orders'],
    );
    const window = { from: nanosFromMillis(NOW - 10 * HOUR_MS), to: nanosFromMillis(NOW) };
    assert.deepEqual((await backend.serviceGraph!(window, signal)).edges, [
      { caller: 'gateway', callee: 'orders', count: 1, errorCount: 1 },
      { caller: 'gateway', callee: 'bank.example', count: 1, errorCount: 0 },
    ]);
  });

  it('needs a region, and leads to its console', async () => {
    const { backend, server } = await start({ documents: [] }, {}, { region: 'us-east-1' });
    const id = '58406520a006649127e371903a2de979' as TraceId;
    const page =
      'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#xray:traces/1-58406520-a006649127e371903a2de979';
    assert.equal(backend.deepLink(id), page);
    const nowhere = createBackend(
      backendConfig({ kind: 'xray', url: server.url, auth: 'aws' }),
      backendDeps({
        secrets: new TestSecrets(),
        environment: { ...ENVIRONMENT, AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' },
      }),
    );
    open.push(() => nowhere.dispose());
    assert.equal(nowhere.deepLink(id), undefined);
    assert.match((await fault(nowhere)).describe(), /in which region.*Set the option region/);
  });
});
