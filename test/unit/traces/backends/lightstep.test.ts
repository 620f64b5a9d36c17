import { lightstepTraces } from '../../../support/servers/data/lightstepTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { lightstepKeeps } from '../../../support/wire/lightstepModel';
import { LIGHTSTEP_KEY, LIGHTSTEP_OPTIONS, startLightstepWire } from '../../../support/wire/lightstepServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

const contract: BackendContract = {
  title: 'Lightstep by its wire shapes',
  keeps: lightstepKeeps,
  hasDeepLink: false,
  empty: { kind: 'body', body: '{"data":{"attributes":{"series":null}}}' },
  async start(traces) {
    const server = await startLightstepWire({ traces: lightstepTraces(traces) });
    const config = backendConfig({ kind: 'lightstep', url: server.url, auth: 'bearer', options: LIGHTSTEP_OPTIONS });
    return { config, secrets: new TestSecrets(LIGHTSTEP_KEY), taken: traces, stop: () => server.close() };
  },
};

backendContract(contract);
backendSoak(contract);
hintBound(contract);
