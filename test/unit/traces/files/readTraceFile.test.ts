import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { SpanlightError } from '../../../../src/base/errors';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import {
  encodeJson,
  encodeProtobuf,
  TEST_START,
  testSpanId,
  testTraceId,
  type TestSpan,
} from '../../../support/otlpSpans';

const SPANS: readonly TestSpan[] = [
  { spanId: testSpanId(1), name: 'root', kind: 'SERVER', startNs: TEST_START, endNs: TEST_START + 100n },
  {
    spanId: testSpanId(2),
    parentSpanId: testSpanId(1),
    name: 'child',
    startNs: TEST_START + 5n,
    endNs: TEST_START + 123n,
    status: { code: 2, message: 'no' },
    events: [{ name: 'exception' }, { name: 'retry' }],
    links: [{ traceId: testTraceId(9), spanId: testSpanId(9) }],
  },
];
const EXPECTED = {
  traces: 1,
  spans: 2,
  services: ['shop'],
  errorSpans: 1,
  roots: 1,
  orphans: 0,
  maxDepth: 1,
  eventCount: 2,
  linkCount: 1,
  inCycle: 0,
  minStartNs: String(TEST_START),
  maxEndNs: String(TEST_START + 123n),
  noStart: 0,
};

const json = encodeJson({ service: 'shop', spans: SPANS });
const proto = Buffer.from(encodeProtobuf({ service: 'shop', spans: SPANS }));
const other = (trace: number, service = 'shop') =>
  encodeJson({ service, spans: [{ traceId: testTraceId(trace), spanId: testSpanId(1) }] });

function prefixed(...messages: Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(message.length);
      return [length, message];
    }),
  );
}

describe('readTraceFile', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-files-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function file(content: string | Uint8Array): string {
    const name = path.join(folder, 'trace');
    writeFileSync(name, content);
    return name;
  }
  async function read(content: string | Uint8Array) {
    const { batch, ...rest } = await readTraceFile(file(content));
    return { ...rest, summary: summarizeTraces(batch) };
  }
  async function refused(content: string | Uint8Array, words: RegExp): Promise<void> {
    await assert.rejects(readTraceFile(file(content)), (error: unknown) => {
      assert.ok(error instanceof SpanlightError, `not in the user's words: ${String(error)}`);
      assert.match(error.describe(), words);
      assert.ok(!error.describe().includes('\n') && error.place === path.join(folder, 'trace'));
      return true;
    });
  }

  for (const [name, content, format] of [
    ['JSON', json, 'otlp-json'],
    ['JSON over many lines', JSON.stringify(JSON.parse(json), undefined, 2), 'otlp-json'],
    ['JSON with a byte order mark', `\ufeff${json}`, 'otlp-json'],
    ['JSON in UTF-16 with a mark', Buffer.from(`\ufeff${json}`, 'utf16le'), 'otlp-json'],
    ['JSON in UTF-16 without a mark', Buffer.from(json, 'utf16le'), 'otlp-json'],
    ['JSON in UTF-16, high byte first', Buffer.from(`\ufeff${json}`, 'utf16le').swap16(), 'otlp-json'],
    ['JSON after blank lines', `\r\n \n${json}\r\n\n`, 'otlp-json'],
    ['packed JSON', gzipSync(json), 'otlp-json'],
    ['a list of one request', `[${json}]`, 'otlp-json'],
    [
      'one resource without its frame',
      JSON.stringify((JSON.parse(json) as { resourceSpans: unknown[] }).resourceSpans[0]),
      'otlp-json',
    ],
    ['older names', json.replaceAll('scopeSpans', 'instrumentationLibrarySpans'), 'otlp-json'],
    ['a backend answer', `{"trace":${json.replace('resourceSpans', 'batches')}}`, 'otlp-json'],
    ['protobuf', proto, 'otlp-proto'],
    ['packed protobuf', gzipSync(proto), 'otlp-proto'],
    ['protobuf with its length before it', prefixed(proto), 'otlp-proto'],
    [
      'protobuf wrapped once more',
      Buffer.concat([Buffer.from([0x0a, (proto.length & 127) | 128, proto.length >> 7]), proto]),
      'otlp-proto',
    ],
  ] as const) {
    it(`reads ${name}`, async () => {
      const { summary, ...rest } = await read(content);
      assert.deepEqual(summary, EXPECTED);
      assert.deepEqual(rest, { format, badLines: 0, badIds: 0, rejectedSpans: 0, rejections: [] });
    });
  }

  it('reads several values as one set: lines, one after another, a list, over many lines', async () => {
    const three = [other(1), other(2, 'mail'), other(3)];
    const pretty = three.map((text) => JSON.stringify(JSON.parse(text), undefined, 2));
    for (const content of [
      three.join('\n'),
      three.join(''),
      `[${three.join(',\n')}]`,
      pretty.join('\n'),
      `[\n${pretty.join(',\n')}\n]`,
    ]) {
      const { summary, badLines } = await read(content);
      assert.deepEqual([summary.traces, summary.spans, summary.services, badLines], [3, 3, ['mail', 'shop'], 0]);
    }
    const binary = [1, 2, 3].map((trace) => encodeProtobuf({ spans: [{ traceId: testTraceId(trace) }] }));
    assert.equal((await read(prefixed(...binary))).summary.traces, 3);
  });

  it('joins parents and children over several values', async () => {
    const line = (span: TestSpan) => encodeJson({ spans: [span] });
    const { summary } = await read(
      [
        line({ spanId: testSpanId(3), parentSpanId: testSpanId(2) }),
        line({ spanId: testSpanId(2), parentSpanId: testSpanId(1) }),
        line({ spanId: testSpanId(1) }),
      ].join('\n'),
    );
    assert.deepEqual([summary.roots, summary.orphans, summary.maxDepth], [1, 0, 2]);
  });

  it('leaves out broken lines and counts them, wherever they stand', async () => {
    for (const [content, bad] of [
      [`${other(1)}\nnot json\n${other(2)}\n`, 1],
      [`${other(1)}\n${other(3).slice(0, 50)}\n${other(2)}`, 1],
      [`${other(1)}\n${other(2)}\n${other(3).slice(0, 50)}`, 1],
      [`${other(3).slice(0, 50)}\n${other(1)}\n${other(2)}\n`, 1],
      [`### export\n${other(1)}\n${other(2)}\n`, 1],
      [`${other(1)}\n{"resourceLogs":[]}\n{"a":"\n${other(2)}\nnull\n`, 1],
    ] as const) {
      const { summary, badLines } = await read(content);
      assert.deepEqual([summary.spans, badLines], [2, bad], content);
    }
  });

  it('mends ids of a wrong form and keeps parents and children together', async () => {
    const spans = [
      { traceId: 'abc', spanId: '1' },
      { traceId: 'ABC', spanId: '2', parentSpanId: '1' },
      { traceId: 'not-hex', spanId: 'span one' },
      { traceId: 'not-hex', spanId: 'span two', parentSpanId: 'span one' },
      { traceId: testTraceId(5), spanId: '' },
      { traceId: testTraceId(5), spanId: '0000000000000000' },
      { traceId: testTraceId(6), spanId: testSpanId(1) },
    ];
    const content = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    const { summary, badIds, rejectedSpans } = await read(content);
    assert.deepEqual([summary.spans, summary.traces, badIds, rejectedSpans], [7, 4, 6, 0]);
    assert.deepEqual([summary.roots, summary.orphans, summary.maxDepth], [5, 0, 1]);
    const binary = encodeProtobuf({
      spans: [
        { traceId: 'abcd', spanId: 'ab' },
        { traceId: 'abcd', spanId: 'cd', parentSpanId: 'ab' },
        { traceId: testTraceId(1), spanId: testSpanId(1) },
      ],
    });
    const fromBinary = await read(binary);
    assert.deepEqual([fromBinary.summary.spans, fromBinary.summary.traces, fromBinary.badIds], [3, 2, 2]);
    assert.equal(fromBinary.summary.maxDepth, 1);
  });

  it('lets a malformed span cost only itself and says why', async () => {
    const broken = json.replace(/"startTimeUnixNano":"\d+"/, '"startTimeUnixNano":"yesterday"');
    const { summary, rejectedSpans, rejections } = await read(broken);
    assert.deepEqual([summary.spans, summary.orphans, rejectedSpans], [1, 1, 1]);
    assert.match(rejections[0]!, /startTimeUnixNano/);
  });

  it('keeps to the definitions for cycles, orphans, missing times and errors', async () => {
    const { summary } = await read(
      encodeJson({
        service: undefined,
        spans: [
          { spanId: testSpanId(1), parentSpanId: testSpanId(3), startNs: 0n, endNs: TEST_START * 2n },
          { spanId: testSpanId(2), parentSpanId: testSpanId(1) },
          { spanId: testSpanId(3), parentSpanId: testSpanId(2) },
          { spanId: testSpanId(4), parentSpanId: testSpanId(3) },
          { spanId: testSpanId(5), parentSpanId: testSpanId(99), attributes: { error: true } },
          { spanId: testSpanId(6), parentSpanId: testSpanId(5), attributes: { error: 'false' } },
          { spanId: testSpanId(7), startNs: TEST_START + 10n ** 9n, endNs: TEST_START },
          { spanId: testSpanId(7), parentSpanId: testSpanId(6) },
        ],
      }),
    );
    assert.deepEqual(summary, {
      ...EXPECTED,
      spans: 8,
      services: [],
      errorSpans: 1,
      roots: 1,
      orphans: 1,
      maxDepth: 2,
      inCycle: 4,
      eventCount: 0,
      linkCount: 0,
      maxEndNs: String(TEST_START + 10n ** 9n),
      noStart: 1,
    });
  });

  it('counts events beyond what the column holds', async () => {
    const events = Array.from({ length: 70_000 }, () => ({ name: 'e' }));
    const { summary } = await read(encodeProtobuf({ spans: [{ events }] }));
    assert.equal(summary.eventCount, 70_000);
  });

  it('says in one line what is no trace file', async () => {
    await refused('', /empty/);
    await refused(gzipSync(''), /empty/);
    await refused(' \n ', /no trace file/);
    await refused(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /no trace file/);
    await refused('<!doctype html><html></html>', /no trace file/);
    await refused('{"name":"app","version":"1.0.0"}', /no traces in it/);
    await refused('[]', /no traces|no spans|not JSON/);
    await refused('[1, 2, 3]', /broken|no traces/);
    await refused('{"resourceSpans":[]}', /no spans/);
    await refused('{"resourceSpans":{"a":1}}', /resourceSpans/);
    await refused('{"resourceLogs":[]}', /logs/);
    await refused('{"data":[{"traceID":"a","spans":[],"processes":{}}]}', /Jaeger/);
    await refused('[{"traceId":"a","id":"b","name":"c"}]', /Zipkin/);
    await refused(json.slice(0, -20), /broken.*cut off/);
    await refused(JSON.stringify(JSON.parse(json), undefined, 1).slice(0, -20), /broken/);
    await refused(`[${json}`, /broken/);
    await refused('{'.repeat(100_000), /broken/);
    await refused('['.repeat(100_000), /broken|not JSON/);
    await refused(proto.subarray(0, proto.length - 7), /byte|ends/);
    await refused(prefixed(proto).subarray(0, proto.length - 7), /ends within/);
    await refused(gzipSync(json).subarray(0, 60), /damaged/);
    await refused(Buffer.from('28b52ffd00000000', 'hex'), /zstd/);
    await refused(Buffer.from('PK\u0003\u0004 zip'), /zip/);
    await refused(Buffer.from('\nhello, this is a text\n'), /./);
  });

  it('names a file that is not there, and a folder', async () => {
    await assert.rejects(readTraceFile(path.join(folder, 'nothing')), /no such file/);
    await assert.rejects(readTraceFile(folder), /not a file/);
  });

  it('reads values that are cut anywhere by the chunks of a stream', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => other(i + 1, `"\\ {[}] ${'é'.repeat(i % 700)}`)).join('\n');
    const { summary, badLines } = await read(lines);
    assert.deepEqual([summary.spans, badLines], [3000, 0]);
    const { summary: packed } = await read(gzipSync(lines));
    assert.equal(packed.traces, 3000);
  });
});
