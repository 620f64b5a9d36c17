import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { newRelicKeeps } from '../../../support/wire/newRelicModel';
import { describeUnnamed, liveParts, tracesOfRun, untilFound } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names an account: NerdGraph's address, the number, a user key, and for writing a license key and where OTLP goes. */
const VARIABLE = 'SPANLIGHT_TEST_NEWRELIC';
const [url = '', account = '', key = '', license = '', otlp = 'https://otlp.nr-data.net'] = liveParts(VARIABLE);
/** Spans can be asked for about a minute after they were sent. */
const SEARCHABLE_MS = 240_000;
const EMPTY = JSON.stringify({
  data: { actor: { account: { services: { results: [], queryProgress: { completed: true, queryId: null } } } } },
});

if (url === '') {
  describeUnnamed('a New Relic account', VARIABLE, '<url>,<account>,<user key>,<license key>[,<otlp url>]');
} else {
  backendContract({
    title: `the New Relic account ${account}`,
    keeps: newRelicKeeps,
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const { own, environment } = tracesOfRun(traces);
      await postOtlp(otlp, own, { 'api-key': license });
      const access = { auth: 'header', authHeader: 'API-Key', options: { account } } as const;
      const config = backendConfig({ kind: 'newrelic', url, environment, ...access });
      await untilFound(config, key, own, { service: 'New Relic', withinMs: SEARCHABLE_MS });
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
