import { datadogStored } from '../../../support/servers/data/datadogStored';
import { placedSpans } from '../../../support/servers/data/otlpTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { datadogKeeps } from '../../../support/wire/datadogModel';
import { DATADOG_KEY, startDatadogWire } from '../../../support/wire/datadogServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

const contract: BackendContract = {
  title: 'Datadog by its wire shapes',
  keeps: datadogKeeps,
  empty: { kind: 'body', body: '{"data":[],"meta":{"elapsed":3,"request_id":"pddv1ChZ","status":"done"}}' },
  async start(traces) {
    const server = await startDatadogWire({ spans: placedSpans(traces).map(datadogStored) });
    return {
      config: backendConfig({
        ...{ kind: 'datadog', url: server.url, auth: 'header', authHeader: 'DD-API-KEY' },
        options: { appUrl: 'https://app.datadoghq.com' },
      }),
      secrets: new TestSecrets(DATADOG_KEY),
      taken: traces,
      stop: () => server.close(),
    };
  },
};
backendContract(contract);
backendSoak(contract);
hintBound(contract);
