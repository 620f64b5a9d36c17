import { parseCloudId } from '../../../base/cloudId';
import type { TraceId } from '../../../model/ids';
import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { apiKeyHeader } from '../searchEngine/apiKey';
import { SearchApi } from '../searchEngine/searchApi';
import { SearchEngineBackend } from '../searchEngine/searchEngineBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { elasticDialect } from './elasticDialect';
import { explainElastic, noServices, noTraces } from './elasticRefusal';

/** Where Kibana looks for traces and for errors unless it is set up otherwise: both shapes, and those before 8. */
const SPANS = 'traces-apm*,apm-*,traces-*.otel-*';
const EVENTS = 'logs-apm*,apm-*,logs-*.otel-*';

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'exact',
  reasons: {
    operations: 'Elasticsearch counts every span that was kept, and estimates percentiles.',
    serviceGraph: 'Elastic APM notes calls by destination, not by service: numbers are those of its latest traces.',
  },
};

/** Elastic APM: Elasticsearch with the spans of its agents, of its APM Server, or of OpenTelemetry as they are. */
export const elasticBackend: BackendType = {
  kind: 'elastic',
  label: 'Elastic APM',
  exampleUrl: 'https://localhost:9200',
  auth: ['header', 'basic', 'bearer', 'none'],
  authHeader: 'Authorization',
  options: {
    kibanaUrl: 'The address of Kibana, with /s/… where its space has a name, for links to traces.',
    index: `The data streams with spans: names, patterns and lists of them; ${SPANS} where left out.`,
    errorIndex: `The data streams with errors and events of spans; ${EVENTS} where left out.`,
  },
  readAddress: (text) => {
    const deployment = parseCloudId(text);
    if (deployment === undefined) return undefined;
    const { elasticsearchUrl: url, kibanaUrl } = deployment;
    return { url, options: kibanaUrl === undefined ? {} : { kibanaUrl } };
  },
  create: createElastic,
};

function createElastic(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, url, options } = config;
  const index = String(options.index ?? SPANS);
  const kibanaUrl = typeof options.kibanaUrl === 'string' ? options.kibanaUrl.replace(/\/+$/, '') : undefined;
  const place = { name, index, kibanaUrl };
  const http = new BackendHttp({
    ...deps,
    config,
    authoriser: createAuthoriser(config, deps.secrets, { writeKey: apiKeyHeader }),
    explain: explainElastic(place),
  });
  const api = new SearchApi({ http, name, address: url, index, logger: deps.logger, missing: noTraces(place) });
  return new SearchEngineBackend({
    ...{ kind: 'elastic', capabilities: CAPABILITIES, config, deps, http, api },
    dialect: elasticDialect,
    eventApi: api.at(String(options.errorIndex ?? EVENTS)),
    deepLink: (id) => traceLink(kibanaUrl, id),
    noServices: noServices(place, config.environment),
  });
}

/** Kibana finds the trace's own page; it looks in a range of time, and that of a trace is not in its id. */
function traceLink(kibanaUrl: string | undefined, id: TraceId): string | undefined {
  return kibanaUrl === undefined ? undefined : `${kibanaUrl}/app/apm/link-to/trace/${id}?rangeFrom=now-30d&rangeTo=now`;
}
