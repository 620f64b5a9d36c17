import type { Backend } from '../../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { nanos, type TimeWindow } from '../../../../../src/model/time';
import { azureTime, type AzureRow } from '../../../../support/servers/data/azureRows';
import {
  AZURE_TOKEN,
  AZURE_WORKSPACE,
  startAzureWire,
  type AzureWireOptions,
  type AzureWireServer,
} from '../../../../support/wire/azureServer';
import { backendConfig, backendDeps, TestSecrets } from '../../../../support/wire/backendBed';

/** The trace of all rows that say nothing else. */
export const TRACE = '0af7651916cd43dd8448eb211c80319c';
export const NOW_MS = Math.floor(Date.now() / 1000) * 1000;
export const HOUR: TimeWindow = {
  from: nanos(BigInt(NOW_MS - 3_600_000) * 1_000_000n),
  to: nanos(BigInt(NOW_MS + 60_000) * 1_000_000n),
};

let rows = 0;

/** A request a minute ago, each a millisecond later and longer than the last. */
export function request(more: AzureRow = {}): AzureRow {
  rows++;
  return {
    ...{ Type: 'AppRequests', TimeGenerated: azureTime(BigInt(NOW_MS - 60_000 + rows) * 1_000_000n) },
    ...{ OperationId: TRACE, Id: rows.toString(16).padStart(16, '0'), ParentId: '', Name: 'GET /', DurationMs: rows },
    ...{ Success: true, ResultCode: '200', AppRoleName: 'shop', Url: '', Source: '', ItemCount: 1, Properties: {} },
    ...more,
  };
}

/** Such a call of something else. */
export function dependency(more: AzureRow = {}): AzureRow {
  const own = { Type: 'AppDependencies', DependencyType: 'InProc', Target: '', Data: '', ParentId: 'x' };
  return request({ ...own, ...more });
}

/** What a backend is tried out with. */
export interface AzureBedOptions extends Partial<Omit<AzureWireOptions, 'tables'>> {
  readonly config?: Partial<BackendConfig>;
  readonly secrets?: TestSecrets;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** A server with rows, and a backend of it. */
export interface AzureBed {
  readonly server: AzureWireServer;
  readonly backend: Backend;
  readonly secrets: TestSecrets;
  stop(): Promise<void>;
}

export async function startAzure(all: readonly AzureRow[], options: AzureBedOptions = {}): Promise<AzureBed> {
  const of = (type: string): readonly AzureRow[] => all.filter((row) => row['Type'] === type);
  const { config = {}, secrets = new TestSecrets(AZURE_TOKEN), environment = {}, now, ...wire } = options;
  const server = await startAzureWire({
    ...wire,
    tables: {
      AppRequests: of('AppRequests'),
      AppDependencies: of('AppDependencies'),
      AppExceptions: of('AppExceptions'),
      AppTraces: of('AppTraces'),
    },
  });
  const backend = createBackend(
    backendConfig({
      ...{ kind: 'azuremonitor', url: server.url, auth: 'bearer' },
      options: { [wire.isClassic === true ? 'application' : 'workspace']: AZURE_WORKSPACE },
      ...config,
    }),
    backendDeps({ secrets, environment, ...(now === undefined ? {} : { now }) }),
  );
  return {
    ...{ server, backend, secrets },
    async stop() {
      backend.dispose();
      await server.close();
    },
  };
}
