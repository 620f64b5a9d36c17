import { googleRows } from '../../../support/servers/data/googleRows';
import { googleTraces } from '../../../support/servers/data/googleTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { GOOGLE_DATASET, NO_ROWS, startBigQueryWire } from '../../../support/wire/bigQueryServer';
import { GoogleModel, googleRowKeeps } from '../../../support/wire/googleModel';
import { GOOGLE_PROJECT, GOOGLE_TOKEN, startGoogleTraceWire } from '../../../support/wire/googleTraceServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

let model: GoogleModel;

const traceApi: BackendContract = {
  title: 'Google Cloud Trace, version 1 by its wire shapes,',
  keeps: (span) => model.keeps(span),
  empty: { kind: 'body', body: '{}' },
  async start(traces) {
    const stored = googleTraces(traces, GOOGLE_PROJECT);
    model = new GoogleModel(stored);
    const server = await startGoogleTraceWire({ traces: stored });
    const options = { project: GOOGLE_PROJECT, readUnits: 1_000_000 };
    return {
      config: backendConfig({ kind: 'googlecloud', url: server.url, auth: 'bearer', options }),
      secrets: new TestSecrets(GOOGLE_TOKEN),
      taken: traces,
      stop: () => server.close(),
    };
  },
};

function spanStore(
  title: string,
  more: { readonly slowEvery?: number; readonly pageRows?: number } = {},
): BackendContract {
  return {
    title,
    keeps: googleRowKeeps,
    empty: { kind: 'body', body: JSON.stringify(NO_ROWS) },
    async start(traces) {
      const server = await startBigQueryWire({ rows: googleRows(traces), ...more });
      const options = { project: GOOGLE_PROJECT, dataset: GOOGLE_DATASET };
      return {
        config: backendConfig({ kind: 'googlecloud', url: server.url, auth: 'bearer', options }),
        secrets: new TestSecrets(GOOGLE_TOKEN),
        taken: traces,
        stop: () => server.close(),
      };
    },
  };
}

backendContract(traceApi);
backendSoak(traceApi);
backendContract(spanStore('Google Cloud’s trace storage by its wire shapes'));
backendContract(spanStore('Google Cloud’s trace storage, slow and page by page,', { slowEvery: 3, pageRows: 50 }));
backendSoak(spanStore('Google Cloud’s trace storage'));
hintBound(traceApi);
hintBound(spanStore('Google Cloud’s trace storage'));
