import { classicDocuments, type ElasticDocument } from './data/elasticClassic';
import { elasticMappings, type ElasticShape } from './data/elasticMappings';
import { nativeDocuments } from './data/elasticNative';
import { filterTraces, type OtlpTraces } from './data/otlpTraces';
import { bulk, createIndex, refusedTraces, removeTraces } from './openSearchIndex';
import type { OpenSearchServer } from './runningServer';

const SETTINGS = { number_of_shards: 1, number_of_replicas: 0 };

/**
 * Writes traces in one of Elastic APM's shapes to OpenSearch, whose search is that of Elasticsearch. In the native shape
 * Elasticsearch takes `db.system` beside `db.system.name`, and OpenSearch does not: such traces are taken away again.
 * @returns the traces that were taken.
 */
export async function writeElastic(
  server: OpenSearchServer,
  traces: OtlpTraces,
  shape: ElasticShape,
): Promise<OtlpTraces> {
  const documents = elasticDocuments(traces, shape);
  const indices = [...new Set(documents.map(({ index }) => index))];
  const refused = new Set<string>();
  for (const index of indices) {
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
