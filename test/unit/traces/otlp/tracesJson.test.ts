import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { parseJsonLossless } from '../../../../src/traces/otlp/losslessJson';
import { decodeTracesJson, tracesJsonToProtobuf } from '../../../../src/traces/otlp/tracesJson';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { payload } from '../../../bench/support/payload';
import { plainByColumns, plainByProtobufjs, type PlainSpan } from '../../../support/otlpOracle';
import { encodeJson, encodeProtobuf, testSpanId, testTraceId, type TestSpans } from '../../../support/otlpSpans';

const builderOf = (): SpanBatchBuilder => new SpanBatchBuilder(new OperationTable());

function decode(json: string | object): PlainSpan[] {
  const builder = builderOf();
  const result = decodeTracesJson(typeof json === 'string' ? json : JSON.stringify(json), builder);
  assert.equal(result.rejected, 0, result.message);
  return plainByColumns(builder.seal());
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** A request with one span. */
function one(span: object): object {
  return { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE, spanId: SPAN, ...span }] }] }] };
}

describe('decodeTracesJson', () => {
  it('says the same as protobuf', () => {
    const groups: TestSpans[] = [
      {
        service: 'größe',
        resource: { pid: 7 },
        scopeVersion: '1.0',
        spans: [
          {
            parentSpanId: testSpanId(9),
            kind: 'SERVER',
            traceState: 'a=1',
            flags: 257,
            attributes: {
              a: '',
              b: -(2n ** 63n),
              c: 1e-7,
              d: [1, [null, { e: 'f' }]],
              g: new Uint8Array([0, 200]),
              h: false,
            },
            events: [{ name: 'e', attributes: { x: 1 } }],
            links: [{ traceId: testTraceId(3), spanId: testSpanId(4), attributes: { y: 2 } }],
            status: { code: 2, message: 'no' },
            droppedAttributesCount: 1,
            droppedEventsCount: 2,
            droppedLinksCount: 3,
          },
          { attributes: { long: 'x'.repeat(200_000), 'http.route': '/x' } },
        ],
      },
      { spans: [{ startNs: 0n, endNs: 2n ** 64n - 1n }] },
    ];
    assert.deepEqual(decode(encodeJson(...groups)), plainByProtobufjs(encodeProtobuf(...groups)));
  });

  it('writes what protobufjs reads, for realistic requests', () => {
    for (const body of payload({ requests: 3, spansPerRequest: 40, locations: 20 })) {
      const wanted = plainByProtobufjs(body);
      const builder = builderOf();
      decodeTracesProtobuf(body, builder);
      assert.deepEqual(plainByColumns(builder.seal()), wanted);
    }
    const bytes = tracesJsonToProtobuf(encodeJson({ spans: [{ name: 'x', attributes: { a: [1.5] } }] }));
    assert.deepEqual(plainByProtobufjs(bytes)[0]?.attributes, [['a', [1.5]]]);
  });

  it('takes ids in any case and in base64', () => {
    for (const [traceId, spanId] of [
      [TRACE.toUpperCase(), SPAN.toUpperCase()],
      [Buffer.from(TRACE, 'hex').toString('base64'), Buffer.from(SPAN, 'hex').toString('base64')],
      [Buffer.from(TRACE, 'hex').toString('base64url'), Buffer.from(SPAN, 'hex').toString('base64url')],
    ]) {
      const [span] = decode(one({ traceId, spanId, parentSpanId: spanId }));
      assert.deepEqual([span?.traceId, span?.spanId, span?.parentSpanId], [TRACE, SPAN, SPAN]);
    }
  });

  it('takes integers as numbers and strings without losing digits', () => {
    const text = JSON.stringify(
      one({ startTimeUnixNano: 'START', attributes: [{ key: 'n', value: { intValue: 'N' } }] }),
    );
    const [span] = decode(text.replace('"START"', '1767225600123456789').replace('"N"', '-9007199254740993'));
    assert.equal(span?.start, '1767225600123456789');
    assert.deepEqual(span?.attributes, [['n', -9007199254740993n]]);
    const [plain] = decode(one({ startTimeUnixNano: 5, attributes: [{ key: 'n', value: { intValue: 42 } }] }));
    assert.deepEqual([plain?.start, plain?.attributes], ['5', [['n', 42]]]);
  });

  it('takes enums as numbers and names', () => {
    for (const kind of [3, '3', 'SPAN_KIND_CLIENT', 'client']) assert.equal(decode(one({ kind }))[0]?.kind, 'CLIENT');
    for (const code of [2, 'STATUS_CODE_ERROR', 'ERROR']) assert.equal(decode(one({ status: { code } }))[0]?.status, 2);
    for (const kind of [17, 'SPAN_KIND_NEW', -1]) assert.equal(decode(one({ kind }))[0]?.kind, 'UNSPECIFIED');
  });

  it('takes doubles that JSON numbers cannot say', () => {
    const values = ['NaN', 'Infinity', '-Infinity', '1.5', 3].map((doubleValue) => ({ doubleValue }));
    const [span] = decode(one({ attributes: [{ key: 'd', value: { arrayValue: { values } } }] }));
    assert.deepEqual(span?.attributes, [['d', [NaN, Infinity, -Infinity, 1.5, 3]]]);
  });

  it('knows what backends make of it', () => {
    const spans = [{ traceId: TRACE, spanId: SPAN, name: 'x' }];
    const legacy = { instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'lib' }, spans }] };
    for (const frame of [
      { batches: [legacy] },
      { trace: { batches: [legacy] } },
      { result: { resourceSpans: [legacy] } },
    ]) {
      assert.deepEqual(
        decode(frame).map((span) => [span.name, span.scope[0]]),
        [['x', 'lib']],
      );
    }
    const snake = {
      resource_spans: [{ scope_spans: [{ spans: [{ trace_id: TRACE, span_id: SPAN, start_time_unix_nano: '7' }] }] }],
    };
    assert.equal(decode(snake)[0]?.start, '7');
  });

  it('ignores unknown fields, nulls and a byte order mark', () => {
    const body = { ...one({ unknown: { a: [1] }, attributes: null, parentSpanId: null, status: null }), extra: 1 };
    assert.equal(decode(`\uFEFF${JSON.stringify(body)}`).length, 1);
  });

  it('rejects spans that cannot be read alone', () => {
    const good = { traceId: TRACE, spanId: SPAN };
    const bad: [object | number | null, RegExp][] = [
      [{ ...good, traceId: 'xyz' }, /traceId is not 32 hex digits/],
      [{ ...good, traceId: 5 }, /traceId is not a text/],
      [{ ...good, spanId: TRACE }, /spanId is not 16 hex digits/],
      [{ ...good, startTimeUnixNano: 'soon' }, /startTimeUnixNano is not an integer/],
      [{ ...good, startTimeUnixNano: -1 }, /negative/],
      [{ ...good, endTimeUnixNano: '99999999999999999999' }, /beyond 64 bits/],
      [{ ...good, name: {} }, /name is not a text/],
      [{ ...good, kind: {} }, /kind is neither/],
      [7, /a span is not an object/],
      [null, /a span is not an object/],
      [{ spanId: SPAN }, /trace_id is missing/],
      [{ ...good, traceId: '0'.repeat(32) }, /trace_id .* all zero/],
    ];
    for (const [span, reason] of bad) {
      const builder = builderOf();
      const result = decodeTracesJson({ resourceSpans: [{ scopeSpans: [{ spans: [good, span, good] }] }] }, builder);
      assert.deepEqual([result.accepted, result.rejected, builder.count], [2, 1, 2], String(reason));
      assert.match(result.message ?? '', reason);
    }
  });

  it('leaves out alone what cannot be read within a span', () => {
    let deep: object = { stringValue: 'x' };
    for (let i = 0; i < 2000; i++) deep = { arrayValue: { values: [deep] } };
    const kept = { key: 'kept', value: { intValue: '1' } };
    const attribute = (value: unknown) => ({ attributes: [kept, { key: 'a', value }] });
    for (const [span, reason] of [
      [{ attributes: [kept, 1] }, /attribute is not an object/],
      [attribute(1), /value is not an object/],
      [attribute({ intValue: 1.5 }), /intValue is not an integer/],
      [attribute({ doubleValue: 'x' }), /doubleValue is not a number/],
      [attribute(deep), /nested more than 64 deep/],
      [{ attributes: [kept], events: [0] }, /events is not an object/],
      [{ attributes: [kept], events: {} }, /events is not a list/],
      [{ attributes: [kept], links: [{ traceId: 'xyz' }] }, /traceId is not 32 hex/],
      [{ attributes: [kept], events: [{ name: 'e', attributes: 'x' }] }, /attributes is not a list/],
    ] as const) {
      const builder = builderOf();
      const result = decodeTracesJson({ ...one(span) }, builder);
      assert.deepEqual([result.accepted, result.rejected, result.dropped], [1, 0, 1], String(reason));
      assert.match(result.message ?? '', reason);
      assert.deepEqual(plainByColumns(builder.seal())[0]?.attributes, [['kept', 1]]);
    }
  });

  it('takes the good groups among bad ones', () => {
    const { resourceSpans } = JSON.parse(encodeJson({ service: 'shop', spans: [{}] })) as { resourceSpans: object[] };
    const [good] = resourceSpans as [{ scopeSpans: [{ spans: object[] }] }];
    const { scopeSpans } = good;
    for (const [groups, rejected, dropped, reason] of [
      [[good, 5], 1, 0, /resourceSpans is not an object \(1\)/],
      [[null, good], 1, 0, /resourceSpans is not an object/],
      [[{ scopeSpans: [null] }, good], 1, 0, /scopeSpans is not an object/],
      [[{ scopeSpans: [null, ...scopeSpans] }], 1, 0, /scopeSpans is not an object/],
      [
        [{ scopeSpans: 7 }, { scopeSpans: [{ spans: 'x' }] }, good],
        2,
        0,
        /scopeSpans is not a list.*spans is not a list/,
      ],
      [[{ ...good, resource: 1 }], 0, 1, /resource is not an object/],
      [[{ ...good, resource: { attributes: { a: 1 } } }], 0, 1, /attributes is not a list/],
      [[{ scopeSpans: [{ scope: [], spans: scopeSpans[0].spans }] }], 0, 1, /scope is not an object/],
      [[{ scopeSpans: [{ scope: { name: 5 }, spans: scopeSpans[0].spans }] }], 0, 1, /name of a scope/],
    ] as const) {
      const builder = builderOf();
      const result = decodeTracesJson({ resourceSpans: groups }, builder);
      const name = JSON.stringify(groups);
      assert.deepEqual([result.accepted, result.rejected, result.dropped ?? 0], [1, rejected, dropped], name);
      assert.match(result.message ?? '', reason);
      assert.equal(builder.count, 1);
    }
  });

  it('takes times in every form that says one thing', () => {
    for (const start of ['1.7e18', '+1700000000000000000', 1.7e18, '1700000000000000000.0', ' 1700000000000000000 ']) {
      assert.equal(decode(one({ startTimeUnixNano: start }))[0]?.start, '1700000000000000000', String(start));
    }
    const halves = { low: -1, high: 395_812_000, unsigned: true };
    assert.equal(decode(one({ startTimeUnixNano: halves }))[0]?.start, String((395_812_000n << 32n) + 0xffff_ffffn));
    const value = { intValue: { low: -2, high: -1, unsigned: false } };
    assert.deepEqual(decode(one({ attributes: [{ key: 'n', value }] }))[0]?.attributes, [['n', -2]]);
    for (const start of ['1.5', '0x10', { low: 1 }, { low: 'a', high: 1 }, '1e30', [1]]) {
      const result = decodeTracesJson({ ...one({ startTimeUnixNano: start }) }, builderOf());
      assert.equal(result.rejected, 1, JSON.stringify(start));
    }
  });

  it('refuses what is no OTLP/JSON', () => {
    const bad = [
      '',
      '{',
      '[]',
      '"x"',
      '{"resourceSpans":1}',
      '{"resourceSpans":[1]}',
      '{"resourceSpans":[{"scopeSpans":[1]}]}',
    ];
    bad.push('{"resourceSpans":[{"resource":1}]}', '{"resourceSpans":[{"scopeSpans":[{"spans":{}}]}]}', '\u0000');
    for (const text of bad) {
      const builder = builderOf();
      assert.throws(() => decodeTracesJson(text, builder), SpanlightError, text);
      assert.equal(builder.count, 0);
    }
  });

  it('survives being cut anywhere', () => {
    const text = encodeJson({ spans: [{ attributes: { a: 'ü', n: 2n ** 60n }, events: [{ name: 'e' }] }] });
    for (let length = 0; length < text.length; length++) {
      assert.throws(() => decodeTracesJson(text.slice(0, length), builderOf()), SpanlightError);
    }
  });
});

describe('parseJsonLossless', () => {
  it('keeps long integers, and leaves everything else alone', () => {
    const text =
      '{"a":1234567890123456789,"b":[-12345678901234567,12,-1234567890123456,9007199254740993],"c":"at 1234567890123456789 \\" 1234567890123456","d":1234567890123456.5,"e":1.2345678901234567,"f":1e1234567890123456,"\\\\":12345678901234567,"g":12345678901234567.5,"h":1234567890123456912345678.5}';
    assert.deepEqual(parseJsonLossless(text), {
      a: '1234567890123456789',
      b: ['-12345678901234567', 12, -1234567890123456, '9007199254740993'],
      c: 'at 1234567890123456789 " 1234567890123456',
      d: 1234567890123456.5,
      e: 1.2345678901234567,
      f: Infinity,
      '\\': '12345678901234567',
      g: Number('12345678901234567.5'),
      h: Number('1234567890123456912345678.5'),
    });
    assert.throws(() => parseJsonLossless('{"a":1234567890123456789,"b'), SyntaxError);
  });
});
