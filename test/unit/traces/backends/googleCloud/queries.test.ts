import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { TraceId } from '../../../../../src/model/ids';
import { SPAN_KINDS, STATUS_ERROR } from '../../../../../src/model/operation';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Trace } from '../../../../../src/model/trace';
import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';
import { googleRows } from '../../../../support/servers/data/googleRows';
import { googleTraces } from '../../../../support/servers/data/googleTraces';
import { spansByTrace, type OtlpTraces } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';
import { GOOGLE_DATASET, startBigQueryWire } from '../../../../support/wire/bigQueryServer';
import {
  GOOGLE_PROJECT,
  GOOGLE_TOKEN,
  startGoogleTraceWire,
  type GoogleTraceServer,
} from '../../../../support/wire/googleTraceServer';
import { matchesFound, matchesIn, type Matches } from '../../../../support/wire/matches';
import { searchedQueries } from '../../../../support/wire/searchedQueries';

const { signal } = new AbortController();
// Every request under way listens to it.
setMaxListeners(0, signal);

interface Served {
  readonly server: Pick<GoogleTraceServer, 'url' | 'close'>;
  readonly options: BackendConfig['options'];
}

const STORES: Readonly<Record<string, (traces: OtlpTraces) => Promise<Served>>> = {
  async 'Google Cloud Trace, version 1,'(traces) {
    const server = await startGoogleTraceWire({ traces: googleTraces(traces, GOOGLE_PROJECT) });
    return { server, options: { readUnits: 10_000_000 } };
  },
  async 'Google Cloud’s trace storage'(traces) {
    const server = await startBigQueryWire({ rows: googleRows(traces) });
    return { server, options: { dataset: GOOGLE_DATASET } };
  },
};

function sorted(matches: Matches): [string, readonly string[]][] {
  return [...matches].map(([id, spans]): [string, readonly string[]] => [id, [...spans].sort()]).sort();
}

for (const [name, serve] of Object.entries(STORES)) {
  describe(`${name} asked for what TraceQL says`, () => {
    let served: Served;
    let backend: Backend;
    let window: TimeWindow;
    const kept: Trace[] = [];

    before(async function () {
      this.timeout(60_000);
      const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
      const traces = sentTraces(nowNs);
      served = await serve(traces);
      const options = { project: GOOGLE_PROJECT, ...served.options };
      const config = backendConfig({ kind: 'googlecloud', url: served.server.url, auth: 'bearer', options });
      backend = createBackend(config, backendDeps({ secrets: new TestSecrets(GOOGLE_TOKEN) }));
      window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
      for (const id of spansByTrace(traces).keys()) kept.push((await backend.trace(id as TraceId, signal))!);
    });

    after(async () => {
      backend?.dispose();
      await served?.server.close();
    });

    it('finds what queries find in the traces, whatever of them it is asked for', async function () {
      this.timeout(240_000);
      let some = 0;
      for (const text of searchedQueries()) {
        const theirs = sorted(matchesIn(kept, { text }));
        const ours = sorted(await matchesFound(backend, { text, limit: 1_000, window }, signal));
        // Where every span matches, none is named.
        const { isEmpty } = prepareSearch({ text });
        assert.deepEqual(ours, isEmpty ? theirs.map(([id]) => [id, []]) : theirs, text);
        if (theirs.length > 0) some++;
      }
      assert.ok(some > 20, `only ${some} queries found anything`);
    });

    it('takes old and new names of attributes for one where that is asked for', async () => {
      const query = { text: '{ span.http.status_code >= 500 }', anySemconv: true };
      const ours = await matchesFound(backend, { ...query, limit: 1_000, window }, signal);
      assert.deepEqual(sorted(ours), sorted(matchesIn(kept, query)));
    });

    it('counts what the traces hold, or a sample of it', async () => {
      const service = 'payment-api';
      const stats = await backend.operations({ window, service }, signal);
      const isExact = backend.capabilities.operations === 'exact';
      const counted = new Map(
        stats.map(({ key, count, errorCount }) => [`${key.kind} ${key.name}`, [count, errorCount]]),
      );
      for (const [key, [count = 0, errors = 0]] of counted) {
        const own = kept.flatMap((trace) =>
          Array.from({ length: trace.count }, (_, row) => row)
            .filter(
              (row) =>
                trace.services[trace.service[row]!] === service &&
                key === `${SPAN_KINDS[trace.kind[row]!]} ${trace.details(row).name}`,
            )
            .map((row) => trace.status[row] === STATUS_ERROR),
        );
        const failed = own.filter(Boolean).length;
        const alike = stats.filter((one) => key === `${one.key.kind} ${one.key.name}`);
        if (isExact && alike.length === 1) assert.deepEqual([count, errors], [own.length, failed], key);
        else assert.ok(count <= own.length && errors <= failed, key);
      }
      assert.ok(counted.size > 2);
    });
  });
}
