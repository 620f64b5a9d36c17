import type { TraceId } from '../../../model/ids';
import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { apiKeyHeader } from '../searchEngine/apiKey';
import { SearchApi } from '../searchEngine/searchApi';
import { SearchEngineBackend } from '../searchEngine/searchEngineBackend';
import { explainSearch } from '../searchEngine/searchRefusal';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { dataPrepperDialect } from './dataPrepperDialect';
import { awsAccess } from './openSearchAws';
import { serviceMapCalls } from './serviceMap';

const SPANS = 'otel-v1-apm-span-*';
const SERVICE_MAP = 'otel-v1-apm-service-map*';

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'exact',
  reasons: {
    operations: 'OpenSearch counts every span, and estimates percentiles.',
    serviceGraph: 'OpenSearch notes who calls whom, but not how often: numbers are those of its latest traces.',
  },
};

/** OpenSearch with the spans that Data Prepper writes for its trace analytics. */
export const openSearchBackend: BackendType = {
  kind: 'opensearch',
  label: 'OpenSearch',
  exampleUrl: 'http://localhost:9200',
  auth: ['none', 'basic', 'bearer', 'header', 'aws'],
  authHeader: 'Authorization',
  options: {
    index: `The indices with spans: names, patterns and lists of them; ${SPANS} where left out.`,
    serviceMapIndex: `The indices that say who calls whom; ${SERVICE_MAP} where left out.`,
    dashboardsUrl: 'The address of OpenSearch Dashboards, for links to traces.',
    region: 'With auth aws: the region, where the address does not say it.',
    profile: 'With auth aws: the profile of ~/.aws/credentials and ~/.aws/config whose keys are used.',
    credentials:
      'With auth aws, "ask": the keys are asked for. Else those of the environment or of a profile are used.',
  },
  create: createOpenSearch,
};

function createOpenSearch(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, tenant, url, options } = config;
  const index = String(options.index ?? SPANS);
  const aws = config.auth === 'aws' ? awsAccess(config, deps) : undefined;
  const explain = explainSearch(name, index);
  const http = new BackendHttp({
    ...deps,
    config,
    authoriser: aws?.authoriser ?? createAuthoriser(config, deps.secrets, { writeKey: apiKeyHeader }),
    headers: tenant === undefined ? {} : { securitytenant: tenant },
    explain: (answer) => explain(answer) ?? aws?.explain(answer),
  });
  const api = new SearchApi({ http, name, address: url, index, logger: deps.logger });
  const serviceMap = api.at(String(options.serviceMapIndex ?? SERVICE_MAP));
  return new SearchEngineBackend({
    ...{ kind: 'opensearch', capabilities: CAPABILITIES, config, deps, http, api },
    dialect: dataPrepperDialect,
    deepLink: (id) => traceLink(config, id),
    knownCalls: (signal) => serviceMapCalls(serviceMap, signal),
  });
}

/** The page of a trace in the Observability plugin, as it has been since OpenSearch Dashboards 2.17. */
function traceLink({ options: { dashboardsUrl } }: BackendConfig, id: TraceId): string | undefined {
  if (typeof dashboardsUrl !== 'string') return undefined;
  return `${dashboardsUrl.replace(/\/+$/, '')}/app/observability-traces#/traces?datasourceId=&traceId=${id}`;
}
