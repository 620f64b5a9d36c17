import assert from 'node:assert/strict';
import { traceIdIn } from '../../../../src/vscode/trace/pastedTraceId';

const ID = '5b8efff798038103d269b633813fc60c';
const SHORT = '5af7183fb1d4cf5f';
const PADDED = `0000000000000000${SHORT}`;

const TEXTS: readonly (readonly [string, string, string | undefined])[] = [
  ['bare', ID, ID],
  ['upper case, with blanks', `  ${ID.toUpperCase()}\n`, ID],
  ['traceparent', `traceparent: 00-${ID}-051581bf3cb55c13-01`, ID],
  ['traceparent in a curl command', `curl -H 'traceparent: 00-${ID}-051581bf3cb55c13-01' http://x`, ID],
  ['structured log', `{"level":"error","span_id":"051581bf3cb55c13","trace_id":"${ID}","msg":"boom"}`, ID],
  ['logfmt', `ts=12 msg="failed 0123456789abcdef0123456789abcdef" traceID=${ID} level=warn`, ID],
  ['Spring Boot log', `INFO [orders,${ID},051581bf3cb55c13] 1 --- [nio-8080]`, ID],
  ['escaped JSON in a log', `"{\\"trace_id\\":\\"${ID}\\"}"`, ID],
  ['base64 of protobuf JSON', '"traceId":"W47/95gDgQPSabYzgT/GDA=="', ID],
  [
    'X-Ray id',
    'X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
    '5759e988bd862e3fe1be46a994272793',
  ],
  ['Jaeger page', `http://localhost:16686/trace/${SHORT}?uiFind=051581bf3cb55c13`, PADDED],
  [
    'Jaeger page, short id without its zeros',
    'http://localhost:16686/trace/af7183fb1d4cf5f',
    '0'.repeat(17) + 'af7183fb1d4cf5f',
  ],
  ['Zipkin page', `http://localhost:9411/zipkin/traces/${ID}`, ID],
  ['Tempo request', `http://localhost:3200/api/v2/traces/${ID}`, ID],
  ['Grafana Explore page', `https://g.example/explore?left=%7B%22query%22%3A%22${ID}%22%7D`, ID],
  [
    'Datadog page',
    `https://app.datadoghq.com/apm/trace/6554839212345678901?graphType=flame`,
    '00000000000000005af77788dbaa5c35',
  ],
  ['Datadog page, 128 bits', `https://app.datadoghq.eu/apm/trace/${ID}?spanID=1`, ID],
  ['Honeycomb page', `https://ui.honeycomb.io/team/datasets/x/trace?trace_id=${ID}&span=1`, ID],
  ['Google page', `https://console.cloud.google.com/traces/list?tid=${ID}`, ID],
  ['keyed 64-bit id', `X-B3-TraceId: ${SHORT}`, PADDED],
  ['a UUID is no trace id', 'request 5b8efff7-9803-8103-d269-b633813fc60c', undefined],
  ['a longer hash is none', 'sha256 5b8efff798038103d269b633813fc60c5b8efff798038103d269b633813fc60c', undefined],
  ['zeros are none', '0'.repeat(32), undefined],
  ['a span id alone is none', SHORT, undefined],
  ['words are none', 'no trace here', undefined],
];

describe('trace id in a pasted text', () => {
  for (const [name, text, expected] of TEXTS) {
    it(name, () => assert.equal(traceIdIn(text), expected));
  }

  it('takes time in proportion to the length of the text', () => {
    assert.equal(traceIdIn(`${'trace_id='.repeat(200_000)}${'a-'.repeat(100_000)}`), undefined);
  });
});
