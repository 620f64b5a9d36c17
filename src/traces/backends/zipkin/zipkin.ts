import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { SearchingBackend } from '../searchingBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { ZipkinApi } from './zipkinApi';

const CAPABILITIES: SourceCapabilities = {
  operations: 'sampled',
  search: 'exact',
  serviceGraph: 'exact',
  attributes: 'sampled',
  reasons: {
    operations: 'Zipkin does not aggregate spans: numbers are those of its latest traces.',
    attributes: 'Zipkin lists services, operations and the tags of AUTOCOMPLETE_KEYS, but no other attributes.',
  },
};

/** Zipkin, or Grafana's proxy before one. */
export const zipkinBackend: BackendType = {
  kind: 'zipkin',
  label: 'Zipkin',
  exampleUrl: 'http://localhost:9411',
  auth: ['none', 'bearer', 'basic', 'header'],
  options: { webUrl: 'The address of the web interface, where it is not that of the API with /zipkin behind it.' },
  create: createZipkin,
};

function createZipkin(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, url, options } = config;
  const http = new BackendHttp({ ...deps, config, authoriser: createAuthoriser(config, deps.secrets) });
  const isProxied = /\/proxy(\/|$)/.test(url);
  const web = typeof options.webUrl === 'string' ? options.webUrl.replace(/\/+$/, '') : `${url}/zipkin`;
  return new SearchingBackend({
    ...{ kind: 'zipkin', name, capabilities: CAPABILITIES, http, deps },
    finder: new ZipkinApi(http),
    deepLink: (id) => (isProxied && options.webUrl === undefined ? undefined : `${web}/traces/${id}`),
  });
}
