import { waitFor } from '../processes';
import { clickhouseRow, clickhouseSchema, type ClickhouseForm } from './data/clickhouseRows';
import { dataPrepperDocuments, serviceMapDocuments, type DataPrepperFormat } from './data/dataPrepperDocuments';
import { dataPrepperMappings, serviceMapMappings } from './data/dataPrepperMappings';
import type { ElasticShape } from './data/elasticMappings';
import { filterTraces, placedSpans, spansByTrace, type OtlpTraces } from './data/otlpTraces';
import { xraySegment, xrayTraceId } from './data/xraySegments';
import { zipkinSpan, type ZipkinSpan } from './data/zipkinSpans';
import { answersOk, getJson, postJson, send } from './httpCalls';
import { bulk, createIndex, refusedTraces, removeTraces } from './openSearchIndex';
import { writeElastic } from './writeElastic';
import type { BackendServer, ClickhouseServer, OpenSearchServer, XrayServer } from './runningServer';

/** How traces are written to OpenSearch. */
export interface WriteOptions {
  /** In one of Elastic APM's shapes, and not as Data Prepper writes them. */
  readonly elastic?: ElasticShape;
  /** `opensearch` by default. */
  readonly dataPrepper?: DataPrepperFormat;
  /** `map` by default. */
  readonly clickhouse?: ClickhouseForm;
}

/**
 * Writes traces as those who run such a server have them written: Jaeger by OTLP, Zipkin by its v2 JSON, ClickHouse,
 * X-Ray and OpenSearch in the shape of the Collector's exporters and of Data Prepper. Resolves when all can be found.
 * @returns the traces that were taken: all of them, but for what {@link writeOpenSearch} says.
 */
export async function writeTo(
  server: BackendServer,
  traces: OtlpTraces,
  { dataPrepper = 'opensearch', clickhouse = 'map', elastic }: WriteOptions = {},
): Promise<OtlpTraces> {
  switch (server.kind) {
    case 'jaeger1':
    case 'jaeger2':
      await postOtlp(server.otlpHttpUrl, traces);
      await untilFound(traces, (traceId) => answersOk(`${server.url}/api/traces/${traceId}`));
      return traces;
    case 'zipkin':
      await postZipkin(server.url, placedSpans(traces).map(zipkinSpan));
      await untilFound(traces, (traceId) => answersOk(`${server.url}/api/v2/trace/${traceId}`));
      return traces;
    case 'clickhouse':
      await writeClickhouse(server, traces, clickhouse);
      return traces;
    case 'xray':
      await writeXray(server, traces);
      return traces;
    case 'opensearch':
      return elastic === undefined
        ? writeOpenSearch(server, traces, dataPrepper)
        : writeElastic(server, traces, elastic);
  }
}

/** Sends OTLP/JSON to a base URL: Jaeger's, the Collector's or Spanlight's own. */
export async function postOtlp(
  baseUrl: string,
  traces: OtlpTraces,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  await postJson(`${baseUrl}/v1/traces`, traces, headers);
}

/** Sends Zipkin's v2 JSON to a base URL: Zipkin's own, Jaeger's or the Collector's. */
export async function postZipkin(baseUrl: string, spans: readonly ZipkinSpan[]): Promise<void> {
  await send(`${baseUrl}/api/v2/spans`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(spans),
  });
}

/** Asks for each trace until it is there. */
async function untilFound(traces: OtlpTraces, isThere: (traceId: string) => Promise<boolean>): Promise<void> {
  for (const traceId of spansByTrace(traces).keys()) {
    await waitFor(`trace ${traceId}`, 30_000, async () => ((await isThere(traceId)) ? true : undefined));
  }
}

/** The headers that say who asks. */
export function clickhouseHeaders({ user, password }: ClickhouseServer): Record<string, string> {
  return { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
}

async function writeClickhouse(server: ClickhouseServer, traces: OtlpTraces, form: ClickhouseForm): Promise<void> {
  const headers = clickhouseHeaders(server);
  for (const statement of clickhouseSchema(server.database, form)) {
    await send(server.url, { method: 'POST', headers, body: statement });
  }
  const query = encodeURIComponent(`INSERT INTO "${server.database}"."otel_traces" FORMAT JSONEachRow`);
  const body = placedSpans(traces)
    .map((placed) => clickhouseRow(placed, form))
    .join('\n');
  await send(`${server.url}/?query=${query}`, { method: 'POST', headers, body });
}

/** A request as moto wants it: it reads service and region out of the signature, which it does not check. */
export function xrayHeaders({ accessKeyId, region }: XrayServer): Record<string, string> {
  const scope = `${accessKeyId}/${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/${region}/xray/aws4_request`;
  const signature = `Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
  return { 'Content-Type': 'application/json', Authorization: `AWS4-HMAC-SHA256 ${signature}` };
}

/** The most documents in one request. */
const SEGMENTS_AT_ONCE = 50;

async function writeXray(server: XrayServer, traces: OtlpTraces): Promise<void> {
  const documents = placedSpans(traces).map(xraySegment);
  const headers = xrayHeaders(server);
  for (let at = 0; at < documents.length; at += SEGMENTS_AT_ONCE) {
    const body = { TraceSegmentDocuments: documents.slice(at, at + SEGMENTS_AT_ONCE) };
    const said = await postJson<{ UnprocessedTraceSegments?: unknown[] }>(`${server.url}/TraceSegments`, body, headers);
    const refused = said.UnprocessedTraceSegments ?? [];
    if (refused.length > 0) throw new Error(`X-Ray refused segments: ${JSON.stringify(refused).slice(0, 500)}`);
  }
  await untilFound(traces, async (traceId) => {
    const body = { TraceIds: [xrayTraceId(traceId)] };
    return (await postJson<{ Traces: unknown[] }>(`${server.url}/Traces`, body, headers)).Traces.length > 0;
  });
}

/**
 * In the format `otel` one index can't take both `db.system` and `db.system.name`: the first is a text and the second
 * wants it to be an object. Nor can it take a list of a text and a number. Data Prepper puts such documents aside; here
 * the whole trace is taken away again.
 */
async function writeOpenSearch(
  server: OpenSearchServer,
  traces: OtlpTraces,
  format: DataPrepperFormat,
): Promise<OtlpTraces> {
  const index = 'otel-v1-apm-span-000001';
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await createIndex(server, index, 'otel-v1-apm-span', { settings, mappings: dataPrepperMappings(format) });
  const map = { settings, mappings: serviceMapMappings() };
  await createIndex(server, 'otel-v1-apm-service-map', undefined, map);
  const documents = dataPrepperDocuments(traces, format);
  const answer = await bulk(server, index, documents);
  const idOf = (json: string): string => (JSON.parse(json) as { traceId: string }).traceId;
  const refused = refusedTraces(answer, documents, idOf);
  await removeTraces(server, index, 'traceId', refused);
  const taken = filterTraces(traces, (traceId) => !refused.has(traceId));
  await bulk(server, 'otel-v1-apm-service-map', serviceMapDocuments(taken));
  return taken;
}

/** Everything OpenSearch has of the traces, as it stored it. */
export async function openSearchDocuments(server: OpenSearchServer): Promise<Record<string, unknown>[]> {
  const answer = await getJson<{ hits: { hits: { _source: Record<string, unknown> }[] } }>(
    `${server.url}/otel-v1-apm-span-*/_search?size=10000`,
  );
  return answer.hits.hits.map((hit) => hit._source);
}
