import assert from 'node:assert/strict';
import { parseCloudId } from '../../../src/base/cloudId';

function cloudId(text: string, name = 'prod'): string {
  return `${name}:${Buffer.from(text).toString('base64')}`;
}

describe('parseCloudId', () => {
  it('finds Elasticsearch and Kibana', () => {
    assert.deepEqual(parseCloudId(cloudId('us-east-1.aws.found.io$es01$kb02')), {
      elasticsearchUrl: 'https://es01.us-east-1.aws.found.io',
      kibanaUrl: 'https://kb02.us-east-1.aws.found.io',
    });
  });

  it('reads ports of the host and of its parts, and does without Kibana', () => {
    assert.deepEqual(parseCloudId(cloudId('ece.example.com:9243$es01:9244$')), {
      elasticsearchUrl: 'https://es01.ece.example.com:9244',
      kibanaUrl: undefined,
    });
    assert.equal(
      parseCloudId(cloudId('ece.example.com:9243$es01', 'a name'))?.elasticsearchUrl,
      undefined,
      'names have no blanks',
    );
    assert.equal(
      parseCloudId(cloudId('ece.example.com:9243$es01'))?.elasticsearchUrl,
      'https://es01.ece.example.com:9243',
    );
  });

  it('takes nothing else for one', () => {
    for (const text of [
      '',
      'localhost:9200',
      'https://es.example.com:9200',
      'prod:',
      cloudId('no dollar at all'),
      cloudId('host$es$kb'),
    ]) {
      assert.equal(parseCloudId(text), undefined, text);
    }
  });
});
