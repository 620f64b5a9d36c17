import { honeycombRows } from '../../../support/servers/data/honeycombRows';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { honeycombKeeps } from '../../../support/wire/honeycombModel';
import { HONEYCOMB_KEY, startHoneycombWire } from '../../../support/wire/honeycombServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

const contract: BackendContract = {
  title: 'Honeycomb by its wire shapes',
  keeps: honeycombKeeps,
  opensSpansLater: true,
  // Whose key it is, and then no dataset.
  empty: [{ kind: 'pass' }, { kind: 'body', body: '[]' }],
  async start(traces) {
    const server = await startHoneycombWire({ rows: honeycombRows(traces) });
    const access = { auth: 'header', authHeader: 'X-Honeycomb-Team', options: { runsPerMinute: 100_000 } } as const;
    return {
      config: backendConfig({ kind: 'honeycomb', url: server.url, ...access }),
      secrets: new TestSecrets(HONEYCOMB_KEY),
      taken: traces,
      stop: () => server.close(),
    };
  },
};

backendContract(contract);
backendSoak(contract);
hintBound(contract);
