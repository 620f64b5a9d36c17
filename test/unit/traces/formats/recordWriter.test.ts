import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../../src/model/attributes';
import { OperationTable } from '../../../../src/model/operationTable';
import { spanIdAt, traceIdAt } from '../../../../src/model/ids';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { coldBytes } from '../../../../src/model/tree/traceRows';
import { hashedSpanId, isNoId, recordIds, spanIdOfDecimal, traceIdOf } from '../../../../src/traces/formats/recordIds';
import { nanosOf, nanosOfIso, nanosOfMicros, SECONDS_POWER } from '../../../../src/traces/formats/recordTimes';
import { dottedAttributes, kindOf, typedText } from '../../../../src/traces/formats/recordValues';
import { RecordWriter, writeRecords } from '../../../../src/traces/formats/recordWriter';
import { NO_SCOPE, STATUS_UNSET, type SpanRecord } from '../../../../src/traces/formats/spanRecord';
import { decodeCold, decodeResource, decodeScope } from '../../../../src/traces/otlp/spanDetails';
import { testSpanId, testTraceId } from '../../../support/otlpSpans';
import { parseSpanId, parseTraceId } from '../../../../src/model/ids';

const TRACE = parseTraceId(testTraceId(1))!;
const shop = new Map([['service.name', 'shop']]);

function record(more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    traceId: TRACE,
    spanId: parseSpanId(testSpanId(1))!,
    name: 'work',
    kind: 2,
    startNs: 1_700_000_000_000_000_001n,
    endNs: 1_700_000_000_000_000_009n,
    attributes: new Map(),
    events: [],
    links: [],
    status: STATUS_UNSET,
    resource: shop,
    scope: NO_SCOPE,
    ...more,
  };
}

function builder(): SpanBatchBuilder {
  return new SpanBatchBuilder(new OperationTable());
}

function nested(levels: number): AttributeValue {
  let value: AttributeValue = 'x';
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

describe('RecordWriter', () => {
  it('keeps everything that a record says', () => {
    const attributes = new Map<string, AttributeValue>([
      ['text', 'é'],
      ['int', -5],
      ['long', 2n ** 62n],
      ['huge', 2n ** 70n],
      ['double', 0.5],
      ['flag', true],
      ['nothing', null],
      ['bytes', new Uint8Array([1, 2])],
      ['list', ['a', 1]],
      ['map', { a: { b: 1 } }],
    ]);
    const span = record({
      parentSpanId: parseSpanId(testSpanId(9))!,
      traceState: 'a=b',
      attributes,
      events: [{ timeNs: 7n, name: 'exception', attributes: new Map([['exception.type', 'E']]) }],
      links: [{ traceId: TRACE, spanId: parseSpanId(testSpanId(3))!, attributes: new Map([['l', 1]]) }],
      status: { code: 2, message: 'no' },
      flags: 257,
      scope: { name: 'lib', version: '1', attributes: new Map([['s', 't']]) },
    });
    const rows = builder();
    assert.deepEqual(writeRecords([span], rows), { accepted: 1, rejected: 0 });
    const batch = rows.seal();
    assert.equal(traceIdAt(batch.traceIds, 0), TRACE);
    assert.equal(spanIdAt(batch.parentIds, 0), testSpanId(9));
    assert.deepEqual([batch.startNs[0], batch.endNs[0], batch.status[0]], [span.startNs, span.endNs, 2]);
    const { name, kind, service } = batch.operations.key(batch.operation[0]!);
    assert.deepEqual([name, kind, service], ['work', 'SERVER', 'shop']);
    const cold = decodeCold(coldBytes(batch, 0));
    assert.deepEqual(cold.attributes, new Map(attributes).set('huge', String(2n ** 70n)));
    assert.deepEqual(cold.events, span.events);
    assert.equal(cold.links[0]?.spanId, testSpanId(3));
    assert.deepEqual([cold.traceState, cold.statusMessage, cold.flags], ['a=b', 'no', 257]);
    assert.deepEqual(decodeResource(batch.resources[0]!), shop);
    assert.deepEqual(decodeScope(batch.scopes[0]!), span.scope);
  });

  it('lets a bad span cost only itself, and a deep attribute only itself', () => {
    const rows = builder();
    const writer = new RecordWriter(rows);
    writer.addAll([
      { problem: 'no id' },
      record({ attributes: new Map([['deep', nested(65)], ['flat', nested(64)]]) }), // prettier-ignore
      record({ startNs: -1n }),
      { problem: 'no id' },
      record({ idsMended: true }),
    ]);
    const { accepted, rejected, dropped, message } = writer.finish();
    assert.deepEqual([accepted, rejected, dropped, writer.mendedIds], [2, 3, 1, 1]);
    assert.match(message ?? '', /no id \(2\).*1970/);
    const cold = decodeCold(coldBytes(rows.view(), 0));
    assert.deepEqual([[...cold.attributes.keys()], cold.droppedAttributes], [['flat'], 1]);
  });

  it('keeps each resource and scope once, however the spans alternate', () => {
    const rows = builder();
    const writer = new RecordWriter(rows);
    for (let i = 0; i < 3000; i++) {
      const resource = new Map([['service.name', `s${i % 3}`]]);
      writer.add(record({ resource, scope: { name: `lib${i % 2}`, version: '' } }));
      assert.ok(rows.count <= i);
    }
    assert.equal(writer.finish().accepted, 3000);
    const batch = rows.view();
    assert.deepEqual([batch.resources.length, batch.scopes.length], [3, 2]);
  });

  it('writes what waits before it grows large', () => {
    const rows = builder();
    const writer = new RecordWriter(rows);
    const attributes = new Map([['text', 'x'.repeat(100_000)]]);
    for (let i = 0; i < 20; i++) writer.add(record({ attributes }));
    assert.ok(rows.count >= 10, String(rows.count));
    for (let i = 0; i < 1000; i++) writer.add(record({ resource: new Map([['service.name', String(i)]]) }));
    assert.ok(rows.count >= 900, String(rows.count));
    assert.equal(writer.finish().accepted, 1020);
  });
});

describe('values of foreign formats', () => {
  it('reads ids in hex of any length, base64 and decimal, and hashes the rest', () => {
    assert.equal(traceIdOf('ABC'), 'abc'.padStart(32, '0'));
    assert.equal(traceIdOf('W47/95gDgQPSabYzgT/HAA=='), '5b8efff798038103d269b633813fc700');
    assert.equal(traceIdOf('0'), undefined);
    assert.equal(spanIdOfDecimal('18446744073709551615'), 'f'.repeat(16));
    assert.equal(spanIdOfDecimal('0'), undefined);
    assert.deepEqual(recordIds('abc', '1', ''), {
      traceId: traceIdOf('abc'),
      spanId: '0000000000000001',
      parentSpanId: undefined,
      idsMended: false,
    });
    const odd = recordIds('my-trace', 'span/2', 'span/1');
    assert.deepEqual([odd?.parentSpanId, odd?.idsMended], [hashedSpanId('span/1'), true]);
    assert.equal(recordIds('', '1', '2'), undefined);
    assert.ok(isNoId('AAAAAAAAAAA=') && isNoId(null) && isNoId('0000') && !isNoId('0a'));
  });

  it('reads times exactly', () => {
    assert.equal(nanosOfMicros('1678706909209712'), 1678706909209712000n);
    assert.equal(nanosOfMicros(1.5), 1500n);
    assert.equal(nanosOf('1478293361.271', SECONDS_POWER), 1478293361271000000n);
    assert.equal(nanosOf(1.7e18, 0), 1_700_000_000_000_000_000n);
    assert.equal(nanosOf('-2e-3', 3), -2n);
    for (const bad of ['', 'yesterday', undefined, {}, NaN, '1e999']) assert.equal(nanosOf(bad, 0), undefined);
    assert.equal(nanosOfIso('2023-06-29T09:50:52.472123456789Z'), 1688032252472123456n);
    assert.equal(nanosOfIso('2023-06-29T11:50:52+0200'), 1688032252000000000n);
    assert.equal(nanosOfIso('2023-06-29 09:50:52.4'), 1688032252400000000n);
    assert.equal(nanosOfIso('soon'), undefined);
  });

  it('gives texts the types of the conventions, and nested values dotted keys', () => {
    assert.equal(typedText('http.status_code', '500'), 500);
    assert.equal(typedText('order.id', '500'), '500');
    assert.deepEqual(
      [...dottedAttributes({ code: { function: { name: 'f' }, 'line.number': '3' }, a: [1, { b: 2 }] })],
      [
        ['code.function.name', 'f'],
        ['code.line.number', 3],
        ['a', [1, { b: 2 }]],
      ],
    );
    assert.deepEqual(['SPAN_KIND_CLIENT', 'server', 4, '5', 'other', undefined].map(kindOf), [3, 2, 4, 5, 0, 0]);
  });
});
