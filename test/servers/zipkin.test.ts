import assert from 'node:assert/strict';
import { spansByTrace } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { sharedSpans, zipkinSpan, type ZipkinSpan } from '../support/servers/data/zipkinSpans';
import { describeServer } from '../support/servers/describeServer';
import { getJson } from '../support/servers/httpCalls';
import { postZipkin, writeTo } from '../support/servers/writeTraces';
import { waitFor } from '../support/processes';
import { nowNanos } from './support/now';

describeServer('zipkin', 'Zipkin', (server) => {
  const now = nowNanos();
  const sent = sentTraces(now);

  it('is empty at first', async () => {
    assert.deepEqual(await getJson(`${server().url}/api/v2/services`), []);
  });

  it('takes all traces and says them again, with names in lower case', async () => {
    await writeTo(server(), sent);
    for (const [traceId, spans] of spansByTrace(sent)) {
      const read = await getJson<ZipkinSpan[]>(`${server().url}/api/v2/trace/${traceId}`);
      const said = (span: ZipkinSpan): unknown[] => [span.id, span.name.toLowerCase(), span.timestamp, span.tags];
      assert.deepEqual(read.map(said).sort(byId), spans.map(zipkinSpan).map(said).sort(byId));
    }
  });

  it('finds traces by service and tag', async () => {
    const query = 'serviceName=payment-api&annotationQuery=error&limit=1000&lookback=3600000';
    const found = await getJson<ZipkinSpan[][]>(`${server().url}/api/v2/traces?${query}`);
    assert.ok(found.length > 0);
    assert.ok(found.every((trace) => trace.some((span) => span.tags?.['error'] === 'true')));
  });

  it('keeps the two halves of a call that share an id', async () => {
    const spans = sharedSpans(now);
    await postZipkin(server().url, spans);
    const url = `${server().url}/api/v2/trace/${spans[0]!.traceId}`;
    const read = await waitFor('the shared spans', 10_000, () => getJson<ZipkinSpan[]>(url));
    assert.deepEqual(
      read
        .filter((span) => span.id === spans[1]!.id)
        .map((span) => span.shared ?? false)
        .sort(),
      [false, true],
    );
  });
});

function byId(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]).localeCompare(String(b[0]));
}
