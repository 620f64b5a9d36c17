import assert from 'node:assert/strict';
import { placedSpans } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { describeServer } from '../support/servers/describeServer';
import { postJson } from '../support/servers/httpCalls';
import { openSearchDocuments, writeTo } from '../support/servers/writeTraces';
import { nowNanos } from './support/now';

interface Found {
  readonly hits: { readonly total: { readonly value: number } };
}

for (const format of ['opensearch', 'otel'] as const) {
  const key = (name: string): string =>
    format === 'otel' ? `attributes.${name}` : `span.attributes.${name.replaceAll('.', '@')}`;

  describeServer('opensearch', `OpenSearch, Data Prepper's format ${format}`, (server) => {
    const sent = sentTraces(nowNanos());

    const count = async (query: object): Promise<number> => {
      const url = `${server().url}/otel-v1-apm-span-*/_search`;
      return (await postJson<Found>(url, { query, size: 0, track_total_hits: true })).hits.total.value;
    };

    it('takes the traces and says them again', async () => {
      const taken = placedSpans(await writeTo(server(), sent, { dataPrepper: format })).map(({ span }) => span);
      assert.ok(taken.length > placedSpans(sent).length * 0.9, `${taken.length} spans`);
      if (format === 'opensearch') assert.equal(taken.length, placedSpans(sent).length);
      const read = await openSearchDocuments(server());
      assert.deepEqual(
        read.map((document) => [document['spanId'], document['parentSpanId'], document['name']]).sort(),
        taken.map((span) => [span.spanId, span.parentSpanId ?? '', span.name]).sort(),
      );
      assert.deepEqual(
        new Set(read.map((document) => document['kind'])).size,
        new Set(taken.map((span) => span.kind)).size,
      );
    });

    it('finds spans by attribute, existence, error and duration', async () => {
      assert.ok((await count({ term: { [key('db.system')]: 'postgresql' } })) > 100);
      assert.ok((await count({ exists: { field: key('code.function.name') } })) > 100);
      assert.ok((await count({ term: { 'status.code': 2 } })) > 10);
      assert.equal(await count({ range: { durationInNanos: { gt: 2_000_000_000 } } }), 8);
    });

    it('has the map of services', async () => {
      const url = `${server().url}/otel-v1-apm-service-map/_search`;
      const { hits } = await postJson<Found>(url, { query: { term: { 'target.domain': 'payment-api' } } });
      assert.ok(hits.total.value > 0);
    });
  });
}
