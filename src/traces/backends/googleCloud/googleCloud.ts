import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import { GoogleAuthoriser } from '../google/googleAuthoriser';
import { SearchingBackend } from '../searchingBackend';
import { createAuthoriser } from '../secrets';
import { BackendHttp } from '../transport/backendHttp';
import { GoogleProject, PAGES, readGoogleAddress, TRACE_URL } from './googlePlace';
import { explainGoogle, type GooglePlace } from './googleRefusal';
import { TraceApi } from './traceApi';

/** Units of reading that a project has in a minute, unless it was given more. */
const READ_UNITS = 300;
const MINUTE_MS = 60_000;
const SCOPES = ['https://www.googleapis.com/auth/trace.readonly'];

const CAPABILITIES: SourceCapabilities = {
  operations: 'sampled',
  search: 'exact',
  serviceGraph: 'sampled',
  attributes: 'sampled',
  reasons: {
    operations: "Cloud Trace's API does not aggregate spans: numbers are those of its latest traces.",
    serviceGraph: "Cloud Trace's API does not count calls: numbers are those of the latest traces.",
    attributes: 'Services are those of the latest traces; the API lists neither them nor attributes.',
  },
};

/** Google Cloud Trace. */
export const googleCloudBackend: BackendType = {
  kind: 'googlecloud',
  label: 'Google Cloud Trace',
  exampleUrl: TRACE_URL,
  auth: ['google', 'bearer'],
  options: {
    project: 'The id of the project, where neither GOOGLE_CLOUD_PROJECT nor the credentials say it.',
    credentials:
      '"ask": the key of a service account is asked for and kept safe. Else application default credentials are used.',
    readUnits: 'Units of reading that the project has in a minute, where it was given another quota than 300.',
  },
  readAddress: readGoogleAddress,
  create: createGoogleCloud,
};

function createGoogleCloud(config: BackendConfig, deps: BackendDeps): Backend {
  const { environment = process.env, logger, now = Date.now, secrets, transport } = deps;
  const { name, options } = config;
  const google =
    config.auth === 'google'
      ? new GoogleAuthoriser({ config, secrets, environment, transport, scopes: SCOPES, now })
      : undefined;
  const project = new GoogleProject(config, environment, google);
  const place: GooglePlace = {
    ...{ name, service: 'cloudtrace.googleapis.com', api: 'The Cloud Trace API', roles: 'the role Cloud Trace User' },
    project: () => project.known,
  };
  const http = new BackendHttp({
    ...{ ...deps, config, authoriser: google ?? createAuthoriser(config, secrets) },
    explain: explainGoogle(place, google),
    limits: { '': { requests: readUnits(options['readUnits']), periodMs: MINUTE_MS } },
  });
  const finder = new TraceApi({ http, project, environment: config.environment, name, logger, now });
  return new SearchingBackend({
    ...{ kind: 'googlecloud', name, capabilities: CAPABILITIES, http, deps, finder },
    deepLink: (id) => (project.known === undefined ? undefined : PAGES.trace(project.known, id)),
    noServices: {
      message: 'There are no traces of the last day in this project.',
      cure: `Send it some, or check "project" among the options: ${PAGES.traces(project.known ?? '')} shows what there is.`,
    },
  });
}

function readUnits(option: unknown): number {
  const units = Number(option ?? READ_UNITS);
  return Number.isFinite(units) && units >= 1 ? units : READ_UNITS;
}
