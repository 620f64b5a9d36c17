import assert from 'node:assert/strict';
import { placedSpans, spansByTrace } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { sharedSpans } from '../support/servers/data/zipkinSpans';
import { describeServer } from '../support/servers/describeServer';
import { getJson } from '../support/servers/httpCalls';
import { postZipkin, writeTo } from '../support/servers/writeTraces';
import { waitFor } from '../support/processes';
import { nowNanos } from './support/now';

interface V1 {
  readonly data:
    readonly { readonly spans: readonly { readonly spanID: string; readonly startTime: number }[] }[] | null;
}

interface V3 {
  readonly result: {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly {
        readonly spans: readonly { readonly spanId: string; readonly startTimeUnixNano: string }[];
      }[];
    }[];
  };
}

for (const [kind, title] of [
  ['jaeger1', 'Jaeger 1'],
  ['jaeger2', 'Jaeger 2'],
] as const) {
  describeServer(kind, title, (server) => {
    const now = nowNanos();
    const sent = sentTraces(now);

    it('is empty at first', async () => {
      assert.deepEqual((await getJson<{ data: unknown }>(`${server().url}/api/services`)).data ?? [], []);
    });

    it('takes all traces and says them again, by its first API', async () => {
      await writeTo(server(), sent);
      const services = await getJson<{ data: string[] }>(`${server().url}/api/services`);
      assert.ok(services.data.includes('payment-api'));
      for (const [traceId, spans] of spansByTrace(sent)) {
        const { data } = await getJson<V1>(`${server().url}/api/traces/${traceId}?raw=true`);
        assert.deepEqual(
          data?.[0]?.spans.map((span) => [span.spanID, span.startTime]).sort(),
          spans.map(({ span }) => [span.spanId, Number(BigInt(span.startTimeUnixNano) / 1_000n)]).sort(),
        );
      }
    });

    it('says them to the nanosecond by its third', async () => {
      const [first] = placedSpans(sent);
      const { traceId } = first!.span;
      const { result } = await getJson<V3>(`${server().url}/api/v3/traces/${traceId}`);
      const read = result.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      assert.deepEqual(
        read.map((span) => [span.spanId, span.startTimeUnixNano]).sort(),
        spansByTrace(sent)
          .get(traceId)!
          .map(({ span }) => [span.spanId, span.startTimeUnixNano])
          .sort(),
      );
    });

    it("takes Zipkin's spans", async () => {
      const spans = sharedSpans(now);
      await postZipkin(server().zipkinUrl, spans);
      const url = `${server().url}/api/traces/${spans[0]!.traceId}?raw=true`;
      const read = await waitFor('the shared spans', 10_000, async () => (await getJson<V1>(url)).data?.[0]);
      assert.equal(read.spans.length, spans.length);
    });
  });
}
