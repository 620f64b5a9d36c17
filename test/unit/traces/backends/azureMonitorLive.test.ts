import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { azureKeeps } from '../../../support/wire/azureModel';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendContract } from './contract';

/** Names a workspace: the address of the API, the id, a token, and for writing the OTLP address of a collector. */
const VARIABLE = 'SPANLIGHT_TEST_AZURE_MONITOR';
const [url = '', workspace = '', token = '', otlp = ''] = (process.env[VARIABLE] ?? '')
  .split(',')
  .map((part) => part.trim().replace(/\/+$/, ''));
/** Spans can be asked for some minutes after they were sent. */
const SEARCHABLE_MS = 600_000;
const EMPTY = JSON.stringify({ tables: [{ name: 'PrimaryResult', columns: [{ name: 'N', type: 'long' }], rows: [] }] });

if (url === '') {
  describe('an Azure Monitor workspace', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() => console.log(`    is left out: ${VARIABLE} names none (<url>,<workspace id>,<token>,<otlp url>)`));
    it('is asked for by a variable', () => undefined);
  });
} else {
  backendContract({
    title: `the Azure Monitor workspace ${workspace}`,
    keeps: azureKeeps,
    empty: { kind: 'body', body: EMPTY },
    traceInLink: () => 'isQueryBase64Compressed',
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
      await postOtlp(otlp, own, {});
      const config = backendConfig({ kind: 'azuremonitor', url, auth: 'bearer', environment, options: { workspace } });
      const wanted = spansByTrace(own).size;
      const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(token) }));
      try {
        await waitFor(`all ${wanted} traces in Azure Monitor`, SEARCHABLE_MS, async () => {
          let found = 0;
          const query = { text: '', limit: wanted + 1 };
          for await (const { spanCount } of reader.search(query, AbortSignal.timeout(60_000)))
            found += Math.min(1, spanCount);
          if (found >= wanted) return true;
          throw new Error(`${found} of ${wanted}`);
        });
      } finally {
        reader.dispose();
      }
      return { config, secrets: new TestSecrets(token), taken: own, stop: () => Promise.resolve() };
    },
  });
}
