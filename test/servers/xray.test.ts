import assert from 'node:assert/strict';
import { spansByTrace } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { xraySegment, xrayTraceId } from '../support/servers/data/xraySegments';
import { describeServer } from '../support/servers/describeServer';
import { postJson } from '../support/servers/httpCalls';
import { writeTo, xrayHeaders } from '../support/servers/writeTraces';
import { nowNanos } from './support/now';

interface Traces {
  readonly Traces: readonly { readonly Id: string; readonly Segments: readonly { readonly Document: string }[] }[];
}

describeServer('xray', 'X-Ray', (server) => {
  const now = nowNanos();
  const sent = sentTraces(now);

  it('takes all traces and says their documents again', async () => {
    await writeTo(server(), sent);
    for (const [traceId, spans] of spansByTrace(sent)) {
      const body = { TraceIds: [xrayTraceId(traceId)] };
      const said = await postJson<Traces>(`${server().url}/Traces`, body, xrayHeaders(server()));
      const read = said.Traces[0]!.Segments.map(({ Document }) => JSON.parse(Document) as { id: string });
      const written = spans.map((placed) => JSON.parse(xraySegment(placed)) as { id: string });
      const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
      assert.deepEqual(read.sort(byId), written.sort(byId));
    }
  });

  it('lists them by time', async () => {
    const second = Number(now / 1_000_000_000n);
    const body = { StartTime: second - 3_600, EndTime: second };
    const url = `${server().url}/TraceSummaries`;
    const said = await postJson<{ TraceSummaries: unknown[] }>(url, body, xrayHeaders(server()));
    assert.ok(said.TraceSummaries.length > 80, `${said.TraceSummaries.length} summaries`);
  });
});
