import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { newRelicKeeps } from '../../../support/wire/newRelicModel';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendContract } from './contract';

/** Names an account: NerdGraph's address, the number, a user key, and for writing a license key and where OTLP goes. */
const VARIABLE = 'SPANLIGHT_TEST_NEWRELIC';
const [url = '', account = '', key = '', license = '', otlp = 'https://otlp.nr-data.net'] = (
  process.env[VARIABLE] ?? ''
)
  .split(',')
  .map((part) => part.trim().replace(/\/+$/, ''));
/** Spans can be asked for about a minute after they were sent. */
const SEARCHABLE_MS = 240_000;
const EMPTY = JSON.stringify({
  data: { actor: { account: { services: { results: [], queryProgress: { completed: true, queryId: null } } } } },
});

if (url === '') {
  describe('a New Relic account', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() =>
      console.log(`    is left out: ${VARIABLE} names none (<url>,<account>,<user key>,<license key>[,<otlp url>])`),
    );
    it('is asked for by a variable', () => undefined);
  });
} else {
  backendContract({
    title: `the New Relic account ${account}`,
    keeps: newRelicKeeps,
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
      await postOtlp(otlp, own, { 'api-key': license });
      const access = { auth: 'header', authHeader: 'API-Key', options: { account } } as const;
      const config = backendConfig({ kind: 'newrelic', url, environment, ...access });
      const wanted = spansByTrace(own).size;
      const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(key) }));
      try {
        await waitFor(`all ${wanted} traces in New Relic`, SEARCHABLE_MS, async () => {
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
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
