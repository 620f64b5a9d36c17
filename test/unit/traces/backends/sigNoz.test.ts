import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { SigNozModel } from '../../../support/wire/sigNozModel';
import { SIGNOZ_KEY, startSigNozWire } from '../../../support/wire/sigNozServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

/** Nobody has sent spans yet. */
const EMPTY = JSON.stringify({
  status: 'success',
  data: { type: 'scalar', data: { results: [{ queryName: 'A', columns: [], data: null }] }, meta: {} },
});

let model: SigNozModel;

const contract: BackendContract = {
  title: 'SigNoz by its wire shapes',
  keeps: (span) => model.keeps(span),
  empty: { kind: 'body', body: EMPTY },
  async start(traces) {
    const server = await startSigNozWire({ traces });
    model = new SigNozModel(traces);
    return {
      config: backendConfig({ kind: 'signoz', url: server.url, auth: 'header', authHeader: 'SIGNOZ-API-KEY' }),
      secrets: new TestSecrets(SIGNOZ_KEY),
      taken: traces,
      stop: () => server.close(),
    };
  },
};

backendContract(contract);
backendSoak(contract);
hintBound(contract);
