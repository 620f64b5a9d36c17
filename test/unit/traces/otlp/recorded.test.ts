import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SpanlightError } from '../../../../src/base/errors';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { plainByColumns, plainByProtobufjs } from '../../../support/otlpOracle';

const FOLDER = path.join(__dirname, '..', '..', '..', 'fixtures', 'otlp');

/** Services and spans that the senders of the recordings have. */
const EXPECTED: Readonly<Record<string, { service: string; spans: number; errors: number; names: string[] }>> = {
  python: {
    service: 'catalog',
    spans: 6,
    errors: 3,
    names: ['GET /items/{id}', 'SELECT prices', 'publish', 'refill'],
  },
  java: { service: 'orders', spans: 11, errors: 3, names: ['GET', 'GET /orders', 'Sender.price', 'load order'] },
  go: { service: 'stock', spans: 4, errors: 1, names: ['PUT /stock/{item}', 'reserve'] },
};

describe('what exporters of other languages sent', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.bin'))) {
    const body = readFileSync(path.join(FOLDER, file));

    it(`${file} decodes as protobufjs decodes it`, () => {
      const builder = new SpanBatchBuilder(new OperationTable());
      const result = decodeTracesProtobuf(body, builder);
      const plain = plainByColumns(builder.seal());
      assert.deepEqual(plain, plainByProtobufjs(body));
      const expected = EXPECTED[file.split('-')[0]!]!;
      assert.deepEqual([result.accepted, result.rejected], [expected.spans, 0]);
      assert.equal(plain.filter((span) => span.status === 2).length, expected.errors);
      assert.deepEqual([...new Set(plain.map((span) => span.name))].sort(), expected.names);
      assert.ok(
        plain.every((span) =>
          span.resource.some(([key, value]) => key === 'service.name' && value === expected.service),
        ),
      );
    });

    it(`${file} is refused when it is cut, and survives flipped bytes`, () => {
      const builder = new SpanBatchBuilder(new OperationTable());
      for (let at = 0; at < body.length; at++) {
        const mutant = new Uint8Array(body);
        mutant[at]! ^= 1 << (at % 8);
        for (const bytes of [mutant, body.subarray(0, at)]) {
          try {
            const { accepted } = decodeTracesProtobuf(bytes, builder);
            assert.equal(accepted, builder.count);
          } catch (error) {
            assert.ok(error instanceof SpanlightError, String(error));
            assert.equal(builder.count, 0);
          }
          builder.truncate(0);
        }
      }
    });
  }

  it('has recordings of every language over both protocols', () => {
    assert.deepEqual(
      readdirSync(FOLDER).filter((name) => name.endsWith('.bin')),
      Object.keys(EXPECTED)
        .sort()
        .flatMap((language) => [`${language}-grpc.bin`, `${language}-http.bin`]),
    );
  });
});
