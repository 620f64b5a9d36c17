import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SpanlightError } from '../../../../../src/base/errors';
import { OperationTable } from '../../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../../src/model/spanBatchBuilder';
import { decodeLogsJson, decodeLogsProtobuf } from '../../../../../src/traces/otlp/logsDecoder';
import { loadMessages } from '../../../../../src/traces/otlp/messages';
import { MAX_ITEM_BYTES, type BodySplitter, type SplitBody } from '../../../../../src/traces/otlp/split/splitBody';
import { splitJson } from '../../../../../src/traces/otlp/split/splitJson';
import { splitProtobuf } from '../../../../../src/traces/otlp/split/splitProtobuf';
import { decodeTracesJson } from '../../../../../src/traces/otlp/tracesJson';
import { decodeTracesProtobuf } from '../../../../../src/traces/otlp/tracesDecoder';
import { plainByColumns, type PlainSpan } from '../../../../support/otlpOracle';
import { encodeJson, encodeProtobuf, testSpanId, testTraceId, type TestSpans } from '../../../../support/otlpSpans';

const FIXTURES = path.join(__dirname, '..', '..', '..', '..', 'fixtures', 'otlp');

function run(splitter: BodySplitter, body: Uint8Array | string, partBytes: number): SplitBody & { pauses: number } {
  const splitting = splitter(typeof body === 'string' ? Buffer.from(body) : body, partBytes);
  for (let pauses = 0; ; pauses++) {
    const step = splitting.next();
    if (step.done === true) return { ...step.value, pauses };
  }
}

const texts = ({ parts }: SplitBody): string[] => parts.map((pieces) => Buffer.concat(pieces).toString());

function byProtobuf(bodies: readonly Uint8Array[]): PlainSpan[] {
  const builder = new SpanBatchBuilder(new OperationTable());
  for (const body of bodies) assert.equal(decodeTracesProtobuf(body, builder).rejected, 0);
  return plainByColumns(builder.seal());
}

function byJson(bodies: readonly string[]): PlainSpan[] {
  const builder = new SpanBatchBuilder(new OperationTable());
  for (const body of bodies) assert.equal(decodeTracesJson(body, builder).rejected, 0);
  return plainByColumns(builder.seal());
}

/** Groups of all sizes: single spans, many in one, large values, and words that look like the structure. */
const GROUPS: TestSpans[] = [
  { service: 'one', spans: [{ name: 'first' }] },
  { service: 'many "spans":[', scope: 'a', spans: Array.from({ length: 60 }, (_, i) => ({ name: `n${i}` })) },
  { service: 'large', resource: { note: 'x'.repeat(700) }, spans: Array.from({ length: 20 }, () => ({})) },
  {
    service: '\\"größe\\\\',
    scope: 'spans',
    spans: [
      { name: '"scopeSpans":[{', attributes: { '}]}': 'y'.repeat(900), list: ['[', 1, ['"']], spans: [1, 2] } },
      { attributes: { deep: { a: { b: [{ c: '{"' }] } } } },
    ],
  },
  ...Array.from({ length: 30 }, (_, i) => ({ service: `s${i}`, spans: [{ traceId: testTraceId(i + 2) }] })),
];

describe('splitting a body', () => {
  for (const size of [1, 50, 300, 2_000, 20_000, 1_000_000]) {
    it(`gives the same spans in parts of ${size} bytes`, () => {
      const protobuf = encodeProtobuf(...GROUPS);
      const cut = run(splitProtobuf, protobuf, size);
      assert.deepEqual(byProtobuf(cut.parts.map((pieces) => Buffer.concat(pieces))), byProtobuf([protobuf]));
      const json = encodeJson(...GROUPS);
      const pretty = JSON.stringify(JSON.parse(json), undefined, 2);
      for (const text of [json, pretty, `\uFEFF${json}`]) {
        assert.deepEqual(byJson(texts(run(splitJson, text, size))), byJson([json]));
      }
    });
  }

  it('cuts what SDKs sent into parts of the same spans', () => {
    for (const file of readdirSync(FIXTURES).filter((name) => name.endsWith('.bin'))) {
      const body = readFileSync(path.join(FIXTURES, file));
      const { parts } = run(splitProtobuf, body, 200);
      assert.ok(parts.length > 1, file);
      assert.deepEqual(byProtobuf(parts.map((pieces) => Buffer.concat(pieces))), byProtobuf([body]), file);
    }
  });

  it('keeps parts near their size, and large resources from being repeated for every span', () => {
    const spans = Array.from({ length: 2_000 }, () => ({ attributes: { text: 'x'.repeat(100) } }));
    for (const note of ['', 'n'.repeat(20_000)]) {
      const groups = [{ resource: { note }, spans }];
      for (const [splitter, body] of [
        [splitProtobuf, encodeProtobuf(...groups)],
        [splitJson, Buffer.from(encodeJson(...groups))],
      ] as const) {
        const sizes = run(splitter, body, 4_096).parts.map((pieces) => Buffer.concat(pieces).length);
        assert.ok(Math.max(...sizes) < 10_000 + note.length * 4);
        assert.ok(sizes.reduce((a, b) => a + b) < body.length * 2);
        assert.ok(sizes.length > 2);
      }
    }
  });

  it('cuts logs, the wrapped and the older forms of JSON, and other spellings', () => {
    const ids = { traceId: testTraceId(1), spanId: testSpanId(1) };
    const logRecords = Array.from({ length: 50 }, (_, i) => ({ ...ids, body: { stringValue: `line ${i}` } }));
    const logs = { resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] };
    const json = run(splitJson, JSON.stringify(logs), 300);
    const bodies = (all: readonly { readonly records: readonly { readonly body?: unknown }[] }[]) =>
      all.flatMap(({ records }) => records.map(({ body }) => body));
    assert.deepEqual(bodies(texts(json).map(decodeLogsJson)), bodies([decodeLogsJson(JSON.stringify(logs))]));
    const { LogsData } = loadMessages().logs.v1;
    const records = logRecords.map((record) => ({
      ...record,
      traceId: Buffer.from(ids.traceId, 'hex'),
      spanId: Buffer.from(ids.spanId, 'hex'),
    }));
    const protobuf = LogsData.encode(
      LogsData.fromObject({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }),
    ).finish();
    const parts = run(splitProtobuf, protobuf, 300).parts.map((pieces) => decodeLogsProtobuf(Buffer.concat(pieces)));
    assert.deepEqual(bodies(parts), bodies([decodeLogsProtobuf(protobuf)]));
    const spans = Array.from({ length: 50 }, (_, i) => ({ trace_id: testTraceId(1), spanId: testSpanId(i + 1) }));
    const old = { trace: { batches: [{ spans: [], instrumentationLibrarySpans: [{ spans }], more: [[], {}] }] } };
    assert.equal(byJson(texts(run(splitJson, JSON.stringify(old), 300))).length, 50);
    const escaped = JSON.stringify({ resource_spans: [{ scope_spans: [{ spans }] }] }).replace(
      '"spans"',
      '"s\\u0070ans"',
    );
    assert.equal(byJson(texts(run(splitJson, escaped, 300))).length, 50);
    assert.deepEqual(run(splitJson, '{"resourceSpans":null,"a":1.5e3,"b":[true,null]}', 10).parts, []);
  });

  it('leaves out items that are too large, and refuses resources that are', () => {
    const big = 'x'.repeat(MAX_ITEM_BYTES);
    const spans = [{ name: 'a' }, { name: big }, { name: 'b' }];
    const names = (found: PlainSpan[]): string[] => found.map(({ name }) => name);
    const json = run(splitJson, encodeJson({ spans }), 1_000);
    assert.deepEqual([names(byJson(texts(json))), json.tooLarge], [['a', 'b'], 1]);
    assert.ok(json.pauses > 5);
    const protobuf = run(splitProtobuf, encodeProtobuf({ spans }), 1_000);
    const found = byProtobuf(protobuf.parts.map((pieces) => Buffer.concat(pieces)));
    assert.deepEqual([names(found), protobuf.tooLarge], [['a', 'b'], 1]);
    const huge = { resource: { big }, spans: [{}] };
    assert.throws(() => run(splitJson, encodeJson(huge), 1_000), /resource or scope .* larger than 4 MiB/);
    assert.throws(() => run(splitProtobuf, encodeProtobuf(huge), 1_000), /resource or scope .* larger than 4 MiB/);
  });

  it('says what is wrong with the shape, and hangs on nothing', () => {
    const json = encodeJson(...GROUPS);
    for (let to = 0; to < json.length; to += 37) {
      assert.throws(() => run(splitJson, json.slice(0, to), 100), SpanlightError, String(to));
    }
    const wrong: [string, RegExp][] = [
      ['[]', /not an object/],
      ['{} x', /cannot be read at byte 3/],
      ['{"a" 1}', /cannot be read at byte 5/],
      ['{"resourceSpans":{}}', /resourceSpans is not a list/],
      ['{"resourceSpans":[1]}', /item of resourceSpans is not an object/],
      ['{"resourceSpans":[{"scopeSpans":[[]]}]}', /item of scopeSpans is not an object/],
      ['{"resourceSpans":[],"batches":[]}', /resourceSpans and batches in one body/],
      ['{"resourceSpans":[{"scopeSpans":[],"scope_spans":[]}]}', /in one object/],
      ['{"a":"\\', /ends too early/],
      ['{"a', /ends too early/],
      [`{"${'k'.repeat(100_000)}":1}`, /cannot be read/],
      ['{'.repeat(100_000), /cannot be read/],
      [`{"a":${'['.repeat(1_000_000)}`, /ends too early/],
    ];
    for (const [body, words] of wrong) assert.throws(() => run(splitJson, body, 10), words, body.slice(0, 60));
    const protobuf = encodeProtobuf(...GROUPS);
    for (let at = 0; at < protobuf.length; at += 7) {
      const mutant = new Uint8Array(protobuf);
      mutant[at]! ^= 1 << (at % 8);
      for (const bytes of [mutant, protobuf.subarray(0, at)]) {
        try {
          run(splitProtobuf, bytes, 100);
        } catch (error) {
          assert.ok(error instanceof SpanlightError, String(error));
        }
      }
    }
  });
});
