import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { decodeLogsJson, decodeLogsProtobuf } from '../../../../src/traces/otlp/logsDecoder';
import { loadMessages } from '../../../../src/traces/otlp/messages';
import { anyValue, testSpanId, testTraceId, type TestValue } from '../../../support/otlpSpans';

const { LogsData } = loadMessages().logs.v1;

function request(logRecords: object[]): object {
  return { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
}

const ids = { traceId: testTraceId(1), spanId: testSpanId(2) };

describe('decodeLogs', () => {
  it('reads records with their values, over both encodings alike', () => {
    const attributes: Record<string, TestValue> = {
      'exception.type': 'E',
      n: 2n ** 60n,
      list: [1, 'b'],
      map: { a: true },
    };
    const record = {
      timeUnixNano: '1767225600123456789',
      severityNumber: 18,
      body: anyValue({ text: 'it broke', n: 2n ** 60n, bytes: new Uint8Array([1]) }),
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
    };
    const bytes = { traceId: Buffer.from(ids.traceId, 'hex'), spanId: Buffer.from(ids.spanId, 'hex') };
    const protobuf = LogsData.encode(LogsData.fromObject(request([{ ...record, ...bytes }]))).finish();
    const decoded = decodeLogsProtobuf(protobuf);
    assert.deepEqual(decoded.records, [
      {
        ...ids,
        timeNs: 1767225600123456789n,
        severity: 'ERROR',
        body: '{"text":"it broke","n":"1152921504606846976","bytes":"AQ=="}',
        attributes: new Map(Object.entries(attributes)),
      },
    ]);
    assert.deepEqual(decodeLogsJson(JSON.stringify(request([{ ...record, ...ids }]))), decoded);
  });

  it('keeps only records that name their span, and counts the others as taken', () => {
    const records = [{ ...ids }, { traceId: ids.traceId }, {}, { ...ids, traceId: '0'.repeat(32) }];
    const decoded = decodeLogsJson(JSON.stringify(request(records)));
    assert.deepEqual([decoded.accepted, decoded.rejected, decoded.records.length], [4, 0, 1]);
  });

  it('says the severity as sent, else by its number, and the time it was observed where there is no other', () => {
    const records = [
      { ...ids, severityText: 'info', severityNumber: 17, observedTimeUnixNano: 5 },
      { ...ids, severityNumber: 'SEVERITY_NUMBER_WARN2', body: { stringValue: 'x' } },
      { ...ids, severityNumber: 1 },
      { ...ids, severityNumber: 99 },
    ];
    const decoded = decodeLogsJson(JSON.stringify(request(records))).records;
    assert.deepEqual(
      decoded.map((record) => record.severity),
      ['info', 'WARN', 'TRACE', ''],
    );
    assert.deepEqual([decoded[0]?.timeNs, decoded[1]?.body], [5n, 'x']);
  });

  it('rejects records that cannot be read alone', () => {
    const decoded = decodeLogsJson(
      JSON.stringify(request([ids, { ...ids, spanId: 'xyz' }, { ...ids, attributes: 1 }])),
    );
    assert.deepEqual([decoded.accepted, decoded.rejected], [1, 2]);
    assert.match(decoded.message ?? '', /2 log records rejected: spanId is not 16 hex digits \(1\), attributes is not/);
  });

  it('refuses what is no logs request', () => {
    for (const text of [
      '',
      '[]',
      '{"resourceLogs":1}',
      '{"resourceLogs":[1]}',
      '{"resourceLogs":[{"scopeLogs":[1]}]}',
    ]) {
      assert.throws(() => decodeLogsJson(text), SpanlightError, text);
    }
    const whole = LogsData.encode(LogsData.fromObject(request([{ body: { stringValue: 'hello' } }]))).finish();
    for (let length = 1; length < whole.length; length++) {
      assert.throws(() => decodeLogsProtobuf(whole.subarray(0, length)), SpanlightError, `cut at ${length}`);
    }
  });

  it('refuses nesting bombs', () => {
    let value: object = { stringValue: 'x' };
    for (let i = 0; i < 1000; i++) value = { arrayValue: { values: [value] } };
    assert.match(
      decodeLogsJson(JSON.stringify(request([{ ...ids, body: value }]))).message ?? '',
      /nested more than 64/,
    );
    let bytes = Buffer.alloc(0);
    for (let i = 0; i < 400; i++) {
      const list = Buffer.concat([Buffer.from([0x0a, ...lengthOf(bytes)]), bytes]);
      bytes = Buffer.concat([Buffer.from([0x2a, ...lengthOf(list)]), list]);
    }
    for (const tag of [0x2a, 0x12, 0x12, 0x0a]) bytes = Buffer.concat([Buffer.from([tag, ...lengthOf(bytes)]), bytes]);
    assert.throws(() => decodeLogsProtobuf(bytes), SpanlightError);
  });
});

function lengthOf(bytes: Buffer): number[] {
  const low = bytes.length & 0x7f;
  return bytes.length < 0x80 ? [low] : [low | 0x80, bytes.length >> 7];
}
