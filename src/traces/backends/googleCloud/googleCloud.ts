import { googleAddressProblem, GOOGLE_TRACE_URL, OR_GOOGLE_PROJECT } from '../../../base/googleProject';
import type { SourceCapabilities } from '../../../model/traceSource';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import type { TestWords } from '../connectionTest';
import { GoogleAuthoriser } from '../google/googleAuthoriser';
import { SearchingBackend } from '../searchingBackend';
import { createAuthoriser, type Authoriser } from '../secrets';
import { textOf } from '../../formats/recordValues';
import { BackendHttp } from '../transport/backendHttp';
import type { Refusal } from '../transport/refusal';
import { DEFAULT_RETRY } from '../transport/retry';
import { BigQuery } from './bigQuery';
import { bigQueryAddress, GoogleProject, PAGES, readGoogleAddress } from './googlePlace';
import { explainGoogle, googleFault, refusalOf, type GoogleFault, type GooglePlace } from './googleRefusal';
import { SpanStore } from './spanStore';
import { sqlRefusal } from './sqlRefusal';
import { TraceApi } from './traceApi';

/** Units of reading that a project has in a minute, unless it was given more. */
const READ_UNITS = 300;
const MINUTE_MS = 60_000;
const TRACE_SCOPE = 'https://www.googleapis.com/auth/trace.readonly';
/** Queries are jobs, which are begun and stopped: to read alone is not enough. */
const QUERY_SCOPE = 'https://www.googleapis.com/auth/bigquery';

const NO_TOKEN =
  'Give one when asked for it, as "gcloud auth print-access-token" prints it (it lasts an hour), or set "auth" to "google".';

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
  exampleUrl: GOOGLE_TRACE_URL,
  auth: ['google', 'bearer'],
  options: {
    project: 'The id of the project, where neither GOOGLE_CLOUD_PROJECT nor the credentials say it.',
    credentials:
      '"ask": the key of a service account is asked for and kept safe. Else application default credentials are used.',
    dataset:
      'The dataset of BigQuery that is linked with the traces ("dataset" or "project.dataset"): everything is then asked by SQL, which counts every span and bills what it reads.',
    location: 'Where that dataset is, where BigQuery does not find it.',
    maximumBytesBilled: 'Queries that would read more bytes are refused by BigQuery.',
    bigQueryUrl: 'Where BigQuery is, where that does not follow from the address.',
    readUnits: 'Units of reading that the project has in a minute, where it was given another quota than 300.',
  },
  readAddress: readGoogleAddress,
  orAddress: OR_GOOGLE_PROJECT,
  addressProblem: googleAddressProblem,
  create: createGoogleCloud,
};

function createGoogleCloud(config: BackendConfig, deps: BackendDeps): Backend {
  const { environment = process.env, now = Date.now, secrets, transport } = deps;
  const { dataset } = config.options;
  const bySql = typeof dataset === 'string' && dataset !== '';
  const scopes = [bySql ? QUERY_SCOPE : TRACE_SCOPE];
  const google =
    config.auth === 'google'
      ? new GoogleAuthoriser({ config, secrets, environment, transport, scopes, now })
      : undefined;
  const project = new GoogleProject(config, environment, google);
  const access: GoogleAccess = {
    google,
    authoriser: google ?? createAuthoriser(config, secrets, { cure: NO_TOKEN }),
    project,
  };
  return bySql ? createSpanStore(config, deps, access, dataset) : createTraceApi(config, deps, access);
}

interface GoogleAccess {
  readonly google: GoogleAuthoriser | undefined;
  readonly authoriser: Authoriser;
  readonly project: GoogleProject;
}

/** What the API of version 1 tells. */
function createTraceApi(
  config: BackendConfig,
  deps: BackendDeps,
  { google, authoriser, project }: GoogleAccess,
): Backend {
  const { logger, now = Date.now } = deps;
  const { name, options } = config;
  const place: GooglePlace = {
    ...{ name, service: 'cloudtrace.googleapis.com', api: 'The Cloud Trace API', roles: 'the role Cloud Trace User' },
    project: () => project.known,
  };
  const http = new BackendHttp({
    ...{ ...deps, config, authoriser },
    explain: explainGoogle(place, google),
    limits: { '': { requests: readUnits(options['readUnits']), periodMs: MINUTE_MS } },
  });
  const finder = new TraceApi({ http, project, environment: config.environment, name, logger, now });
  return new SearchingBackend({
    ...{ kind: 'googlecloud', name, capabilities: CAPABILITIES, http, deps, finder },
    deepLink: (id) => (project.known === undefined ? undefined : PAGES.trace(project.known, id)),
    noServices: noTraces(project),
  });
}

/** What SQL tells of the linked dataset. */
function createSpanStore(
  config: BackendConfig,
  deps: BackendDeps,
  { google, authoriser, project }: GoogleAccess,
  dataset: string,
): Backend {
  const { logger, retry = DEFAULT_RETRY } = deps;
  const { name, options } = config;
  const address = bigQueryAddress(config);
  const place: GooglePlace = {
    ...{ name, service: 'bigquery.googleapis.com', api: 'The BigQuery API' },
    ...{ roles: 'the roles BigQuery Job User and BigQuery Data Viewer', project: () => project.known },
  };
  const explain = (fault: GoogleFault): Refusal | undefined =>
    sqlRefusal(fault, dataset, name) ?? refusalOf(place, fault);
  const explainOther = explainGoogle(place, google);
  const http = new BackendHttp({
    ...{ ...deps, config: { ...config, url: address }, authoriser },
    explain: (answer) => {
      const fault = answer.status === 401 ? undefined : googleFault(answer.body);
      return fault === undefined ? explainOther(answer) : explain(fault);
    },
  });
  const api = new BigQuery({
    ...{ http, project, logger, name, address, retry, explain },
    ...{ location: optionText(options['location']), maximumBytesBilled: optionText(options['maximumBytesBilled']) },
  });
  return new SpanStore({ config, deps, http, api, project, dataset, noServices: noTraces(project) });
}

/** What is said where there is nothing. */
function noTraces(project: GoogleProject): TestWords {
  return {
    message: 'There are no traces of the last day in this project.',
    get cure() {
      return `Send it some, or check "project" among the options: ${PAGES.traces(project.known ?? '')} shows what there is.`;
    },
  };
}

function optionText(option: unknown): string | undefined {
  return textOf(option) || undefined;
}

function readUnits(option: unknown): number {
  const units = Number(option ?? READ_UNITS);
  return Number.isFinite(units) && units >= 1 ? units : READ_UNITS;
}
