import type { TraceId } from '../../../model/ids';
import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { SearchingBackend } from '../searchingBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { JaegerApi } from './jaegerApi';

const CAPABILITIES: SourceCapabilities = {
  operations: 'sampled',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'sampled',
  reasons: {
    operations: 'Jaeger does not aggregate spans: numbers are those of its latest traces.',
    serviceGraph: 'Jaeger counts calls from time to time, and does not tell which failed.',
    attributes: 'Jaeger lists services and operations, but no other attributes.',
  },
};

/** Jaeger, and what speaks like it: VictoriaTraces below `/select/jaeger`, Grafana's proxy before a Jaeger. */
export const jaegerBackend: BackendType = {
  kind: 'jaeger',
  label: 'Jaeger',
  exampleUrl: 'http://localhost:16686',
  auth: ['none', 'bearer', 'basic', 'header'],
  options: {
    webUrl: 'The address of the web interface, where it is not the same as that of the API.',
    tenantHeader: 'The header that carries the tenant; x-tenant where left out.',
  },
  create: createJaeger,
};

function createJaeger(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, tenant, options } = config;
  const http = new BackendHttp({
    ...deps,
    config,
    authoriser: createAuthoriser(config, deps.secrets),
    headers: tenant === undefined ? {} : { [String(options.tenantHeader ?? 'x-tenant')]: tenant },
  });
  return new SearchingBackend({
    ...{ kind: 'jaeger', name, capabilities: CAPABILITIES, http, deps },
    finder: new JaegerApi(http),
    deepLink: (id) => traceLink(config, id),
  });
}

function traceLink({ url, options }: BackendConfig, id: TraceId): string | undefined {
  const { webUrl } = options;
  if (typeof webUrl === 'string') return `${webUrl.replace(/\/+$/, '')}/trace/${id}`;
  // A proxy or a look-alike serves the API only.
  return /\/(proxy|select\/jaeger)(\/|$)/.test(url) ? undefined : `${url}/trace/${id}`;
}
