import assert from 'node:assert/strict';
import { ReceiverBed } from '../support/receiverBed';
import { placedSpans, spansByTrace } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { zipkinSpan } from '../support/servers/data/zipkinSpans';
import { describeCollector } from '../support/servers/describeServer';
import { postOtlp, postZipkin } from '../support/servers/writeTraces';
import { waitFor } from '../support/processes';
import { nowNanos } from './support/now';

describe('the Collector in front of two receivers', () => {
  const beds: ReceiverBed[] = [];
  const sent = sentTraces(nowNanos());

  before(async () => void beds.push(await ReceiverBed.start(), await ReceiverBed.start()));
  after(() => Promise.all(beds.map((bed) => bed.close())));

  const untilAll = (bed: ReceiverBed, count: number): Promise<number> =>
    waitFor('all spans', 20_000, () => {
      const { spans } = bed.store.counters();
      return spans >= count ? spans : undefined;
    });

  const targets = (): { otlpHttp: string[]; otlpGrpc: string[] } => ({
    otlpHttp: [beds[0]!.httpUrl],
    otlpGrpc: [beds[1]!.grpcUrl],
  });

  describeCollector('with OTLP in', targets, (collector) => {
    it('passes every span on to both, by HTTP and by gRPC', async () => {
      await postOtlp(collector().otlpHttpUrl, sent);
      const count = placedSpans(sent).length;
      assert.equal(await untilAll(beds[0]!, count), count);
      assert.equal(await untilAll(beds[1]!, count), count);
    });

    it("passes Zipkin's spans on", async () => {
      const [first] = spansByTrace(sent).values();
      const before = beds[0]!.store.counters().spans;
      await postZipkin(
        collector().zipkinUrl,
        first!.map((placed) => ({ ...zipkinSpan(placed), traceId: 'ab'.repeat(16) })),
      );
      assert.equal(await untilAll(beds[0]!, before + first!.length), before + first!.length);
    });
  });
});
