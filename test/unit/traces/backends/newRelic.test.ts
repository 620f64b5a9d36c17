import { newRelicRows } from '../../../support/servers/data/newRelicRows';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { newRelicKeeps } from '../../../support/wire/newRelicModel';
import { NEW_RELIC_ACCOUNT, NEW_RELIC_KEY, startNewRelicWire } from '../../../support/wire/newRelicServer';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

/** An account without a span. */
const EMPTY = JSON.stringify({
  data: { actor: { account: { services: { results: [], queryProgress: { completed: true, queryId: null } } } } },
});

function contract(title: string, slowEvery?: number): BackendContract {
  return {
    title,
    keeps: newRelicKeeps,
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const server = await startNewRelicWire({
        rows: newRelicRows(traces),
        ...(slowEvery === undefined ? {} : { slowEvery }),
      });
      const options = { account: NEW_RELIC_ACCOUNT };
      return {
        config: backendConfig({ kind: 'newrelic', url: server.url, auth: 'header', authHeader: 'API-Key', options }),
        secrets: new TestSecrets(NEW_RELIC_KEY),
        taken: traces,
        stop: () => server.close(),
      };
    },
  };
}

backendContract(contract('New Relic by its wire shapes'));
backendContract(contract('New Relic, one query in three too slow to wait for,', 3));
backendSoak(contract('New Relic'));
hintBound(contract('New Relic'));
