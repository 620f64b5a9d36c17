import type { AttributeValue } from '../../../../src/model/attributes';
import type { DataPrepperFormat } from '../../../support/servers/data/dataPrepperDocuments';
import { startServer } from '../../../support/servers/startServer';
import { writeTo } from '../../../support/servers/writeTraces';
import { backendConfig } from '../../../support/wire/backendBed';
import { jsonText } from '../../../support/wire/losses';
import type { PlainAttributes, PlainSpan } from '../../../support/wire/plainSpans';
import { backendContract } from './contract';

/** Nothing of an empty index: it exists, and no span is in it. */
const EMPTY = JSON.stringify({
  took: 1,
  timed_out: false,
  _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
  aggregations: { services: { buckets: [] } },
});

/** JSON knows neither bytes nor which integers have 64 bits; the default format has no lists and maps either. */
function kept(format: DataPrepperFormat) {
  const value = (given: AttributeValue): AttributeValue => {
    if (typeof given === 'bigint') return String(given);
    if (given instanceof Uint8Array) return Buffer.from(given).toString('base64');
    return typeof given === 'object' && given !== null && format === 'opensearch' ? jsonText(given) : given;
  };
  const all = (attributes: PlainAttributes): PlainAttributes =>
    Object.fromEntries(Object.entries(attributes).map(([key, given]) => [key, value(given)]));
  return (span: PlainSpan): PlainSpan => ({
    ...span,
    attributes: all(span.attributes),
    resource: all(span.resource),
    events: span.events.map((event) => ({ ...event, attributes: all(event.attributes) })),
    links: span.links.map((link) => ({ ...link, attributes: all(link.attributes) })),
  });
}

for (const format of ['opensearch', 'otel'] as const) {
  backendContract({
    title: `OpenSearch 2.19 with Data Prepper's format ${format}`,
    server: 'opensearch',
    keeps: kept(format),
    empty: { kind: 'body', body: EMPTY },
    async start(traces) {
      const server = await startServer('opensearch', console.log);
      if (!('url' in server)) return server.sentence;
      const taken = await writeTo(server, traces, { dataPrepper: format });
      const options = { dashboardsUrl: 'http://localhost:5601' };
      return { config: backendConfig({ kind: 'opensearch', url: server.url, options }), taken, stop: server.stop };
    },
  });
}
