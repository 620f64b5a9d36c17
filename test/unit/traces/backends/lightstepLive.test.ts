import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { lightstepKeeps } from '../../../support/wire/lightstepModel';
import { describeUnnamed, liveParts, tracesOfRun, untilFound } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names a project: the API's address, organisation, project, API key, OTLP address and access token. */
const VARIABLE = 'SPANLIGHT_TEST_LIGHTSTEP';
const [url = '', organization = '', project = '', key = '', otlp = '', token = ''] = liveParts(VARIABLE);
const SEARCHABLE_MS = 300_000;

if (url === '') {
  describeUnnamed(
    'a project of Lightstep',
    VARIABLE,
    '<API url>,<organisation>,<project>,<API key>,<OTLP url>,<access token>',
  );
} else {
  backendContract({
    title: `the project of Lightstep at ${url}`,
    keeps: lightstepKeeps,
    hasDeepLink: false,
    empty: { kind: 'body', body: '{"data":{"attributes":{"series":null}}}' },
    async start(traces) {
      const { own, environment } = tracesOfRun(traces);
      await postOtlp(otlp, own, { 'lightstep-access-token': token });
      const access = { auth: 'bearer', options: { organization, project } } as const;
      const config = backendConfig({ kind: 'lightstep', url, environment, ...access });
      await untilFound(config, key, own, { service: 'Lightstep', withinMs: SEARCHABLE_MS, everyMs: 30_000 });
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
