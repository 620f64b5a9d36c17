/** Backends with traces in them, for benches: real servers where this machine has what they need, else wire shapes. */
import type { BackendConfig } from '../../../src/traces/backends/backendConfig';
import type { ElasticShape } from '../../support/servers/data/elasticMappings';
import { googleRows } from '../../support/servers/data/googleRows';
import { googleTraces } from '../../support/servers/data/googleTraces';
import { azureRows } from '../../support/servers/data/azureRows';
import { honeycombRows } from '../../support/servers/data/honeycombRows';
import { lightstepTraces } from '../../support/servers/data/lightstepTraces';
import { newRelicRows } from '../../support/servers/data/newRelicRows';
import { placedSpans, type OtlpTraces } from '../../support/servers/data/otlpTraces';
import { datadogStored } from '../../support/servers/data/datadogStored';
import { xraySegment } from '../../support/servers/data/xraySegments';
import { startServer, type BackendKind } from '../../support/servers/startServer';
import { writeTo } from '../../support/servers/writeTraces';
import { AZURE_TOKEN, AZURE_WORKSPACE, startAzureWire } from '../../support/wire/azureServer';
import { backendConfig, TestSecrets } from '../../support/wire/backendBed';
import { GOOGLE_DATASET, startBigQueryWire } from '../../support/wire/bigQueryServer';
import { GOOGLE_PROJECT, GOOGLE_TOKEN, startGoogleTraceWire } from '../../support/wire/googleTraceServer';
import { HONEYCOMB_KEY, startHoneycombWire } from '../../support/wire/honeycombServer';
import { NEW_RELIC_ACCOUNT, NEW_RELIC_KEY, startNewRelicWire } from '../../support/wire/newRelicServer';
import { DATADOG_KEY, startDatadogWire } from '../../support/wire/datadogServer';
import { startTempoServer } from '../../support/wire/tempoServer';
import { SIGNOZ_KEY, startSigNozWire } from '../../support/wire/sigNozServer';
import { LIGHTSTEP_KEY, LIGHTSTEP_OPTIONS, startLightstepWire } from '../../support/wire/lightstepServer';
import { startXrayWire, XRAY_KEYS } from '../../support/wire/xrayServer';

/** A backend to be measured. */
export interface BenchBackend {
  readonly title: string;
  readonly config: BackendConfig;
  readonly secrets?: TestSecrets;
  /** What brings all spans of a service at once; elsewhere each trace that a search finds is fetched. */
  readonly rawUrl?: (service: string, fromMs: number, toMs: number) => string;
  stop(): Promise<void>;
}

/** How one is started with traces in it; a text says why it cannot be had here. */
export type BenchStart = (traces: OtlpTraces) => Promise<BenchBackend | string>;

/** All that hints can come from. */
export const BENCH_BACKENDS: readonly BenchStart[] = [
  (traces) => real('jaeger2', 'Jaeger 2.13', traces, 'jaeger', jaegerSpans),
  (traces) => real('zipkin', 'Zipkin 3.6', traces, 'zipkin', zipkinSpans),
  tempo,
  (traces) => real('clickhouse', 'ClickHouse', traces, 'clickhouse'),
  (traces) => real('opensearch', 'OpenSearch 2.19', traces, 'opensearch'),
  (traces) => elastic('classic', traces),
  (traces) => elastic('native', traces),
  xray,
  sigNoz,
  datadog,
  newRelic,
  azureMonitor,
  honeycomb,
  lightstep,
  googleTraceApi,
  googleSpanStore,
];

type RawPath = (service: string, fromMs: number, toMs: number) => string;

const jaegerSpans: RawPath = (service, fromMs, toMs) =>
  `/api/traces?service=${service}&start=${fromMs}000&end=${toMs}000&limit=10000`;

const zipkinSpans: RawPath = (service, fromMs, toMs) =>
  `/api/v2/traces?serviceName=${service}&endTs=${toMs}&lookback=${toMs - fromMs}&limit=10000`;

async function real(
  server: BackendKind,
  title: string,
  traces: OtlpTraces,
  kind: string,
  rawPath?: RawPath,
): Promise<BenchBackend | string> {
  const started = await startServer(server, () => undefined);
  if (!('url' in started)) return started.sentence;
  await writeTo(started, traces);
  const { url } = started;
  const isClickhouse = started.kind === 'clickhouse';
  const access = isClickhouse ? { auth: 'basic' as const, user: started.user } : {};
  return {
    title,
    config: backendConfig({ kind, url, ...access }),
    ...(isClickhouse ? { secrets: new TestSecrets(started.password) } : {}),
    ...(rawPath === undefined ? {} : { rawUrl: (...of: Parameters<RawPath>) => url + rawPath(...of) }),
    stop: () => started.stop(),
  };
}

/** Elastic APM's documents in OpenSearch, which counts as Elasticsearch does. */
async function elastic(shape: ElasticShape, traces: OtlpTraces): Promise<BenchBackend | string> {
  const started = await startServer('opensearch', () => undefined);
  if (!('url' in started)) return started.sentence;
  await writeTo(started, traces, { elastic: shape });
  const config = backendConfig({ kind: 'elastic', url: started.url });
  return { title: `Elastic APM, ${shape} documents in OpenSearch 2.19`, config, stop: () => started.stop() };
}

async function tempo(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startTempoServer(traces, { cutoffSeconds: 30 });
  const config = backendConfig({ kind: 'tempo', url: server.url });
  return { title: 'Tempo 3.1 (wire shapes)', config, stop: () => server.stop() };
}

async function xray(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startXrayWire({ documents: placedSpans(traces).map(xraySegment) });
  const options = { region: 'us-east-1', credentials: 'ask' };
  return {
    title: 'AWS X-Ray (wire shapes)',
    config: backendConfig({ kind: 'xray', url: server.url, auth: 'aws', options }),
    secrets: new TestSecrets(`${XRAY_KEYS.accessKeyId}:${XRAY_KEYS.secretAccessKey}`),
    stop: () => server.close(),
  };
}

async function newRelic(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startNewRelicWire({ rows: newRelicRows(traces) });
  const access = { auth: 'header', authHeader: 'API-Key', options: { account: NEW_RELIC_ACCOUNT } } as const;
  return {
    title: 'New Relic (wire shapes)',
    config: backendConfig({ kind: 'newrelic', url: server.url, ...access }),
    secrets: new TestSecrets(NEW_RELIC_KEY),
    stop: () => server.close(),
  };
}

async function azureMonitor(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startAzureWire({ tables: azureRows(traces) });
  // Raw spans take more requests than a user may make.
  const options = { workspace: AZURE_WORKSPACE, requests: 100_000 };
  return {
    title: 'Azure Monitor (wire shapes)',
    config: backendConfig({ kind: 'azuremonitor', url: server.url, auth: 'bearer', options }),
    secrets: new TestSecrets(AZURE_TOKEN),
    stop: () => server.close(),
  };
}

async function honeycomb(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startHoneycombWire({ rows: honeycombRows(traces) });
  const access = { auth: 'header', authHeader: 'X-Honeycomb-Team', options: { runsPerMinute: 100_000 } } as const;
  return {
    title: 'Honeycomb (wire shapes)',
    config: backendConfig({ kind: 'honeycomb', url: server.url, ...access }),
    secrets: new TestSecrets(HONEYCOMB_KEY),
    stop: () => server.close(),
  };
}

async function lightstep(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startLightstepWire({ traces: lightstepTraces(traces) });
  return {
    title: 'Lightstep (wire shapes)',
    config: backendConfig({ kind: 'lightstep', url: server.url, auth: 'bearer', options: LIGHTSTEP_OPTIONS }),
    secrets: new TestSecrets(LIGHTSTEP_KEY),
    stop: () => server.close(),
  };
}

async function sigNoz(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startSigNozWire({ traces });
  return {
    title: 'SigNoz (wire shapes)',
    config: backendConfig({ kind: 'signoz', url: server.url, auth: 'header', authHeader: 'SIGNOZ-API-KEY' }),
    secrets: new TestSecrets(SIGNOZ_KEY),
    stop: () => server.close(),
  };
}

async function datadog(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startDatadogWire({ spans: placedSpans(traces).map(datadogStored) });
  return {
    title: 'Datadog (wire shapes)',
    config: backendConfig({ kind: 'datadog', url: server.url, auth: 'header' }),
    secrets: new TestSecrets(DATADOG_KEY),
    stop: () => server.close(),
  };
}

async function googleTraceApi(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startGoogleTraceWire({ traces: googleTraces(traces, GOOGLE_PROJECT) });
  const options = { project: GOOGLE_PROJECT, readUnits: 1_000_000 };
  return {
    title: 'Google Cloud Trace, version 1 (wire shapes)',
    config: backendConfig({ kind: 'googlecloud', url: server.url, auth: 'bearer', options }),
    secrets: new TestSecrets(GOOGLE_TOKEN),
    stop: () => server.close(),
  };
}

async function googleSpanStore(traces: OtlpTraces): Promise<BenchBackend> {
  const server = await startBigQueryWire({ rows: googleRows(traces) });
  const options = { project: GOOGLE_PROJECT, dataset: GOOGLE_DATASET };
  return {
    title: 'Google Cloud trace storage by BigQuery (wire shapes)',
    config: backendConfig({ kind: 'googlecloud', url: server.url, auth: 'bearer', options }),
    secrets: new TestSecrets(GOOGLE_TOKEN),
    stop: () => server.close(),
  };
}
