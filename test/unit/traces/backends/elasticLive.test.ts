import type { ElasticShape } from '../../../support/servers/data/elasticMappings';
import { elasticDocuments, writeElastic } from '../../../support/servers/writeElastic';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { ElasticModel, inOrder, nativeKeeps } from '../../../support/wire/elasticModel';
import { describeUnnamed, liveParts, tracesOfRun } from '../../../support/wire/liveService';
import { backendContract } from './contract';

/** Names an Elasticsearch that runs, and after a comma an API key that may write and read traces and logs there. */
const VARIABLE = 'SPANLIGHT_TEST_ELASTIC';
const [url = '', key = ''] = liveParts(VARIABLE);

/** One run's documents are of an environment of their own: others are never listed. */
const EMPTY = JSON.stringify({ _shards: { total: 1, failed: 0 }, aggregations: { services: { buckets: [] } } });

if (url === '') {
  describeUnnamed('an Elasticsearch that runs', VARIABLE, '<url>,<API key>');
} else {
  let model: ElasticModel;
  for (const shape of ['classic', 'native'] as const satisfies readonly ElasticShape[]) {
    backendContract({
      title: `the Elasticsearch at ${url}, ${shape} documents`,
      keeps: (span) => (shape === 'classic' ? model.keeps(span) : nativeKeeps(span)),
      received: (span) => (shape === 'classic' ? inOrder(span) : span),
      empty: { kind: 'body', body: EMPTY },
      async start(traces) {
        const { own, environment } = tracesOfRun(traces);
        const taken = await writeElastic({ url, headers: { authorization: `ApiKey ${key}` } }, own, shape, true);
        model = new ElasticModel(shape === 'classic' ? elasticDocuments(taken, shape) : []);
        const options = { kibanaUrl: 'https://kibana.example' };
        const auth = { auth: 'header', authHeader: 'Authorization' } as const;
        return {
          config: backendConfig({ kind: 'elastic', url, environment, ...auth, options }),
          secrets: new TestSecrets(key),
          taken,
          stop: () => Promise.resolve(),
        };
      },
    });
  }
}
