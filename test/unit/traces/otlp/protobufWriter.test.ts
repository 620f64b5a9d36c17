import assert from 'node:assert/strict';
import { ProtobufWriter } from '../../../../src/traces/otlp/protobufWriter';

function written(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter();
  write(writer);
  return Buffer.from(writer.written).toString('hex');
}

describe('ProtobufWriter', () => {
  it('writes texts of any length and script as their UTF-8', () => {
    for (const text of ['', 'a', 'é', 'né', '日本', '😀', '\ud800', 'x'.repeat(64), 'x'.repeat(65), 'y'.repeat(9000)]) {
      const bytes = Buffer.from(text);
      const size = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >>> 7];
      const expected = Buffer.concat([Buffer.from([0x0a, ...size]), bytes]).toString('hex');
      assert.equal(
        written((writer) => writer.text(1, text)),
        expected,
        text.slice(0, 8),
      );
    }
  });

  it('writes hex digits of either case as bytes, without an odd one at the end', () => {
    assert.equal(
      written((writer) => writer.hex(2, '00ff7Fa9Bc')),
      '120500ff7fa9bc',
    );
    assert.equal(
      written((writer) => writer.hex(2, 'abc')),
      '1201ab',
    );
  });

  it('writes numbers as the bigints that they are', () => {
    for (const value of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, -1, -(2 ** 40)]) {
      assert.equal(
        written((writer) => writer.integer(3, value)),
        written((writer) => writer.int64(3, BigInt(value))),
        String(value),
      );
    }
    assert.equal(
      written((writer) => writer.fixed64(7, 0x0102_0304_0506_0708n)),
      '390807060504030201',
    );
  });

  it('begins anew after it was cleared, however much was in it', () => {
    const writer = new ProtobufWriter();
    for (const size of [10, 10_000_000]) {
      writer.raw(1, Buffer.alloc(size));
      writer.clear();
      writer.fixed64(1, 1n);
      assert.equal(Buffer.from(writer.written).toString('hex'), '090100000000000000');
      writer.clear();
    }
  });
});
