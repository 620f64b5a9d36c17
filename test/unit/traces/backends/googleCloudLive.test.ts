import { GoogleAuthoriser } from '../../../../src/traces/backends/google/googleAuthoriser';
import { googleTraces } from '../../../support/servers/data/googleTraces';
import { postOtlp } from '../../../support/servers/writeTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { NO_ROWS } from '../../../support/wire/bigQueryServer';
import { GoogleModel, googleRowKeeps } from '../../../support/wire/googleModel';
import type { PlainSpan } from '../../../support/wire/plainSpans';
import { describeUnnamed, liveParts, tracesOfRun, untilFound } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names a project, and the dataset that is linked with its traces; both are used with application default credentials. */
const VARIABLE = 'SPANLIGHT_TEST_GOOGLE_CLOUD';
const [project = '', dataset = ''] = liveParts(VARIABLE);
const OTLP = 'https://telemetry.googleapis.com';
const TRACE_API = 'https://cloudtrace.googleapis.com';
const BIG_QUERY = 'https://bigquery.googleapis.com';
/** Spans can be asked for some minutes after they were sent. */
const SEARCHABLE_MS = 600_000;

if (project === '') {
  describeUnnamed('a project of Google Cloud', VARIABLE, '<project>[,<linked dataset>]');
} else {
  let keeps: (span: PlainSpan) => PlainSpan = googleRowKeeps;
  backendContract({
    title: `the project ${project} of Google Cloud`,
    keeps: (span) => keeps(span),
    empty: { kind: 'body', body: dataset === '' ? '{}' : JSON.stringify(NO_ROWS) },
    async start(traces) {
      const { own, environment } = tracesOfRun(traces);
      const model = new GoogleModel(googleTraces(own, project));
      if (dataset === '') keeps = (span) => model.keeps(span);
      const token = await accessToken();
      const config = backendConfig({
        ...{ kind: 'googlecloud', url: dataset === '' ? TRACE_API : BIG_QUERY, auth: 'bearer', environment },
        options: { project, ...(dataset === '' ? {} : { dataset }) },
      });
      await postOtlp(OTLP, own, { authorization: `Bearer ${token}`, 'x-goog-user-project': project });
      await untilFound(config, token, own, { service: 'Google Cloud', withinMs: SEARCHABLE_MS });
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
