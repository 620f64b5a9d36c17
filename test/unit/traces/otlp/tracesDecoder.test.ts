import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { OperationTable } from '../../../../src/model/operationTable';
import type { SpanBatch } from '../../../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { decodeCold } from '../../../../src/traces/otlp/spanDetails';
import { payload } from '../../../bench/support/payload';
import { plainByColumns, plainByProtobufjs } from '../../../support/otlpOracle';
import { encodeProtobuf, testSpanId, testTraceId, type TestSpan } from '../../../support/otlpSpans';

function decode(bytes: Uint8Array, operations = new OperationTable()): SpanBatch {
  const builder = new SpanBatchBuilder(operations);
  assert.equal(decodeTracesProtobuf(bytes, builder).rejected, 0);
  return builder.seal();
}

/** A length-delimited field. */
function field(number: number, ...content: (Uint8Array | number[] | string)[]): Uint8Array {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(body.length)]), body]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))];
}

const TRACE_ID = field(1, Buffer.alloc(16, 7));
const SPAN_ID = field(2, Buffer.alloc(8, 9));

/** A request with one span of exactly these fields. */
function oneSpan(...fields: Uint8Array[]): Uint8Array {
  return field(1, field(2, field(2, ...fields)));
}

describe('decodeTracesProtobuf', () => {
  it('agrees with protobufjs value by value', () => {
    for (const body of payload({ requests: 8, spansPerRequest: 64, locations: 50 })) {
      assert.deepEqual(plainByColumns(decode(body)), plainByProtobufjs(body));
    }
  });

  it('agrees with protobufjs on every kind of value, on extremes and on text in many scripts', () => {
    const deep: TestSpan['attributes'] = {
      empty: '',
      text: 'naïve café 漢字 🙂 \u0000 end',
      int: -1,
      big: 2n ** 62n,
      small: -(2n ** 63n),
      double: -0.1,
      huge: 1e300,
      yes: true,
      nothing: null,
      bytes: new Uint8Array([0, 255, 128]),
      list: ['a', 1, 2.5, false, null, ['nested', { key: 'value' }]],
      map: { a: 1, b: { c: [new Uint8Array([1])] } },
      'code.line.number': 2n ** 60n,
      'http.route': '/größe/{id}',
      'peer.service': -5,
      'code.lineno': 0,
      'server.address': 2.5,
      uri: true,
    };
    const spans: TestSpan[] = [
      { attributes: deep, name: 'λ', kind: 'CONSUMER', traceState: 'a=1,b=2', flags: 0x301, status: { code: 1 } },
      { startNs: 0n, endNs: 0n, name: '', kind: 'UNSPECIFIED', status: { code: 2, message: 'x'.repeat(300) } },
      {
        startNs: 2n ** 64n - 1n,
        endNs: 5n,
        droppedAttributesCount: 3,
        droppedEventsCount: 4,
        droppedLinksCount: 2 ** 31,
      },
      { name: 'n'.repeat(100_000), attributes: { big: 'y'.repeat(1_000_000), 'http.route': 'r'.repeat(70_000) } },
      {
        events: [{ name: 'e', attributes: deep }],
        links: [{ traceId: testTraceId(5), spanId: testSpanId(6), attributes: deep }],
      },
    ];
    const body = encodeProtobuf({ spans, resource: deep, service: 'größe' }, { spans, service: undefined, scope: '' });
    assert.deepEqual(plainByColumns(decode(body)), plainByProtobufjs(body));
  });

  it('gives equal operations equal numbers, in whatever order their attributes come', () => {
    const batch = decode(
      encodeProtobuf({
        spans: [
          { name: 'a', attributes: { 'http.route': '/x', 'code.function.name': 'f', id: 1 } },
          { name: 'a', attributes: { id: 2, 'code.function.name': 'f', 'http.route': '/x' } },
          { name: 'a', attributes: { 'http.route': '/y', 'code.function.name': 'f' } },
          { name: 'a', kind: 'SERVER', attributes: { 'http.route': '/x', 'code.function.name': 'f' } },
          { name: 'a\u0000', attributes: { 'http.route': '/x', 'code.function.name': 'f' } },
        ],
      }),
    );
    assert.deepEqual([...batch.operation], [0, 0, 1, 2, 3]);
    const key = batch.operations.key(0);
    assert.deepEqual([key.service, key.scope, key.kind, key.name], ['test', 'test-scope', 'INTERNAL', 'a']);
    assert.deepEqual(
      key.attributes,
      new Map([
        ['code.function.name', 'f'],
        ['http.route', '/x'],
      ]),
    );
    assert.deepEqual(key.resource, new Map([['service.name', 'test']]));
  });

  it('names a service that has no name as the SDKs do', () => {
    const batch = decode(encodeProtobuf({ service: undefined, spans: [{}] }));
    assert.equal(batch.operations.key(0).service, 'unknown_service');
  });

  it('keeps name and kind in the row when the operation table is full', () => {
    const spans = [{ name: 'first' }, { name: 'second', kind: 'CLIENT' as const }, { name: 'third' }];
    const body = encodeProtobuf({ spans });
    const batch = decode(body, new OperationTable(1));
    assert.deepEqual([...batch.operation], [0, 1, 1]);
    assert.equal(batch.operations.overflowed, 2);
    assert.deepEqual(plainByColumns(batch), plainByProtobufjs(body));
  });

  it('takes fields in any order, repeatedly and unknown ones', () => {
    const name = field(5, 'right');
    const unknown = Buffer.concat([
      Buffer.from([0xa0, 0x06, 0xff, 0x01]),
      field(20, 'x'.repeat(200)),
      Buffer.from([0xfd, 0x01, 1, 2, 3, 4]),
    ]);
    const attribute = field(
      9,
      field(2, field(1, '/late')),
      field(1, 'wrong'),
      field(1, 'http.route'),
      field(7, 'unknown'),
    );
    const span = field(
      2,
      field(5, 'earlier'),
      attribute,
      unknown,
      SPAN_ID,
      name,
      field(1, Buffer.alloc(16, 1)),
      TRACE_ID,
    );
    const scope = field(1, field(1, 'late scope'));
    const resource = field(1, field(1, field(1, 'service.name'), field(2, field(1, 'late'))));
    const more = field(1, field(1, field(1, 'more'), field(2, field(1, 'merged'))));
    const batch = decode(field(1, field(2, span, scope), resource, more));
    const key = batch.operations.key(batch.operation[0]!);
    assert.deepEqual([key.service, key.scope, key.name], ['late', 'late scope', 'right']);
    assert.deepEqual(key.attributes, new Map([['http.route', '/late']]));
    assert.deepEqual(
      [...key.resource],
      [
        ['service.name', 'late'],
        ['more', 'merged'],
      ],
    );
    assert.equal(batch.traceIds[0], 7);
    const cold = Buffer.from(batch.cold);
    assert.ok(cold.includes(unknown), 'unknown fields are kept');
    assert.ok(!cold.includes('right') && !cold.includes('earlier'), 'hot fields are not');
  });

  it('rejects spans with bad ids alone', () => {
    const good: TestSpan = { name: 'good' };
    const builder = new SpanBatchBuilder(new OperationTable());
    const result = decodeTracesProtobuf(
      encodeProtobuf({
        spans: [
          { traceId: '' },
          { traceId: '00'.repeat(16) },
          good,
          { traceId: '11'.repeat(15) },
          { spanId: '00'.repeat(8) },
          { spanId: '' },
          { parentSpanId: '1122' },
          { parentSpanId: '00'.repeat(8) },
          good,
        ],
      }),
      builder,
    );
    assert.equal(result.accepted, 3);
    assert.equal(result.rejected, 6);
    assert.match(result.message ?? '', /^6 spans rejected: /);
    assert.match(result.message ?? '', /parent_span_id is not 8 bytes \(1\)/);
    const batch = builder.seal();
    assert.deepEqual(
      plainByColumns(batch).map((span) => [span.name, span.parentSpanId]),
      [
        ['good', ''],
        ['operation', ''],
        ['good', ''],
      ],
    );
  });

  it('rejects a span that is malformed within its bounds alone', () => {
    const bad: [string, Uint8Array][] = [
      ['a group', Buffer.from([0x4b, 0x4c])],
      ['wire type 6', Buffer.from([0x4e, 0])],
      ['field number 0', Buffer.from([0x02, 0])],
      ['a number of more than 10 bytes', Buffer.from([0x30, ...new Array<number>(10).fill(0xff), 1])],
      ['a number without an end', Buffer.from([0x30, 0xff])],
      ['field 7 with wire type 2', field(7, 'x')],
      ['field 1 with wire type 0', Buffer.from([0x08, 1])],
      ['a length of 100 with 1 bytes left', Buffer.from([0x4a, 100, 0])],
      ['a number of fixed size', Buffer.from([0x39, 1, 2])],
      ['a length beyond 4 GiB', Buffer.from([0x5a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ];
    for (const [reason, bytes] of bad) {
      const builder = new SpanBatchBuilder(new OperationTable());
      const span = field(2, TRACE_ID, SPAN_ID);
      const result = decodeTracesProtobuf(field(1, field(2, span, field(2, TRACE_ID, SPAN_ID, bytes), span)), builder);
      assert.deepEqual([result.accepted, result.rejected, builder.count], [2, 1, 2], reason);
      assert.ok(result.message?.includes(reason), `${result.message} should say: ${reason}`);
      assert.equal(builder.coldLength, 0, reason);
    }
  });

  it('refuses a body that ends too early, at every byte, and takes nothing of it', () => {
    const body = encodeProtobuf({ spans: [{ attributes: { 'http.route': '/x', a: 1 }, events: [{ name: 'e' }] }, {}] });
    const builder = new SpanBatchBuilder(new OperationTable());
    decodeTracesProtobuf(oneSpan(TRACE_ID, SPAN_ID), builder);
    for (let length = 1; length < body.length; length++) {
      assert.throws(
        () => decodeTracesProtobuf(body.subarray(0, length), builder),
        (error) => error instanceof SpanlightError && /at byte \d+/.test(error.message),
        `cut at ${length}`,
      );
      assert.equal(builder.count, 1);
      assert.equal(builder.view().resources.length, 1);
    }
  });

  it('refuses what is no request', () => {
    const builder = new SpanBatchBuilder(new OperationTable());
    for (const body of ['{"resourceSpans":[]}', 'hello', '\u0000', '\n\u0003\n\u0005']) {
      assert.throws(() => decodeTracesProtobuf(Buffer.from(body), builder), SpanlightError, body);
    }
    assert.deepEqual(decodeTracesProtobuf(new Uint8Array(0), builder), { accepted: 0, rejected: 0 });
  });

  it('survives any flipped byte with sane rows', () => {
    const body = encodeProtobuf({
      spans: [
        {
          attributes: { 'http.route': '/x', list: ['a', { b: 1 }] },
          events: [{ name: 'e' }],
          status: { code: 2, message: 'm' },
        },
        { parentSpanId: testSpanId(1), links: [{ traceId: testTraceId(2), spanId: testSpanId(3) }] },
      ],
    });
    for (let at = 0; at < body.length; at++) {
      for (const flip of [0x01, 0x04, 0x80, 0xff]) {
        const mutant = body.slice();
        mutant[at]! ^= flip;
        const builder = new SpanBatchBuilder(new OperationTable());
        try {
          const result = decodeTracesProtobuf(mutant, builder);
          assert.equal(result.accepted, builder.count);
        } catch (error) {
          assert.ok(error instanceof SpanlightError, String(error));
          assert.equal(builder.count, 0);
        }
        const batch = builder.seal();
        for (let row = 0; row < batch.count; row++) {
          decodeCold(batch.cold.subarray(batch.coldStart[row], batch.coldStart[row + 1]));
          assert.equal(typeof batch.operations.id(batch.operation[row]!), 'string');
        }
      }
    }
  });

  it('replaces what is not UTF-8', () => {
    const bad = [0x66, 0xff, 0xfe, 0x6f];
    const attribute = field(9, field(1, 'http.route'), field(2, field(1, bad)));
    const batch = decode(
      oneSpan(TRACE_ID, SPAN_ID, field(5, bad), attribute, field(9, field(1, bad), field(2, field(1, bad)))),
    );
    const key = batch.operations.key(batch.operation[0]!);
    assert.equal(key.name, 'f\ufffd\ufffdo');
    assert.equal(key.attributes.get('http.route'), 'f\ufffd\ufffdo');
    assert.equal(decodeCold(batch.cold).attributes.get('f\ufffd\ufffdo'), 'f\ufffd\ufffdo');
  });

  it('gives texts that read the same one operation, whatever their bytes', () => {
    const name = (bytes: number[]): Uint8Array => field(2, TRACE_ID, SPAN_ID, field(5, bytes));
    const batch = decode(field(1, field(2, name([0xff]), name([0xfe]), name([0xef, 0xbf, 0xbd]))));
    assert.deepEqual([...batch.operation], [0, 0, 0]);
  });

  it('does not follow nesting bombs', () => {
    let value = field(1, 'bottom');
    for (let depth = 0; depth < 5000; depth++) value = field(5, field(1, value));
    const batch = decode(oneSpan(TRACE_ID, SPAN_ID, field(9, field(1, 'bomb'), field(2, value))));
    const text = JSON.stringify(decodeCold(batch.cold).attributes.get('bomb'));
    assert.match(text, /nested more than 32 deep/);
  });
});
