import assert from 'node:assert/strict';
import { OPERATION_ATTRIBUTES } from '../../../../src/model/operation';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { coldBytes } from '../../../../src/model/tree/traceRows';
import { ColdKeySearch } from '../../../../src/traces/otlp/coldKeySearch';
import { KNOWN_KEYS } from '../../../../src/traces/otlp/knownKeys';
import { decodeCold } from '../../../../src/traces/otlp/spanDetails';
import { TracesDecoder } from '../../../../src/traces/otlp/tracesDecoder';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { encodeProtobuf, TEST_START, testTraceId, type TestAttributes } from '../../../support/otlpSpans';

/** With the kernel, and without. */
const KERNEL_FROM = [0, Infinity];

function decoded(attributes: readonly TestAttributes[], kernelFrom: number) {
  const builder = new SpanBatchBuilder(new OperationTable());
  const spans = attributes.map((own) => ({ attributes: own, events: [{ name: 'e', attributes: own }] }));
  new TracesDecoder(builder, kernelFrom).decode(encodeProtobuf({ spans }));
  return builder.seal();
}

describe('KNOWN_KEYS', () => {
  it('begin with those that identify operations, and are as many and as long as the tables take', () => {
    assert.deepEqual(KNOWN_KEYS.slice(0, OPERATION_ATTRIBUTES.length), OPERATION_ATTRIBUTES);
    assert.equal(new Set(KNOWN_KEYS).size, KNOWN_KEYS.length);
    assert.ok(KNOWN_KEYS.length < 255);
    assert.deepEqual(
      KNOWN_KEYS.filter((key) => !/^[\w.]{3,48}$/.test(key)),
      [],
    );
  });

  for (const kernelFrom of KERNEL_FROM) {
    const how = kernelFrom === 0 ? 'by the kernel' : 'by the decoder';
    it(`are written as numbers ${how}, and read back`, () => {
      const values = [true, -7, 'x', '', 'v'.repeat(100), 'v'.repeat(300), ['a', 'b'], null];
      const attributes = KNOWN_KEYS.map((key, index): TestAttributes => ({
        [key]: values[index % values.length]!,
        [`${key}.more`]: 1,
        [KNOWN_KEYS[(index * 7 + 1) % KNOWN_KEYS.length]!]: index,
      }));
      const batch = decoded(attributes, kernelFrom);
      for (const [row, own] of attributes.entries()) {
        const bytes = coldBytes(batch, row);
        const details = decodeCold(bytes);
        assert.deepEqual(Object.fromEntries(details.attributes), own);
        assert.deepEqual([...details.attributes.keys()], Object.keys(own));
        assert.deepEqual(Object.fromEntries(details.events[0]!.attributes), own);
        for (const key of Object.keys(own))
          assert.ok(new ColdKeySearch(bytes, ['other', key]).mayBeAt(0, bytes.length), `${key} is not found`);
        const others = KNOWN_KEYS.filter((key) => !Object.keys(own).some((name) => name.includes(key)));
        assert.equal(new ColdKeySearch(bytes, others).mayBeAt(0, bytes.length), false);
      }
    });

    it(`cost a byte or two ${how}`, () => {
      const bytesOf = (key: string) => decoded([{ [key]: 'value' }], kernelFrom).cold.length;
      assert.ok(bytesOf('http.request.method') < bytesOf('http.request.nothing') - 20);
    });
  }

  it('are not read where a sender may have written numbers himself', () => {
    const keyValue = [KNOWN_KEYS.indexOf('http.route'), 0x12, 0x02, 0x18, 0x01];
    const attribute = [0x08, ...keyValue];
    const event = [0x1a, attribute.length, ...attribute];
    const { events } = decodeCold(Uint8Array.of(0x5a, event.length, ...event));
    assert.deepEqual([...events[0]!.attributes], [['', 1]]);
  });

  it('are found by searches', async () => {
    const store = new EmbeddedStore({ now: () => Number(TEST_START / 1_000_000n) + 1000 });
    const sent: TestAttributes[] = [
      { 'thread.id': 4 },
      { 'url.full': 'http://x.test/' },
      { 'db.query.text': 'q'.repeat(200) },
    ];
    const spans = sent.map((attributes, index) => ({ attributes, traceId: testTraceId(index + 1) }));
    new TracesDecoder(store.builder).decode(encodeProtobuf({ spans }));
    store.commit(0);
    const found = async (text: string) => {
      const ids: string[] = [];
      const query = { text, limit: 10 };
      for await (const trace of store.search(query, new AbortController().signal)) ids.push(trace.traceId);
      return ids;
    };
    assert.deepEqual(await found('{ span.thread.id = 4 }'), [testTraceId(1)]);
    assert.deepEqual(await found('{ span.url.full =~ ".*x.test.*" }'), [testTraceId(2)]);
    assert.deepEqual(await found('{ .db.query.text =~ "q+" }'), [testTraceId(3)]);
    assert.deepEqual(await found('{ span.thread.name != nil }'), []);
  });
});
