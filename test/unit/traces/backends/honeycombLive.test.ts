import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { honeycombKeeps } from '../../../support/wire/honeycombModel';
import { describeUnnamed, liveParts, tracesOfRun, untilFound } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names an environment: the API's address, a configuration key, an ingest key, and how many queries may be run a minute. */
const VARIABLE = 'SPANLIGHT_TEST_HONEYCOMB';
const [url = '', key = '', ingest = '', runs = ''] = liveParts(VARIABLE);
const SEARCHABLE_MS = 180_000;

if (url === '') {
  describeUnnamed('a Honeycomb environment', VARIABLE, '<url>,<configuration key>,<ingest key>[,<runs>]');
} else {
  backendContract({
    title: `the Honeycomb environment at ${url}`,
    keeps: honeycombKeeps,
    opensSpansLater: true,
    empty: [{ kind: 'pass' }, { kind: 'body', body: '[]' }],
    async start(traces) {
      const { own, environment } = tracesOfRun(traces);
      await postOtlp(url, own, { 'x-honeycomb-team': ingest });
      const options = runs === '' ? {} : { runsPerMinute: Number(runs) };
      const access = { auth: 'header', authHeader: 'X-Honeycomb-Team', options } as const;
      const config = backendConfig({ kind: 'honeycomb', url, environment, ...access });
      // Searches end at a whole minute, and few may be made.
      await untilFound(config, key, own, { service: 'Honeycomb', withinMs: SEARCHABLE_MS, everyMs: 20_000 });
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
