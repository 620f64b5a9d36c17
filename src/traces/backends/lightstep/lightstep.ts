import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { SearchingBackend } from '../searchingBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { LightstepApi, QUERIES } from './lightstepApi';
import { LightstepFinder } from './lightstepFinder';
import { lightstepPages, readLightstepAddress } from './lightstepPages';
import { explainLightstep } from './lightstepRefusal';

/** Queries that an organisation may run in an hour, unless it has agreed on more. */
const QUERIES_AN_HOUR = 600;
const HOUR_MS = 3_600_000;

const CAPABILITIES: SourceCapabilities = {
  operations: 'exact',
  search: 'exact',
  serviceGraph: 'sampled',
  reasons: {
    operations: 'Cloud Observability counts the spans that it keeps, and estimates percentiles.',
    serviceGraph: 'Its public API does not count calls: numbers are those of the latest traces.',
    attributes: 'Its public API lists no attributes.',
  },
};

/** ServiceNow Cloud Observability, which was Lightstep. */
export const lightstepBackend: BackendType = {
  kind: 'lightstep',
  label: 'ServiceNow Cloud Observability (Lightstep)',
  exampleUrl: 'https://api.lightstep.com',
  auth: ['bearer'],
  options: {
    organization: 'The name of the organisation, as its settings spell it.',
    project: 'The name of the project.',
    queriesPerHour: `How many queries may be run in an hour; ${QUERIES_AN_HOUR} unless your organisation has agreed on more.`,
  },
  readAddress: readLightstepAddress,
  create: createLightstep,
};

function createLightstep(config: BackendConfig, deps: BackendDeps): Backend {
  const { name, options, url, environment } = config;
  const text = (option: string): string => String(options[option] ?? '').trim();
  const [organization, project] = [text('organization'), text('project')];
  const place = { name, address: url };
  const pages = lightstepPages(url);
  const cure = `Give an API key of the organisation when asked for it; it is made at ${pages} under Settings, API keys.`;
  const requests = Math.max(1, Number(options['queriesPerHour'] ?? QUERIES_AN_HOUR) || QUERIES_AN_HOUR);
  const http = new BackendHttp({
    ...{ ...deps, config, authoriser: createAuthoriser(config, deps.secrets, { cure }) },
    explain: explainLightstep(place),
    limits: { [QUERIES]: { requests, periodMs: HOUR_MS } },
  });
  const api = new LightstepApi({ http, place, organization, project });
  const finder = new LightstepFinder({ api, environment, now: deps.now ?? Date.now });
  return new SearchingBackend({
    ...{ kind: 'lightstep', name, capabilities: CAPABILITIES, http, deps, finder },
    noServices: {
      message: `The project ${project} has kept no span of the last day.`,
      cure: `Send it traces, or correct "project" among the options of this backend; ${pages} shows what there is.`,
    },
    // Its pages find a trace by one of its spans.
    deepLink: (id) => {
      const span = finder.spanOf(id);
      return span === undefined ? undefined : `${pages}/${encodeURIComponent(project)}/trace?span_guid=${span}`;
    },
  });
}
