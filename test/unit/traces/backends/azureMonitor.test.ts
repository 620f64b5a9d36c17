import { azureRows } from '../../../support/servers/data/azureRows';
import { azureKeeps } from '../../../support/wire/azureModel';
import { AZURE_TOKEN, AZURE_WORKSPACE, startAzureWire } from '../../../support/wire/azureServer';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

/** A workspace without a span. */
const EMPTY = JSON.stringify({ tables: [{ name: 'PrimaryResult', columns: [{ name: 'N', type: 'long' }], rows: [] }] });

function contract(title: string, isClassic: boolean): BackendContract {
  return {
    title,
    keeps: azureKeeps,
    empty: { kind: 'body', body: EMPTY },
    traceInLink: () => 'isQueryBase64Compressed',
    async start(traces) {
      const server = await startAzureWire({ tables: azureRows(traces), isClassic });
      const options = { [isClassic ? 'application' : 'workspace']: AZURE_WORKSPACE, requests: 100_000 };
      return {
        config: backendConfig({ kind: 'azuremonitor', url: server.url, auth: 'bearer', options }),
        secrets: new TestSecrets(AZURE_TOKEN),
        taken: traces,
        stop: () => server.close(),
      };
    },
  };
}

backendContract(contract('Azure Monitor by its wire shapes, a workspace,', false));
backendContract(contract('Azure Monitor by its wire shapes, classic Application Insights,', true));
backendSoak(contract('Azure Monitor', false));
hintBound(contract('Azure Monitor', false));
