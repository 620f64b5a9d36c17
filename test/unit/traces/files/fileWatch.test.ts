import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { encodeJson, testTraceId } from '../../../support/otlpSpans';

describe('watch over a file that is read', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-watch-'));
  const file = path.join(folder, 'many.jsonl');
  const lines = Array.from({ length: 12_000 }, (_, i) => encodeJson({ spans: [{ traceId: testTraceId(i + 1) }] }));
  writeFileSync(file, lines.join('\n'));
  const size = Buffer.byteLength(lines.join('\n'));
  after(() => rmSync(folder, { recursive: true }));

  it('is told how far it is', async () => {
    const told: [number, number][] = [];
    const { batch } = await readTraceFile(file, { read: (bytes, of) => told.push([bytes, of]) });
    assert.equal(batch.count, lines.length);
    assert.ok(told.length > 2, `${told.length} times`);
    assert.deepEqual(told.at(-1), [size, size]);
    assert.ok(told.every(([bytes], i) => i === 0 || bytes > told[i - 1]![0]));
  });

  it('ends it in the middle', async () => {
    const abort = new AbortController();
    let read = 0;
    const reading = readTraceFile(file, {
      signal: abort.signal,
      read: (bytes) => {
        read = bytes;
        abort.abort();
      },
    });
    await assert.rejects(reading, { name: 'AbortError' });
    assert.ok(read < size);
  });
});
