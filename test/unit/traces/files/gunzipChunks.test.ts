import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { GunzipError, gunzipChunks } from '../../../../src/traces/files/gunzipChunks';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function unpack(bytes: Buffer, size: number): Promise<{ text: Buffer; fault: unknown }> {
  const read: Buffer[] = [];
  let fault: unknown;
  try {
    for await (const chunk of gunzipChunks(inPieces(bytes, size))) read.push(chunk);
  } catch (error) {
    fault = error;
  }
  return { text: Buffer.concat(read), fault };
}

describe('gunzipChunks', () => {
  const content = Buffer.concat([Buffer.from('text '.repeat(10_000)), randomBytes(5000)]);
  const packed = gzipSync(content);
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7]),
    Buffer.from('name\0comment\0'),
    Buffer.from([1, 2]),
    packed.subarray(10),
  ]);

  it('unpacks members and padding, wherever the stream is cut', async () => {
    for (const size of [1, 7, packed.length - 8, packed.length, 1 << 20]) {
      for (const [bytes, times] of [
        [packed, 1],
        [named, 1],
        [Buffer.concat([packed, named, packed]), 3],
        [Buffer.concat([packed, Buffer.alloc(10)]), 1],
      ] as const) {
        const { text, fault } = await unpack(bytes, size);
        assert.equal(fault, undefined);
        assert.ok(text.equals(Buffer.concat(Array.from({ length: times }, () => content))), String(size));
      }
    }
  });

  it('gives everything before it complains', async () => {
    const behind = await unpack(Buffer.concat([packed, Buffer.from('behind')]), 1 << 20);
    assert.ok(behind.text.equals(content) && behind.fault instanceof GunzipError);
    for (const cut of [3, 8, 9, 1000]) {
      const { text, fault } = await unpack(packed.subarray(0, -cut), 1 << 20);
      assert.ok(fault instanceof GunzipError, String(cut));
      assert.ok(content.subarray(0, text.length).equals(text) && text.length > 50_000 - 2000);
    }
    assert.ok((await unpack(Buffer.from('no gzip'), 100)).fault instanceof GunzipError);
  });
});
