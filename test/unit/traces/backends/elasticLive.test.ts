import type { ElasticShape } from '../../../support/servers/data/elasticMappings';
import { elasticDocuments, writeElastic } from '../../../support/servers/writeElastic';
import { backendConfig, TestSecrets } from '../../../support/wire/backendBed';
import { ElasticModel, nativeKeeps } from '../../../support/wire/elasticModel';
import { tracesOfRun } from '../../../support/wire/tempoLive';
import { backendContract } from './contract';

/** Names an Elasticsearch that runs, and after a comma an API key that may write and read traces and logs there. */
const VARIABLE = 'SPANLIGHT_TEST_ELASTIC';
const [url = '', key = ''] = (process.env[VARIABLE] ?? '').split(',').map((part) => part.trim().replace(/\/+$/, ''));

/** One run's documents are of an environment of their own: others are never listed. */
const EMPTY = JSON.stringify({ _shards: { total: 1, failed: 0 }, aggregations: { services: { buckets: [] } } });

if (url === '') {
  describe('an Elasticsearch that runs', () => {
    // Nobody expects one: OpenSearch stands in for it, so nothing counts as skipped.
    before(() => console.log(`    is left out: ${VARIABLE} names none (<url>,<API key>)`));
    it('is asked for by a variable', () => undefined);
  });
} else {
  let model: ElasticModel;
  for (const shape of ['classic', 'native'] as const satisfies readonly ElasticShape[]) {
    backendContract({
      title: `the Elasticsearch at ${url}, ${shape} documents`,
      keeps: (span) => (shape === 'classic' ? model.keeps(span) : nativeKeeps(span)),
      empty: { kind: 'body', body: EMPTY },
      async start(traces) {
        const salt = Date.now() % 0x7fff_ffff;
        const environment = `spanlight-${salt.toString(16)}`;
        const own = tracesOfRun(traces, environment, salt, BigInt(Date.now()) * 1_000_000n);
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
