import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '../support/processes';
import { asOfNow, kafkaTracesFile, replayKafkaTraces } from '../support/kafkaReplay';
import type { OtlpSpan, OtlpTrace } from '../support/otlpJson';
import { shopFolder } from '../support/shop';

const spansOf = (trace: OtlpTrace): OtlpSpan[] =>
  trace.resourceSpans.flatMap((r) => r.scopeSpans).flatMap((s) => s.spans);

describe('the recorded hop through Kafka', () => {
  const json = readFileSync(kafkaTracesFile, 'utf8');
  const recorded = JSON.parse(json) as OtlpTrace[];

  it('holds whole traces with both ends of the hop', () => {
    assert.ok(recorded.length >= 5);
    for (const trace of recorded) {
      const spans = spansOf(trace);
      const ids = new Set(spans.map((span) => span.spanId));
      const send = spans.find((span) => span.name === 'send orders');
      const received = spans.find((span) => span.name === 'process orders');
      assert.equal(received?.parentSpanId, send?.spanId);
      assert.deepEqual(
        spans.filter((span) => span.parentSpanId && !ids.has(span.parentSpanId)),
        [],
      );
    }
  });

  it('is replayed as of now, each time as a trace of its own', () => {
    const trace = recorded[0]!;
    const before = Date.now();
    const [first, second] = [asOfNow(trace), asOfNow(trace)];
    const traceIds = [first, second].map((t) => new Set(spansOf(t).map((span) => span.traceId)));
    assert.deepEqual(
      traceIds.map((ids) => ids.size),
      [1, 1],
    );
    assert.notDeepEqual(traceIds[0], traceIds[1]);
    const ends = spansOf(first).map((span) => Number(BigInt(span.endTimeUnixNano) / 1_000_000n));
    assert.ok(Math.max(...ends) >= before && Math.max(...ends) <= Date.now());
    const durations = (t: OtlpTrace): bigint[] =>
      spansOf(t).map((span) => BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
    assert.deepEqual(durations(first), durations(trace));
  });

  it('reaches a receiver with the paths of this shop', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const replay = replayKafkaTraces({ endpoint }, assert.fail);
    try {
      await waitFor('a trace', 10_000, () => (bodies.join('').includes(`"${shopFolder}/dist/`) ? true : undefined));
    } finally {
      replay.stop();
      server.close();
    }
  });
});
