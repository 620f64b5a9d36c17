import { googleTraces } from '../../../support/servers/data/googleTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { GoogleModel } from '../../../support/wire/googleModel';
import { GOOGLE_PROJECT, GOOGLE_TOKEN, startGoogleTraceWire } from '../../../support/wire/googleTraceServer';
import { backendContract, type BackendContract } from './contract';
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

backendContract(traceApi);
backendSoak(traceApi);
