import assert from 'node:assert/strict';
import { placedSpans, spansByTrace } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';

const NOW_NS = 1_790_000_000_123_456_789n;

describe('the traces written to every server', () => {
  const traces = sentTraces(NOW_NS);
  const spans = placedSpans(traces).map(({ span }) => span);

  it('are the same for the same moment', () => {
    assert.deepEqual(sentTraces(NOW_NS), traces);
  });

  it('move with the moment', () => {
    const later = placedSpans(sentTraces(NOW_NS + 3_600_000_000_000n)).map(({ span }) => span);
    assert.deepEqual(
      later.map((span) => BigInt(span.startTimeUnixNano) - 3_600_000_000_000n),
      spans.map((span) => BigInt(span.startTimeUnixNano)),
    );
  });

  it('lie between half an hour and a minute ago', () => {
    const ends = spans.map((span) => NOW_NS - BigInt(span.endTimeUnixNano));
    const starts = spans.map((span) => NOW_NS - BigInt(span.startTimeUnixNano));
    assert.ok(ends.every((ago) => ago >= 60_000_000_000n));
    assert.ok(starts.every((ago) => ago <= 31n * 60_000_000_000n));
  });

  it('are some eighty, of more than four services, with ids that differ', () => {
    const byTrace = spansByTrace(traces);
    const services = new Set(placedSpans(traces).map(({ service }) => service));
    assert.ok(byTrace.size >= 80 && byTrace.size < 110, `${byTrace.size} traces`);
    for (const service of ['api-gateway', 'orders-api', 'payment-api', 'notification-worker']) {
      assert.ok(services.has(service), service);
    }
    assert.equal(new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`)).size, spans.length);
  });

  it('have what a format can lose', () => {
    const kinds = new Set(spans.map((span) => span.kind));
    assert.deepEqual([...kinds].sort(), [0, 1, 2, 3, 4, 5]);
    assert.ok(spans.some((span) => span.status.code === 2 && span.events.some((event) => event.name === 'exception')));
    assert.ok(spans.some((span) => span.links.length > 1));
    assert.ok(spans.some((span) => !span.startTimeUnixNano.endsWith('000')));
    const values = spans.flatMap((span) => span.attributes.map(({ value }) => value));
    assert.ok(values.some((value) => value.intValue === '9223372036854775807'));
    assert.ok(values.some((value) => value.arrayValue) && values.some((value) => value.kvlistValue));
    assert.ok(values.some((value) => value.bytesValue));
  });
});
