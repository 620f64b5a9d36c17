import { classicDocuments, type ElasticDocument } from './data/elasticClassic';
import { elasticMappings, type ElasticShape } from './data/elasticMappings';
import { nativeDocuments } from './data/elasticNative';
import { filterTraces, type OtlpTraces } from './data/otlpTraces';
import { bulk, createIndex, refusedTraces, removeTraces, type DocumentServer } from './openSearchIndex';

const SETTINGS = { number_of_shards: 1, number_of_replicas: 0 };

/**
 * Writes traces in one of Elastic APM's shapes to OpenSearch, whose search is that of Elasticsearch. In the native shape
 * Elasticsearch takes `db.system` beside `db.system.name`, and OpenSearch does not: such traces are taken away again.
 * @param hasTemplates whether it is Elasticsearch itself, which makes the data streams.
 * @returns the traces that were taken.
 */
export async function writeElastic(
  server: DocumentServer,
  traces: OtlpTraces,
  shape: ElasticShape,
  hasTemplates = false,
): Promise<OtlpTraces> {
  const documents = elasticDocuments(traces, shape);
  const indices = [...new Set(documents.map(({ index }) => index))];
  const refused = new Set<string>();
  for (const index of indices) {
    if (!hasTemplates)
      await createIndex(server, index, undefined, { settings: SETTINGS, mappings: elasticMappings(shape) });
    const own = documents.filter((document) => document.index === index).map(({ json }) => json);
    for (const id of refusedTraces(await bulk(server, index, own), own, traceIdOf)) refused.add(id);
  }
  for (const index of indices) await removeTraces(server, index, 'trace.id', refused);
  return filterTraces(traces, (traceId) => !refused.has(traceId));
}

/** Traces as documents of one of the shapes. */
export function elasticDocuments(traces: OtlpTraces, shape: ElasticShape): ElasticDocument[] {
  return shape === 'classic' ? classicDocuments(traces) : nativeDocuments(traces);
}

function traceIdOf(json: string): string {
  const { trace, trace_id: id } = JSON.parse(json) as { trace?: { id: string }; trace_id?: string };
  return id ?? trace?.id ?? '';
}
