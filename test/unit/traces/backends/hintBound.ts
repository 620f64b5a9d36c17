import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { OperationStats } from '../../../../src/model/operation';
import { nanos } from '../../../../src/model/time';
import { hasFault } from '../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { isLeftOut, skipSuite } from '../../../support/wire/skipSuite';
import { WIDE_SERVICE, wideService } from '../../../support/wire/wideService';
import type { BackendContract, StartedBackend } from './contract';

const OPERATIONS = 3_000;
const MOST_BYTES = 1 << 20;
const MOST_REQUESTS = 5;

/** What of a {@link BackendContract} this needs. */
export type BoundBackend = Pick<BackendContract, 'title' | 'server' | 'start' | 'opensSpansLater'>;

/** Hints of a service with more operations than fit into what they may cost: some are told all the same, within that. */
export function hintBound({ title, server, start, opensSpansLater = false }: BoundBackend): void {
  const name = `${title} with more operations than hints may bring`;
  if (isLeftOut(name, server)) return;
  describe(name, function () {
    this.timeout(180_000);
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs) };
    let started: StartedBackend;

    before(async function () {
      const traces = wideService(OPERATIONS, nowNs - 60_000_000_000n);
      const names = traces.resourceSpans[0]!.scopeSpans[0]!.spans.map(
        (span) => span.name + span.attributes[0]!.value.stringValue,
      );
      assert.ok(gzipSync(names.join('\n')).length > MOST_BYTES, 'the names alone are too much');
      const answer = await start(traces);
      if (typeof answer === 'string') return skipSuite(this, answer);
      started = answer;
    });

    after(() => started?.stop());

    it('tells some of them in five requests and a megabyte, the first time and again', async () => {
      const { config, secrets = new TestSecrets() } = started;
      const backend = createBackend(config, backendDeps({ secrets }));
      try {
        for (const time of ['the first time', 'the second time']) {
          const { requests, bytesReceived } = backend.traffic;
          const query = { window, service: WIDE_SERVICE };
          const asking = backend.operations(query, AbortSignal.timeout(120_000));
          const mayRefuse = opensSpansLater && time === 'the first time';
          const stats = mayRefuse ? await asking.catch(refused) : await asking;
          const asked = backend.traffic.requests - requests;
          const bytes = backend.traffic.bytesReceived - bytesReceived;
          assert.ok(asked <= MOST_REQUESTS, `${asked} requests ${time}`);
          assert.ok(bytes <= MOST_BYTES, `${bytes} bytes ${time}`);
          assert.ok(mayRefuse || stats.length > 0, time);
          if (stats.length < OPERATIONS)
            assert.ok(
              stats.every(({ exact, estimate }) => !exact && estimate !== undefined),
              time,
            );
        }
      } finally {
        backend.dispose();
      }
    });
  });
}

/** The requests of the first answer do not last for a smaller question: it says that the answer is too large. */
function refused(error: unknown): readonly OperationStats[] {
  if (hasFault(error, 'tooLarge')) return [];
  throw error;
}
