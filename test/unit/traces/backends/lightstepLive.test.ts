import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { lightstepKeeps } from '../../../support/wire/lightstepModel';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendContract } from './contract';

/** Names a project: the API's address, organisation, project, API key, OTLP address and access token. */
const VARIABLE = 'SPANLIGHT_TEST_LIGHTSTEP';
const [url = '', organization = '', project = '', key = '', otlp = '', token = ''] = (process.env[VARIABLE] ?? '')
  .split(',')
  .map((part) => part.trim().replace(/\/+$/, ''));
const SEARCHABLE_MS = 300_000;

if (url === '') {
  describe('a project of Lightstep', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() =>
      console.log(
        `    is left out: ${VARIABLE} names none (<API url>,<organisation>,<project>,<API key>,<OTLP url>,<access token>)`,
      ),
    );
    it('is asked for by a variable', () => undefined);
  });
} else {
  backendContract({
    title: `the project of Lightstep at ${url}`,
    keeps: lightstepKeeps,
    hasDeepLink: false,
    empty: { kind: 'body', body: '{"data":{"attributes":{"series":null}}}' },
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
      await postOtlp(otlp, own, { 'lightstep-access-token': token });
      const access = { auth: 'bearer', options: { organization, project } } as const;
      const config = backendConfig({ kind: 'lightstep', url, environment, ...access });
      const wanted = spansByTrace(own).size;
      const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(key) }));
      const count = async (): Promise<true | undefined> => {
        let found = 0;
        const query = { text: '', limit: wanted + 1 };
        for await (const { spanCount } of reader.search(query, AbortSignal.timeout(60_000)))
          found += Math.min(1, spanCount);
        if (found >= wanted) return true;
        throw new Error(`${found} of ${wanted}`);
      };
      try {
        await waitFor(`all ${wanted} traces in Lightstep`, SEARCHABLE_MS, count, 30_000);
      } finally {
        reader.dispose();
      }
      return { config, secrets: new TestSecrets(key), taken: own, stop: () => Promise.resolve() };
    },
  });
}
