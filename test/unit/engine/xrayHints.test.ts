import assert from 'node:assert/strict';
import { hintText } from '../../../src/hints/fileHints';
import { placedSpans, type Attribute, type OtlpTraces, type Span } from '../../support/servers/data/otlpTraces';
import { xraySegment } from '../../support/servers/data/xraySegments';
import { startXrayWire, XRAY_KEYS, type XrayWireServer } from '../../support/wire/xrayServer';
import { plainSpaces } from '../hints/madeStats';
import { builtEngine, TestEngine, testSettings, waitFor } from './engineProcess';
import { lineOf, shopWorkspace, type ShopWorkspace } from './shopWorkspace';

const COUNT = 30;

/** Orders as a service sent them by way of the Collector: a SERVER span by route, in it that of a function. */
function orders(nowNs: bigint): OtlpTraces {
  const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });
  const spans = Array.from({ length: COUNT }, (_, index): Span[] => {
    const start = nowNs - BigInt(60 + index) * 1_000_000_000n;
    const id = (index + 1).toString(16).padStart(8, '0');
    const common = {
      traceId: (start / 1_000_000_000n).toString(16).padStart(8, '0') + id.repeat(3),
      ...{ traceState: '', events: [], links: [], startTimeUnixNano: String(start) },
      endTimeUnixNano: String(start + BigInt(40 + index) * 1_000_000n),
    };
    const attributes = [text('http.request.method', 'POST'), text('http.route', '/orders')];
    const status = { code: index === 0 ? 2 : 0 };
    return [
      { ...common, spanId: `${id}aaaaaaaa`, name: 'POST /orders', kind: 2, attributes, status },
      {
        ...common,
        spanId: `${id}bbbbbbbb`,
        parentSpanId: `${id}aaaaaaaa`,
        name: 'price order',
        kind: 1,
        attributes: [],
        status: {},
      },
    ];
  });
  const resource = { attributes: [text('service.name', 'orders-api')] };
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'orders', version: '' }, spans: spans.flat() }] }],
  };
}

describe('engine with AWS X-Ray', () => {
  let shop: ShopWorkspace;
  let server: XrayWireServer;
  let engine: TestEngine;

  before(async function () {
    this.timeout(60_000);
    builtEngine();
    shop = shopWorkspace();
    server = await startXrayWire({ documents: placedSpans(orders(BigInt(Date.now()) * 1_000_000n)).map(xraySegment) });
    const options = { region: 'us-east-1', credentials: 'ask' };
    const backends = [{ name: 'prod', kind: 'xray', url: server.url, options }];
    const settings = testSettings();
    engine = await TestEngine.start([shop.folder], {
      ...settings,
      traces: { ...settings.traces, backends, backend: 'prod' },
      receiver: { ...settings.receiver, start: 'never' },
    });
  });

  after(async () => {
    await engine?.stop();
    await server?.close();
    shop?.dispose();
  });

  it('asks for the keys, and marks the hints of its sample at the lines of the functions', async function () {
    this.timeout(30_000);
    const asked: unknown[] = [];
    engine.connection.onRequest('spanlight/secret', (question) => {
      asked.push(question);
      return `${XRAY_KEYS.accessKeyId}:${XRAY_KEYS.secretAccessKey}`;
    });
    const uri = await engine.open(shop.ordersFile, 'typescript', shop.ordersText);
    const hints = await waitFor('hints of both functions', async () => {
      const { hints } = await engine.request('spanlight/hints', { uri });
      return hints.length >= 2 ? hints : undefined;
    });
    const at = (text: string) =>
      plainSpaces(hintText(hints.find(({ line }) => line === lineOf(shop.ordersText, text))!));
    // Of 30 calls: a sample is five traces for each of the few questions that the hints of a file may cost.
    assert.match(at('createOrder'), /^≈ p50 4\d(\.\d)? ms · max [45]\d(\.\d)? ms · ([5-9]|1\d)( · \d+ % err)?$/);
    assert.match(at('async function priceOrder'), /^≈ p50 4\d(\.\d)? ms · max [45]\d(\.\d)? ms · ([5-9]|1\d)$/);
    assert.equal(asked.length, 1);
    const { source } = await engine.request('spanlight/status', null);
    assert.deepEqual([source.name, source.state, source.operations], ['prod', 'ready', 'sampled']);
    const said = [engine.stderr, ...engine.logs].join('\n');
    assert.ok(!said.includes(XRAY_KEYS.secretAccessKey), said);
  });
});
