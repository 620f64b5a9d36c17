import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { SigNozApi } from './sigNozApi';
import { SigNozBackend } from './sigNozBackend';
import { explainSigNoz } from './sigNozRefusal';

/** SigNoz, in its cloud or run by oneself: the address is that of its pages. */
export const sigNozBackend: BackendType = {
  kind: 'signoz',
  label: 'SigNoz',
  exampleUrl: 'https://my-team.us.signoz.cloud',
  auth: ['header', 'none', 'bearer'],
  authHeader: 'SIGNOZ-API-KEY',
  options: {},
  create: createSigNoz,
};

function createSigNoz(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, url, auth } = config;
  const authoriser = createAuthoriser(config, deps.secrets);
  const explain = explainSigNoz({ name, url, signsIn: auth !== 'none' });
  const http = new BackendHttp({ ...deps, config, authoriser, explain });
  const api = new SigNozApi({ http, name, address: url, logger: deps.logger });
  return new SigNozBackend({ config, deps, http, api });
}
