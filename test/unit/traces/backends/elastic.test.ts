import type { ElasticShape } from '../../../support/servers/data/elasticMappings';
import { startServer } from '../../../support/servers/startServer';
import { elasticDocuments } from '../../../support/servers/writeElastic';
import { writeTo } from '../../../support/servers/writeTraces';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { ElasticModel, inOrder, nativeKeeps } from '../../../support/wire/elasticModel';
import { backendContract, type BackendContract } from './contract';
import { hintBound } from './hintBound';
import { backendSoak } from './soak';

/** Data streams that exist, and no span is in them. */
const EMPTY = JSON.stringify({
  took: 1,
  timed_out: false,
  _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
  aggregations: { services: { buckets: [] } },
});

let model: ElasticModel;

for (const shape of ['classic', 'native'] as const satisfies readonly ElasticShape[]) {
  const contract: BackendContract = {
    title: `Elastic APM's ${shape} documents in OpenSearch 2.19`,
    server: 'opensearch',
    keeps: (span) => (shape === 'classic' ? model.keeps(span) : nativeKeeps(span)),
    received: (span) => (shape === 'classic' ? inOrder(span) : span),
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const server = await startServer('opensearch', console.log);
      if (!('url' in server)) return server.sentence;
      const taken = await writeTo(server, traces, { elastic: shape });
      model = new ElasticModel(shape === 'classic' ? elasticDocuments(taken, shape) : []);
      const options = { kibanaUrl: 'http://localhost:5601' };
      return {
        config: backendConfig({
          kind: 'elastic',
          url: server.url,
          auth: 'header',
          authHeader: 'Authorization',
          options,
        }),
        secrets: new TestSecrets(),
        taken,
        stop: server.stop,
      };
    },
  };
  backendContract(contract);
  backendSoak(contract);
  hintBound(contract);
}
