import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { honeycombKeeps } from '../../../support/wire/honeycombModel';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendContract } from './contract';

/** Names an environment: the API's address, a configuration key, an ingest key, and how many queries may be run a minute. */
const VARIABLE = 'SPANLIGHT_TEST_HONEYCOMB';
const [url = '', key = '', ingest = '', runs = ''] = (process.env[VARIABLE] ?? '')
  .split(',')
  .map((part) => part.trim().replace(/\/+$/, ''));
const SEARCHABLE_MS = 180_000;

if (url === '') {
  describe('a Honeycomb environment', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() =>
      console.log(`    is left out: ${VARIABLE} names none (<url>,<configuration key>,<ingest key>[,<runs>])`),
    );
    it('is asked for by a variable', () => undefined);
  });
} else {
  backendContract({
    title: `the Honeycomb environment at ${url}`,
    keeps: honeycombKeeps,
    opensSpansLater: true,
    empty: [{ kind: 'pass' }, { kind: 'body', body: '[]' }],
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
      await postOtlp(url, own, { 'x-honeycomb-team': ingest });
      const options = runs === '' ? {} : { runsPerMinute: Number(runs) };
      const access = { auth: 'header', authHeader: 'X-Honeycomb-Team', options } as const;
      const config = backendConfig({ kind: 'honeycomb', url, environment, ...access });
      const wanted = spansByTrace(own).size;
      const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(key) }));
      const count = async (): Promise<true | undefined> => {
        let found = 0;
        const query = { text: '', limit: wanted + 1 };
        for await (const { traceId } of reader.search(query, AbortSignal.timeout(60_000)))
          found += Math.sign(traceId.length);
        if (found >= wanted) return true;
        throw new Error(`${found} of ${wanted}`);
      };
      try {
        // Searches end at a whole minute, and few may be made.
        await waitFor(`all ${wanted} traces in Honeycomb`, SEARCHABLE_MS, count, 20_000);
      } finally {
        reader.dispose();
      }
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
