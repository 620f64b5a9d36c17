import assert from 'node:assert/strict';
import { hintText } from '../../../src/hints/fileHints';
import { uriOfPath } from '../../../src/engine/workspace/uris';
import { ROW } from '../../../src/model/trace';
import type { FileHints } from '../../../src/protocol/engine';
import { plainSpaces } from '../hints/madeStats';
import { builtEngine, TestEngine, waitFor } from './engineProcess';
import { sendLoggedException, sendOrders } from './sendTraces';
import { lineOf, shopWorkspace, type ShopWorkspace } from './shopWorkspace';

describe('engine with a service that sends', () => {
  let shop: ShopWorkspace;
  let engine: TestEngine;
  let url: string;
  let traceIds: string[];
  let uri: string;

  before(async function () {
    this.timeout(60_000);
    builtEngine();
    shop = shopWorkspace();
    engine = await TestEngine.start([shop.folder]);
    url = await engine.receiverUrl();
    uri = await engine.open(shop.ordersFile, 'typescript', shop.ordersText);
    traceIds = await sendOrders(url, { count: 30, failEvery: 10 });
  });

  after(async () => {
    await engine?.stop();
    shop?.dispose();
  });

  async function hintsAt(line: number): Promise<FileHints['hints'][number]> {
    return waitFor(`a hint on line ${line}`, async () => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints.find((hint) => hint.line === line);
    });
  }

  it('listens because the workspace names OpenTelemetry', () => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.ok(engine.logs.some((line) => line.includes('package.json names @opentelemetry/sdk-node')));
  });

  it('shows hints on the lines of the functions that made the spans', async () => {
    const route = await hintsAt(lineOf(shop.ordersText, 'createOrder'));
    assert.match(plainSpaces(hintText(route)), /^p50 5\d(\.\d)? ms · p95 6\d(\.\d)? ms · 30 · 10 % err/);
    assert.equal(route.severity, 'error');
    const price = await hintsAt(lineOf(shop.ordersText, 'async function priceOrder'));
    assert.match(plainSpaces(hintText(price)), /^p50 5\d(\.\d)? ms/);
  });

  it('tells once when the words change', async () => {
    engine.changedHints.length = 0;
    await sendOrders(url, { count: 5 });
    await waitFor('news of the file', () => (engine.changedHints.includes(uri) ? true : undefined));
    const { hints } = await engine.request('spanlight/hints', { uri });
    assert.match(plainSpaces(hintText(hints[0]!)), / · 35 · /);
  });

  it('explains a function in its hover', async () => {
    const line = lineOf(shop.ordersText, 'createOrder');
    const column = shop.ordersText.split('\n')[line]!.indexOf('createOrder') + 2;
    const hover = await engine.request('spanlight/hover', { uri, line, column, theme: 'dark' });
    const text = plainSpaces(
      hover!.sections.flatMap((s) => s.rows.map((r) => r.map((t) => t.text).join(''))).join('\n'),
    );
    assert.match(text, /^POST \/orders {2}orders-api · server · last 15 min/);
    assert.match(text, /35 calls .* 3 failed/);
    assert.match(text, /Where the time goes {2}price order \d+ %/);
    assert.match(text, /failed “card processor unavailable”/);
    assert.match(text, /Why here .*POST \/orders/);
    const chart = hover!.sections.find((section) => section.chart !== undefined)!.chart!;
    assert.ok(chart.svg.startsWith('<svg') && chart.svg.includes('#f14c4c'), 'failed calls are red');
  });

  it('says why nothing is shown at a function that made no spans', async () => {
    const line = lineOf(shop.ordersText, 'neverCalled');
    const column = shop.ordersText.split('\n')[line]!.indexOf('neverCalled') + 1;
    const hover = await engine.request('spanlight/hover', { uri, line, column, theme: 'light' });
    const row = hover!.sections[0]!.rows[1]!;
    assert.match(row[0]!.text, /^orders-api sends spans, but none that belongs to this function/);
    assert.ok(row.some((span) => span.link !== undefined));
  });

  it('hands a trace over in typed columns, with what was found in it', async () => {
    const view = await engine.request('spanlight/openTrace', { traceId: traceIds[0]! });
    assert.ok(view);
    assert.equal(view.count, 4);
    assert.deepEqual(view.services, ['orders-api', 'payment-api']);
    const { columns } = view;
    assert.ok(columns.start instanceof Float64Array && columns.flags instanceof Uint16Array);
    assert.ok(columns.self instanceof Float64Array && columns.spanIds instanceof Uint8Array);
    assert.deepEqual([...columns.depth], [0, 1, 2, 3]);
    assert.ok((columns.flags[0]! & ROW.mapped) !== 0, 'the root has a known place');
    assert.ok((columns.flags[3]! & ROW.mapped) === 0, 'the other service has none');
    assert.ok(view.criticalPath.row.length > 0);
    assert.equal(columns.spanIds.length, 32);
  });

  it('tells everything about one span, and where its code is', async () => {
    const traceId = traceIds[0]!;
    const details = await engine.request('spanlight/spanDetails', { traceId, row: 0 });
    assert.equal(details!.name, 'POST /orders');
    assert.equal(details!.events[0]!.name, 'exception');
    assert.ok(details!.attributes.some(({ key, value }) => key === 'http.route' && value === '/orders'));
    assert.ok('uri' in details!.source && details!.source.uri === uri);
    const own = await engine.request('spanlight/spanSource', { traceId, row: 1 });
    assert.ok('uri' in own && own.line === lineOf(shop.ordersText, 'async function priceOrder'));
    const call = await engine.request('spanlight/spanSource', { traceId, row: 2 });
    assert.ok('why' in call && call.why.startsWith('inside priceOrder'), JSON.stringify(call));
    const other = await engine.request('spanlight/spanSource', { traceId, row: 3 });
    assert.ok('reason' in other && other.reason.length > 10);
    assert.equal(await engine.request('spanlight/spanDetails', { traceId, row: 99 }), null);
  });

  it('finds spans by attribute', async () => {
    const find = (key: string, value: string) =>
      engine.request('spanlight/findByAttribute', { traceId: traceIds[0]!, key, value });
    assert.deepEqual([...(await find('http.route', '')).rows], [0, 3]);
    assert.deepEqual([...(await find('http.route', '/pay')).rows], [3]);
    assert.deepEqual([...(await find('service.name', 'payment-api')).rows], [3]);
    assert.ok((await find('nothing', '')).rows instanceof Uint32Array);
  });

  it('lists services, operations and traces', async () => {
    const services = await engine.request('spanlight/services', null);
    assert.deepEqual(services.map((node) => node.service).sort(), ['orders-api', 'payment-api']);
    const post = services[0]!.operations.find((node) => node.name === 'POST /orders')!;
    assert.equal(post.location?.uri, uri);
    const traces = await engine.request('spanlight/traces', { operation: post.id, limit: 10 });
    assert.equal(traces.length, 10);
    assert.equal(traces[0]!.rootName, 'POST /orders');
    const failed = await engine.request('spanlight/traces', { query: 'error service=orders-api', limit: 100 });
    assert.equal(failed.length, 3);
    assert.deepEqual(await engine.request('spanlight/traces', { query: '{ .x = 1 }', limit: 1 }), []);
    await assert.rejects(engine.request('spanlight/traces', { query: '{ .x = }', limit: 1 }), /}/);
  });

  it('leads from a line to its traces', async () => {
    const line = lineOf(shop.ordersText, 'response.json');
    const found = await engine.request('spanlight/tracesAt', { uri, line, open: [traceIds[3]!] });
    assert.match(found.symbol!, /createOrder/);
    assert.deepEqual(
      found.exemplars.map((exemplar) => exemplar.role),
      ['open', 'slowest', 'failed', 'typical'],
    );
    assert.equal(found.exemplars[0]!.traceId, traceIds[3]);
  });

  it('reports what is mapped and what is not', async () => {
    const report = await engine.request('spanlight/mappingReport', null);
    assert.match(report, /^# Mapping report/);
    assert.match(report, /\| orders-api server `POST \/orders` \| `src\/orders\.ts:7` \|/);
    const { mapping, pid, spans } = await engine.request('spanlight/status', null);
    assert.equal(pid, engine.child.pid);
    assert.equal(spans, 35 * 4);
    assert.equal(mapping.mapped, 2);
    assert.ok(mapping.reasons.length > 0);
  });

  it('gives the environment for an exporter', async () => {
    const environment = await engine.request('spanlight/exporterEnvironment', null);
    assert.equal(environment['OTEL_EXPORTER_OTLP_ENDPOINT'], url);
    assert.equal(environment['OTEL_EXPORTER_OTLP_PROTOCOL'], 'http/protobuf');
  });

  it('marks the line that throws, with what it says', async () => {
    const line = lineOf(shop.ordersText, 'const price');
    const stack = `Error: card processor unavailable\n    at priceOrder (${shop.ordersFile}:${line + 1}:19)`;
    await sendOrders(url, { count: 1, failEvery: 1, stack });
    const mark = await waitFor('a mark at the line', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints.find((hint) => hintText(hint).startsWith('✗'));
    });
    assert.equal(hintText(mark), '✗ card processor unavailable · 4 failed');
    assert.equal(mark.severity, 'error');
  });

  it('marks the line that throws where the exception comes as a log of the span', async () => {
    const line = lineOf(shop.ordersText, 'span.end');
    const stack = `Error: no price\n    at priceOrder (${shop.ordersFile}:${line + 1}:10)`;
    await sendLoggedException(url, 'no price', stack);
    const mark = await waitFor('a mark at the line', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints.find((hint) => hint.line === line);
    });
    assert.equal(hintText(mark), '✗ no price · 1 failed');
  });

  it('moves hints with an edit', async () => {
    await engine.insert(uri, 2, 0, '// a comment\n// another\n');
    const line = lineOf(shop.ordersText, 'createOrder') + 2;
    const hint = await hintsAt(line);
    assert.match(hint.symbol, /createOrder/);
    const { hints } = await engine.request('spanlight/hints', { uri });
    assert.ok(!hints.some((other) => other.line === line - 2));
  });

  it('forgets everything when told to', async () => {
    await engine.request('spanlight/clear', null);
    assert.deepEqual((await engine.request('spanlight/hints', { uri })).hints, []);
    assert.equal((await engine.request('spanlight/status', null)).spans, 0);
    assert.equal(await engine.request('spanlight/openTrace', { traceId: traceIds[0]! }), null);
  });

  it('knows nothing of files that are no files', async () => {
    for (const other of ['untitled:Untitled-1', 'nonsense', uriOfPath('/nowhere/x.ts')]) {
      assert.deepEqual((await engine.request('spanlight/hints', { uri: other })).hints, []);
    }
  });
});
