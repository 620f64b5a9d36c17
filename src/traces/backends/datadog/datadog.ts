import { parseDatadogSite } from '../../../base/datadogSites';
import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { SearchingBackend } from '../searchingBackend';
import { BackendHttp } from '../transport/backendHttp';
import { DatadogApi } from './datadogApi';
import { DatadogFinder } from './datadogFinder';
import { DatadogKeys } from './datadogKeys';
import { explainDatadog } from './datadogRefusal';

const HOUR_MS = 3_600_000;

const CAPABILITIES: SourceCapabilities = {
  operations: 'sampled',
  search: 'sampled',
  serviceGraph: 'sampled',
  attributes: 'sampled',
  reasons: {
    operations: 'Datadog counts the spans that its retention filters have kept, not all calls.',
    search: 'Its search finds spans that were kept: of a trace, those of them.',
    serviceGraph: 'Calls are those of its latest traces.',
    attributes: 'Attributes are those of its latest spans.',
  },
};

/** Datadog's APM. */
export const datadogBackend: BackendType = {
  kind: 'datadog',
  label: 'Datadog',
  exampleUrl: 'https://api.datadoghq.com',
  auth: ['header'],
  authHeader: 'DD-API-KEY',
  options: {
    appUrl: 'The address of your pages in Datadog, where it is another than that of the site, for links to traces.',
  },
  readAddress: (text) => {
    const site = parseDatadogSite(text);
    if (site === undefined) return undefined;
    const { apiUrl: url, appUrl } = site;
    return { url, options: appUrl === parseDatadogSite(url)?.appUrl ? {} : { appUrl } };
  },
  create: createDatadog,
};

function createDatadog(config: BackendConfig, deps: BackendDeps): Backend {
  const { environment: variables = process.env, logger, now = Date.now, secrets } = deps;
  const { name, url, options, environment } = config;
  const keys = new DatadogKeys(config, secrets, variables);
  const http = new BackendHttp({
    ...{ ...deps, config, authoriser: keys },
    explain: explainDatadog({ name, address: url }),
    // What Datadog's manual says, until its answers say what an organisation has.
    limits: {
      search: { requests: 300, periodMs: HOUR_MS },
      aggregate: { requests: 300, periodMs: HOUR_MS },
      trace: { requests: 60, periodMs: 60_000 },
    },
  });
  const api = new DatadogApi({ http, keys, name, address: url, logger, now });
  const given = typeof options.appUrl === 'string' ? options.appUrl.replace(/\/+$/, '') : undefined;
  const appUrl = given ?? parseDatadogSite(url)?.appUrl;
  return new SearchingBackend({
    ...{ kind: 'datadog', name, capabilities: CAPABILITIES, http, deps },
    finder: new DatadogFinder({ api, name, environment, logger, now }),
    deepLink: (id) => (appUrl === undefined ? undefined : `${appUrl}/apm/trace/${id}`),
    noServices: {
      message: 'Datadog has kept no span in the last hour.',
      cure: 'Send it traces, check that a retention filter keeps some of them, and check the environment.',
    },
  });
}
