import type { Backend, BackendDeps, BackendType } from './backend';
import type { BackendConfig } from './backendConfig';
import { azureMonitorBackend } from './azureMonitor/azureMonitor';
import { clickhouseBackend } from './clickhouse/clickhouse';
import { datadogBackend } from './datadog/datadog';
import { elasticBackend } from './elastic/elastic';
import { googleCloudBackend } from './googleCloud/googleCloud';
import { honeycombBackend } from './honeycomb/honeycomb';
import { jaegerBackend } from './jaeger/jaeger';
import { lightstepBackend } from './lightstep/lightstep';
import { newRelicBackend } from './newRelic/newRelic';
import { openSearchBackend } from './openSearch/openSearch';
import { sigNozBackend } from './sigNoz/sigNoz';
import { tempoBackend } from './tempo/tempo';
import { xrayBackend } from './xray/xray';
import { zipkinBackend } from './zipkin/zipkin';

/** Every kind of backend, in the order in which they are offered. */
export const BACKEND_TYPES: readonly BackendType[] = [
  tempoBackend,
  jaegerBackend,
  zipkinBackend,
  xrayBackend,
  clickhouseBackend,
  openSearchBackend,
  elasticBackend,
  newRelicBackend,
  azureMonitorBackend,
  datadogBackend,
  honeycombBackend,
  sigNozBackend,
  googleCloudBackend,
  lightstepBackend,
];

/** The backend of a configuration; it connects when it is first asked. Dispose it to close its connections. */
export function createBackend(config: BackendConfig, deps: BackendDeps): Backend {
  const type = BACKEND_TYPES.find(({ kind }) => kind === config.kind);
  if (type === undefined) throw new RangeError(`${config.kind} is no kind of backend`);
  return type.create(config, deps);
}
