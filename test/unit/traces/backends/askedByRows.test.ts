import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import type { TraceId } from '../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import type { Trace } from '../../../../src/model/trace';
import { MOST_MATCHED } from '../../../../src/model/traceSource';
import type { Backend } from '../../../../src/traces/backends/backend';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { prepareSearch } from '../../../../src/traces/traceql/plan/prepareSearch';
import { azureRows } from '../../../support/servers/data/azureRows';
import { honeycombRows } from '../../../support/servers/data/honeycombRows';
import { newRelicRows } from '../../../support/servers/data/newRelicRows';
import { spansByTrace, type OtlpTraces } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { AZURE_TOKEN, AZURE_WORKSPACE, startAzureWire } from '../../../support/wire/azureServer';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { HONEYCOMB_KEY, startHoneycombWire } from '../../../support/wire/honeycombServer';
import { NEW_RELIC_ACCOUNT, NEW_RELIC_KEY, startNewRelicWire } from '../../../support/wire/newRelicServer';
import { searchedQueries } from '../../../support/wire/searchedQueries';

const { signal } = new AbortController();
// Every request under way listens to it.
setMaxListeners(0, signal);

interface Started {
  readonly backend: Backend;
  stop(): Promise<void>;
}

const SERVICES: Readonly<Record<string, (traces: OtlpTraces) => Promise<Started>>> = {
  async 'New Relic'(traces) {
    const server = await startNewRelicWire({ rows: newRelicRows(traces) });
    const access = { auth: 'header', authHeader: 'API-Key', options: { account: NEW_RELIC_ACCOUNT } } as const;
    const config = backendConfig({ kind: 'newrelic', url: server.url, ...access });
    const backend = createBackend(config, backendDeps({ secrets: new TestSecrets(NEW_RELIC_KEY) }));
    return { backend, stop: () => server.close() };
  },
  'Azure Monitor': (traces) => azureMonitor(traces, false),
  'classic Application Insights': (traces) => azureMonitor(traces, true),
  async Honeycomb(traces) {
    const server = await startHoneycombWire({ rows: honeycombRows(traces) });
    const access = { auth: 'header', authHeader: 'X-Honeycomb-Team', options: { runsPerMinute: 100_000 } } as const;
    const config = backendConfig({ kind: 'honeycomb', url: server.url, ...access });
    const backend = createBackend(config, backendDeps({ secrets: new TestSecrets(HONEYCOMB_KEY) }));
    return { backend, stop: () => server.close() };
  },
};

async function azureMonitor(traces: OtlpTraces, isClassic: boolean): Promise<Started> {
  const server = await startAzureWire({ tables: azureRows(traces), isClassic });
  const options = { [isClassic ? 'application' : 'workspace']: AZURE_WORKSPACE, requests: 100_000 };
  const config = backendConfig({ kind: 'azuremonitor', url: server.url, auth: 'bearer', options });
  const backend = createBackend(config, backendDeps({ secrets: new TestSecrets(AZURE_TOKEN) }));
  return { backend, stop: () => server.close() };
}

for (const [name, start] of Object.entries(SERVICES)) {
  describe(`${name}, asked for rows`, () => {
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const window: TimeWindow = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs) };
    const kept: Trace[] = [];
    let started: Started;

    before(async function () {
      this.timeout(60_000);
      const sent = sentTraces(nowNs);
      started = await start(sent);
      for (const id of spansByTrace(sent).keys()) kept.push((await started.backend.trace(id as TraceId, signal))!);
    });

    after(async () => {
      started.backend.dispose();
      await started.stop();
    });

    async function found(text: string, anySemconv = false): Promise<Map<string, readonly string[]>> {
      const ids = new Map<string, readonly string[]>();
      for await (const summary of started.backend.search({ text, limit: 1000, window, anySemconv }, signal)) {
        assert.ok(!ids.has(summary.traceId), `${summary.traceId} twice`);
        ids.set(summary.traceId, [...summary.matched].sort());
      }
      return ids;
    }

    function expected(text: string, anySemconv = false): Map<string, readonly string[]> {
      const prepared = prepareSearch({ text, anySemconv });
      return new Map(
        kept.flatMap((trace) => {
          const match = prepared.match(trace);
          if (match === undefined) return [];
          return [[trace.id, prepared.isEmpty ? [] : match.spanIds.slice(0, MOST_MATCHED).sort()] as const];
        }),
      );
    }

    it('finds what queries find in the traces, whatever of them it is asked for', async () => {
      let hits = 0;
      for (const query of searchedQueries()) {
        // NRQL does not compare the elements of lists.
        if (name === 'New Relic' && /\btags\b|odd\.list/.test(query)) continue;
        const [ours, theirs] = [await found(query), expected(query)];
        assert.deepEqual([...ours].sort(), [...theirs].sort(), query);
        hits += ours.size;
      }
      assert.ok(hits > 300, `${hits} traces in all`);
    }).timeout(240_000);

    it('takes old and new names of attributes for one where that is asked for', async () => {
      const query = '{ span.http.status_code >= 500 }';
      const theirs = expected(query, true);
      assert.deepEqual([...(await found(query, true))].sort(), [...theirs].sort());
      assert.ok(theirs.size >= expected(query).size);
    });
  });
}
