import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Trace } from '../../../../src/model/trace';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { BatchTraces } from '../../../../src/traces/batchTraces';

const TRACE = '6743f7f0a006649127e371903a2de979';
const START = 1_732_507_632_123_456_789n;

const root = {
  resource: { attributes: { 'service.name': 'shop', 'cloud.region': 'eu-central-1', 'aws.local.service': 'shop' } },
  scope: { name: 'io.opentelemetry.tomcat', version: '2.11' },
  ...{ traceId: TRACE, spanId: '1a2b3c4d5e6f7a8b', flags: 257, name: 'POST /orders', kind: 'SERVER' },
  ...{ startTimeUnixNano: String(START), endTimeUnixNano: String(START + 2_000_000n), durationNano: 2_000_000 },
  attributes: { 'http.route': '/orders', 'http.response.status_code': 502, 'code.function.name': 'placeOrder' },
  status: { code: 'ERROR', message: 'no answer' },
  events: [{ name: 'exception', timeUnixNano: String(START + 5n), attributes: { 'exception.type': 'Timeout' } }],
  links: [{ traceId: `1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`, spanId: '0000000000000007', attributes: {} }],
};
const child = {
  resource: root.resource,
  ...{ traceId: TRACE, spanId: '2b3c4d5e6f7a8b9c', parentSpanId: root.spanId, name: 'pay', kind: 'CLIENT' },
  ...{ endTimeUnixNano: String(START + 1_500_000n), durationNano: 1_000_000 },
  attributes: { 'rpc.method': 'Pay' },
  status: { code: 'UNSET' },
};
/** The same as OTLP writes attributes. */
const listed = {
  ...root,
  resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
  attributes: [
    { key: 'http.route', value: { stringValue: '/orders' } },
    { key: 'http.response.status_code', value: { intValue: '502' } },
  ],
};

/** Numbers above 2^53 stand as they are in the documents, without quotes. */
function bare(document: object): string {
  return JSON.stringify(document).replace(/"(\d{19})"/g, '$1');
}

describe('files with what Transaction Search keeps of spans', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-xray-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function opened(content: string): Promise<{ format: string; trace: Trace }> {
    const file = path.join(folder, 'trace.json');
    writeFileSync(file, content);
    const { batch, format, rejectedSpans } = await readTraceFile(file);
    assert.equal(rejectedSpans, 0);
    const traces = new BatchTraces([batch]);
    const trace = traces.trace(traces.ids()[0]!);
    assert.ok(trace);
    return { format, trace };
  }

  const retrieved = (...documents: readonly object[]) => ({
    ...{ RetrievalStatus: 'COMPLETE', TraceFormat: 'OTEL' },
    Traces: [
      { Id: TRACE, Duration: 0.002, Spans: documents.map((one, id) => ({ Id: String(id), Document: bare(one) })) },
    ],
  });

  const forms: Readonly<Record<string, string>> = {
    'a retrieval in the format OTEL': JSON.stringify(retrieved(root, child)),
    'events of the log group, a line each': [root, child].map(bare).join('\n'),
  };
  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const { format, trace } = await opened(content);
      assert.deepEqual([format, trace.id, trace.count, trace.services], ['xray', TRACE, 2, ['shop']]);
      assert.deepEqual([trace.startNs, trace.durationNs, trace.details(0).name], [START, 2_000_000, 'POST /orders']);
      const { attributes, events, links, scope, statusMessage, resource } = trace.details(0);
      assert.equal(attributes.get('http.response.status_code'), 502);
      assert.equal(resource.get('cloud.region'), 'eu-central-1');
      assert.deepEqual([events[0]?.name, events[0]?.timeNs], ['exception', START + 5n]);
      assert.deepEqual([links[0]?.traceId, scope.name], [TRACE, 'io.opentelemetry.tomcat']);
      assert.deepEqual([trace.status[0], statusMessage, trace.parent[1]], [2, 'no answer', 0]);
      assert.deepEqual([...trace.kind], [2, 3]);
    });
  }

  it('reads attributes as OTLP writes them', async () => {
    const { trace } = await opened(JSON.stringify(retrieved(listed)));
    assert.deepEqual(trace.services, ['shop']);
    assert.equal(trace.details(0).attributes.get('http.response.status_code'), 502);
  });

  it('leaves spans of OTLP itself, and of others with like fields, to those', async () => {
    const { format } = await opened(bare(listed));
    assert.equal(format, 'otlp-json');
  });
});
