import { postOtlp } from '../../../support/servers/writeTraces';
import { azureKeeps } from '../../../support/wire/azureModel';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { describeUnnamed, liveParts, tracesOfRun, untilFound } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names a workspace: the address of the API, the id, a token, and for writing the OTLP address of a collector. */
const VARIABLE = 'SPANLIGHT_TEST_AZURE_MONITOR';
const [url = '', workspace = '', token = '', otlp = ''] = liveParts(VARIABLE);
/** Spans can be asked for some minutes after they were sent. */
const SEARCHABLE_MS = 600_000;
const EMPTY = JSON.stringify({ tables: [{ name: 'PrimaryResult', columns: [{ name: 'N', type: 'long' }], rows: [] }] });

if (url === '') {
  describeUnnamed('an Azure Monitor workspace', VARIABLE, '<url>,<workspace id>,<token>,<otlp url>');
} else {
  backendContract({
    title: `the Azure Monitor workspace ${workspace}`,
    keeps: azureKeeps,
    empty: { kind: 'body', body: EMPTY },
    traceInLink: () => 'isQueryBase64Compressed',
    async start(traces) {
      const { own, environment } = tracesOfRun(traces);
      await postOtlp(otlp, own, {});
      const config = backendConfig({ kind: 'azuremonitor', url, auth: 'bearer', environment, options: { workspace } });
      await untilFound(config, token, own, { service: 'Azure Monitor', withinMs: SEARCHABLE_MS });
      return { config, secrets: new TestSecrets(token), taken: own, stop: () => Promise.resolve() };
    },
  });
}
