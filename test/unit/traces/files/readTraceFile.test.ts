import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { writeFile as writeToPipe } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { SpanlightError } from '../../../../src/base/errors';
import { JsonSplitter } from '../../../../src/traces/files/jsonSplitter';
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

const NO_TROUBLES = {
  badLines: 0,
  otherValues: 0,
  badMessages: 0,
  badIds: 0,
  rejectedSpans: 0,
  droppedParts: 0,
  rejections: [],
  notes: [],
  textValues: false,
};

const json = encodeJson({ service: 'shop', spans: SPANS });
const proto = Buffer.from(encodeProtobuf({ service: 'shop', spans: SPANS }));
const other = (trace: number, service = 'shop') =>
  encodeJson({ service, spans: [{ traceId: testTraceId(trace), spanId: testSpanId(1) }] });

/** As protobuf's `writeDelimitedTo` does. */
function delimited(...messages: Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const { length } = message;
      assert.ok(length < 0x4000);
      return [Buffer.from(length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]), message];
    }),
  );
}

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
    ['a list in a list', `[[${json}]]`, 'otlp-json'],
    ['packed JSON with something behind it', Buffer.concat([gzipSync(json), Buffer.alloc(9)]), 'otlp-json'],
    ['a backend answer', `{"trace":${json.replace('resourceSpans', 'batches')}}`, 'tempo-json'],
    [
      'ids in base64',
      json.replace(
        /"(traceId|spanId|parentSpanId)":"(\w+)"/g,
        (_, name: string, id: string) => `"${name}":"${Buffer.from(id, 'hex').toString('base64')}"`,
      ),
      'tempo-json',
    ],
    ['protobuf', proto, 'otlp-proto'],
    ['packed protobuf', gzipSync(proto), 'otlp-proto'],
    ['protobuf with its length before it', prefixed(proto), 'otlp-proto'],
    ['protobuf with its length before it, as a varint', delimited(proto), 'otlp-proto'],
    ['protobuf after empty messages', prefixed(Buffer.alloc(0), Buffer.alloc(0), proto), 'otlp-proto'],
    [
      'protobuf wrapped once more',
      Buffer.concat([Buffer.from([0x0a, (proto.length & 127) | 128, proto.length >> 7]), proto]),
      'otlp-proto',
    ],
  ] as const) {
    it(`reads ${name}`, async () => {
      const { summary, ...rest } = await read(content);
      assert.deepEqual(summary, EXPECTED);
      assert.deepEqual(rest, { format, ...NO_TROUBLES });
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
    assert.equal((await read(delimited(...binary))).summary.traces, 3);
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

  it('takes byte order marks in the middle of a file for nothing', async () => {
    const { summary, badLines } = await read(`${other(1)}\n\ufeff${other(2)}\n\ufeff\n${other(3)}`);
    assert.deepEqual([summary.spans, badLines], [3, 0]);
  });

  it('lets a bad item among good ones cost only itself, and counts it', async () => {
    const [good] = (JSON.parse(other(1)) as { resourceSpans: object[] }).resourceSpans;
    const request = (...groups: unknown[]) => JSON.stringify({ resourceSpans: groups });
    for (const [content, spans, rejected, others, words] of [
      [request(good, 5), 1, 1, 0, /resourceSpans is not an object \(1\)/],
      [request(null, good, good), 2, 1, 0, /resourceSpans is not an object/],
      [request({ scopeSpans: [null] }, good), 1, 1, 0, /scopeSpans is not an object/],
      [request({ ...good, resource: { attributes: { a: 1 } } }), 1, 0, 0, /left out: attributes is not a list/],
      [`[${other(1)},5,null,"a, [b",${other(2)}]`, 2, 0, 3, /3 of the values hold no traces, the first one: a number/],
      [`${other(1)}\n{"resourceSpans":"x"}\nnull\n${other(2)}`, 2, 0, 2, /resourceSpans is not a list/],
      [`${other(1)}\n{"resourceLogs":[]}\n${other(2)}`, 2, 0, 1, /the first one: an export of logs/],
    ] as const) {
      const { summary, rejectedSpans, otherValues, rejections, notes } = await read(content);
      assert.deepEqual([summary.spans, rejectedSpans, otherValues], [spans, rejected, others], content);
      assert.match([...rejections, ...notes].join(), words);
    }
  });

  it('drops an attribute that is nested too deep, not its span', async () => {
    const deep = '{"arrayValue":{"values":['.repeat(1000) + ']}}'.repeat(1000);
    const content = json.replace('"attributes":[', `"attributes":[{"key":"deep","value":${deep}},`);
    const { summary, droppedParts, rejections } = await read(content);
    assert.deepEqual([summary.spans, droppedParts], [2, 1]);
    assert.match(rejections[0]!, /nested more than 64 deep/);
  });

  it('keeps the good ones of prefixed messages', async () => {
    const message = (trace: number) => encodeProtobuf({ spans: [{ traceId: testTraceId(trace) }] });
    const broken = message(2).slice();
    broken[1] = 0xff;
    for (const [content, traces] of [
      [prefixed(message(1), broken, message(3)), 2],
      [prefixed(message(1), message(2), message(3)).subarray(0, -5), 2],
      [Buffer.concat([prefixed(message(1), message(2)), Buffer.from([0, 0])]), 2],
    ] as const) {
      const { summary, badMessages, notes } = await read(content);
      assert.deepEqual([summary.traces, badMessages], [traces, 1]);
      assert.match(notes[0]!, /message at byte \d+ cannot be read/);
    }
  });

  it('keeps what could be unpacked before the packing is damaged', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) => other(i + 1)).join('\n');
    const garbage = await read(Buffer.concat([gzipSync(lines), Buffer.from('trailing')]));
    assert.deepEqual([garbage.summary.spans, garbage.badLines], [2000, 0]);
    assert.match(garbage.notes[0]!, /packing is damaged.*gzip says/);
    const cut = await read(gzipSync(lines).subarray(0, -1000));
    assert.ok(cut.summary.spans > 500 && cut.summary.spans < 2000 && cut.notes.length === 1, String(cut.summary.spans));
  });

  it('reads a pipe', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writing = writeToPipe(pipe, gzipSync(json));
    const { batch } = await readTraceFile(pipe);
    await writing;
    assert.equal(batch.count, 2);
  });

  it('refuses one value that is larger than a text can be', () => {
    const splitter = new JsonSplitter(undefined, undefined, 1000);
    const chunk = Buffer.from(`{"a":"${'x'.repeat(600)}`);
    assert.deepEqual([...splitter.push(chunk)], []);
    assert.throws(() => [...splitter.push(chunk)], /more than JavaScript can hold/);
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
    await refused('[]', /The list is empty/);
    await refused('[1, 2, 3]', /This is JSON, but there are no traces in it/);
    await refused('[null, "a"]', /This is JSON, but there are no traces in it/);
    await refused('[yes, no]', /This is not JSON/);
    await refused('{"resourceSpans":[]}', /no spans/);
    await refused('{"resourceSpans":{"a":1}}', /resourceSpans/);
    await refused('{"resourceLogs":[]}', /These are logs, not traces/);
    await refused('{"resourceMetrics":[]}\n{"resourceMetrics":[]}', /These are metrics, not traces/);
    await refused('# Notes\n\nA request is\n\n```json\n{"resourceSpans":[]}\n```\n', /no trace file/);
    await refused('{"data":[{"traceID":"a","spans":[],"processes":{}}]}', /holds no spans/);
    await refused(
      '{"data":[{"traceID":"a","spans":[{"spanID":""}],"processes":{}}]}',
      /No span can be read.*spanID is missing/,
    );
    await refused('{"data":'.repeat(50_000) + '1' + '}'.repeat(50_000), /no traces in it/);
    await refused('{"traceEvents":[]}', /Chrome trace/);
    await refused(json.slice(0, -20), /broken.*cut off/);
    await refused(JSON.stringify(JSON.parse(json), undefined, 1).slice(0, -20), /broken/);
    await refused(`[${json}`, /broken/);
    await refused('{'.repeat(100_000), /broken/);
    await refused('['.repeat(100_000), /broken|not JSON/);
    await refused(proto.subarray(0, proto.length - 7), /byte|ends/);
    await refused(prefixed(proto).subarray(0, proto.length - 7), /No message can be read.*ends within/);
    await refused(gzipSync(json).subarray(0, 12), /damaged/);
    await refused(gzipSync(json).subarray(0, 100), /damaged|broken/);
    await refused(Buffer.from('28b52ffd00000000', 'hex'), /zstd/);
    await refused(Buffer.from('PK\u0003\u0004 zip'), /zip/);
    await refused('\nhello, this is a text\n', /no trace file/);
    await refused(Buffer.alloc(5000), /no trace file/);
  });

  it('says where in the file the JSON is broken, however it was read', async () => {
    const fault = /The JSON is broken at line 3, column 21: Expected/;
    const broken = '{\n "resourceSpans": [],\n "ä😀": {"b": [1, 2] "c": 1}\n}';
    for (const content of [broken, `\ufeff${broken}`, gzipSync(broken)]) await refused(content, fault);
    await refused(Buffer.from(`\ufeff${broken}`, 'utf16le'), fault);
    // Of a list each item is parsed by itself.
    const items = [other(1, 'a'), other(2, 'b'), '{"x":}', other(3, 'c')];
    const before = items.slice(0, 2).join(',').length + 2;
    await refused(`[${items.join(',')}]`, new RegExp(`broken at line 1, column ${before + 6}: Unexpected token`));
    await refused('{"x":1,\n"y": [}', /at line 2, column 7: Unexpected/);
    await refused('[1,\nyes, no]', /broken at line 2, column 1: Unexpected token/);
    await refused(json.slice(0, -20), new RegExp(`broken at line 1, column ${json.length - 20 + 1}: `));
  });

  it('says so of values that are read in parts, too', async () => {
    const ids = (n: number) => `"traceId":"${testTraceId(1)}","spanId":"${testSpanId(n)}"`;
    const span = (n: number) => `{${ids(n)},"startTimeUnixNano":"1","name":"${'x'.repeat(1000)}"}`;
    const spans = Array.from({ length: 9_000 }, (_, n) => (n === 8_000 ? '{"spanId":nope}' : span(n + 1)));
    const text = `{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[\n${spans.join(',\n')}]}]}]}`;
    await refused(text, /at line 8002, column 12: Unexpected token/);
    await refused(text.replace('nope', '1').slice(0, -3), /broken at line 9001, column \d+: it ends too early/);
  });

  it('names a file that is not there, and a folder', async () => {
    await assert.rejects(readTraceFile(path.join(folder, 'nothing')), /no such file/);
    await assert.rejects(readTraceFile(folder), /a folder, not a file/);
  });

  it('reads values that are cut anywhere by the chunks of a stream', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => other(i + 1, `"\\ {[}] ${'é'.repeat(i % 700)}`)).join('\n');
    const { summary, badLines } = await read(lines);
    assert.deepEqual([summary.spans, badLines], [3000, 0]);
    const { summary: packed } = await read(gzipSync(lines));
    assert.equal(packed.traces, 3000);
  });
});
