import { GoogleAuthoriser } from '../../../../src/traces/backends/google/googleAuthoriser';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { waitFor } from '../../../support/processes';
import { spansByTrace } from '../../../support/servers/data/otlpTraces';
import { googleTraces } from '../../../support/servers/data/googleTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { NO_ROWS } from '../../../support/wire/bigQueryServer';
import { GoogleModel, googleRowKeeps } from '../../../support/wire/googleModel';
import type { PlainSpan } from '../../../support/wire/plainSpans';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { backendContract } from './contract';

/** Names a project, and the dataset that is linked with its traces; both are used with application default credentials. */
const VARIABLE = 'SPANLIGHT_TEST_GOOGLE_CLOUD';
const [project = '', dataset = ''] = (process.env[VARIABLE] ?? '').split(',').map((part) => part.trim());
const OTLP = 'https://telemetry.googleapis.com';
const TRACE_API = 'https://cloudtrace.googleapis.com';
const BIG_QUERY = 'https://bigquery.googleapis.com';
/** Spans can be asked for some minutes after they were sent. */
const SEARCHABLE_MS = 600_000;

if (project === '') {
  describe('a project of Google Cloud', () => {
    // Nobody expects one: its wire shapes are what the contract is kept on, so nothing counts as skipped.
    before(() => console.log(`    is left out: ${VARIABLE} names none (<project>[,<linked dataset>])`));
    it('is asked for by a variable', () => undefined);
  });
} else {
  let keeps: (span: PlainSpan) => PlainSpan = googleRowKeeps;
  backendContract({
    title: `the project ${project} of Google Cloud`,
    keeps: (span) => keeps(span),
    empty: { kind: 'body', body: dataset === '' ? '{}' : JSON.stringify(NO_ROWS) },
    async start(traces) {
      const salt = Date.now() % 0x7fff_ffff;
      const environment = `spanlight-${salt.toString(16)}`;
      const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
      const model = new GoogleModel(googleTraces(own, project));
      if (dataset === '') keeps = (span) => model.keeps(span);
      const token = await accessToken();
      const config = backendConfig({
        ...{ kind: 'googlecloud', url: dataset === '' ? TRACE_API : BIG_QUERY, auth: 'bearer', environment },
        options: { project, ...(dataset === '' ? {} : { dataset }) },
      });
      await postOtlp(OTLP, own, { authorization: `Bearer ${token}`, 'x-goog-user-project': project });
      const reader = createBackend(config, backendDeps({ secrets: new TestSecrets(token) }));
      const wanted = spansByTrace(own).size;
      try {
        await waitFor(`all ${wanted} traces in Google Cloud`, SEARCHABLE_MS, async () => {
          let found = 0;
          const query = { text: '', limit: wanted + 1 };
          for await (const { spanCount } of reader.search(query, AbortSignal.timeout(120_000)))
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

async function accessToken(): Promise<string> {
  const authoriser = new GoogleAuthoriser({
    config: backendConfig({ kind: 'googlecloud', url: TRACE_API, auth: 'google' }),
    ...{ secrets: new TestSecrets(''), environment: process.env, transport: backendDeps().transport },
    ...{ scopes: ['https://www.googleapis.com/auth/cloud-platform'], now: Date.now },
  });
  const request = { method: 'POST', url: new URL(OTLP), headers: {}, body: undefined } as const;
  const { authorization = '' } = await authoriser.headers(request, AbortSignal.timeout(30_000));
  return authorization.replace(/^Bearer /, '');
}
