import type { TraceId } from '../../../model/ids';
import type { SourceCapabilities } from '../../../model/traceSource';
import { AwsAuthoriser } from '../aws/awsAuthoriser';
import { AwsCredentialSource } from '../aws/awsCredentials';
import { explainAwsError } from '../aws/awsFaults';
import { awsPages } from '../aws/awsPages';
import type { Environment } from '../aws/awsProfiles';
import { configuredRegion, consoleHost, environmentRegion, regionOf } from '../aws/awsRegion';
import type { Backend, BackendDeps, BackendType } from '../backend';
import type { BackendConfig } from '../backendConfig';
import type { TestWords } from '../connectionTest';
import { SearchingBackend } from '../searchingBackend';
import { BackendHttp } from '../transport/backendHttp';
import type { Refusal, RefusedAnswer } from '../transport/refusal';
import { DEFAULT_RETRY } from '../transport/retry';
import { SpanLog } from './spanLog';
import { XrayApi } from './xrayApi';
import { indexedAttributes } from './xrayFilter';
import { xrayTraceId } from './xrayIds';
import { XrayRetrieval } from './xrayRetrieval';
import { XrayTraces } from './xrayTraces';

const CAPABILITIES: SourceCapabilities = {
  operations: 'sampled',
  search: 'sampled',
  serviceGraph: 'exact',
  attributes: 'sampled',
  reasons: {
    operations: 'X-Ray does not aggregate spans: numbers are those of its latest traces.',
    search: 'X-Ray indexes little of what spans say: a search looks into the latest 5,000 traces that it lists for it.',
    attributes: 'X-Ray lists services, but no attributes.',
  },
};

/** AWS X-Ray. */
export const xrayBackend: BackendType = {
  kind: 'xray',
  label: 'AWS X-Ray',
  exampleUrl: 'https://xray.us-east-1.amazonaws.com',
  auth: ['aws'],
  options: {
    region: 'The region, where the address does not say it.',
    profile: 'The profile of ~/.aws/credentials and ~/.aws/config whose keys are used.',
    credentials: '"ask": the keys are asked for and kept safe. Else those of the environment or of a profile are used.',
    indexedAttributes:
      "Attributes that are annotations (the Collector's indexed_attributes), with commas between, or *: X-Ray itself searches by these.",
    spanLogGroup:
      'The log group of Transaction Search (aws/spans): searches then look into all spans, by CloudWatch Logs Insights, which bills what it reads.',
    logsUrl: 'Where CloudWatch Logs is, where that does not follow from the address.',
  },
  create: createXray,
};

function createXray(config: BackendConfig, deps: BackendDeps): Backend {
  const { environment = process.env, logger, now = Date.now, retry = DEFAULT_RETRY } = deps;
  const { name, options } = config;
  const source = new AwsCredentialSource(config, deps.secrets, environment);
  const region = () => regionOf(config, environment, () => source.profileRegion());
  const authoriser = new AwsAuthoriser(source, { service: 'xray', region }, now);
  const known = configuredRegion(config) ?? environmentRegion(environment);
  const place = { name, policy: 'AWSXrayReadOnlyAccess', pages: awsPages(known, 'xray') };
  const http = new BackendHttp({
    ...{ ...deps, config, authoriser },
    explain: (answer) => explainAwsError(answer, authoriser, place),
  });
  const timeAtAws = () => authoriser.timeAtAws();
  const spanLog = createSpanLog(config, deps, { source, region, http });
  const finder = new XrayApi({
    ...(spanLog === undefined ? {} : { spanLog }),
    ...{ http, now: timeAtAws, logger, indexed: indexedAttributes(options['indexedAttributes']) },
    traces: new XrayTraces({ http, logger, retry }),
    retrieval: new XrayRetrieval({ http, logger, now: timeAtAws, firstPauseMs: retry.firstDelayMs }),
  });
  return new SearchingBackend({
    ...{ kind: 'xray', name, capabilities: CAPABILITIES, http, deps, finder },
    deepLink: (id) => traceLink(config, environment, id),
    noServices: noTraces(known),
  });
}

/** Each region has its own traces: in another one, keys are as good, and there is nothing. */
function noTraces(region: string | undefined): TestWords {
  return {
    message: `X-Ray has no traces of the last six hours in ${region === undefined ? 'this region' : `the region ${region}`}.`,
    cure: `Send it traces, or write the region that your services send to (in the address, or as "region" among the options); the keys must be of the same account. ${tracesPage(region)} shows what there is.`,
  };
}

interface XrayAccess {
  readonly source: AwsCredentialSource;
  readonly region: () => Promise<string>;
  readonly http: BackendHttp;
}

/** Undefined where the settings name no log group. */
function createSpanLog(config: BackendConfig, deps: BackendDeps, access: XrayAccess): SpanLog | undefined {
  const { spanLogGroup: logGroup, logsUrl } = config.options;
  if (typeof logGroup !== 'string' || logGroup === '') return undefined;
  const { logger, now = Date.now, retry = DEFAULT_RETRY } = deps;
  const address = typeof logsUrl === 'string' && logsUrl !== '' ? logsUrl.replace(/\/+$/, '') : logsAddress(config.url);
  const authoriser = new AwsAuthoriser(access.source, { service: 'logs', region: access.region }, now);
  const pages = awsPages(configuredRegion(config), 'cwl_region');
  const place = { name: `CloudWatch Logs of ${config.name}`, policy: 'CloudWatchLogsReadOnlyAccess', pages };
  const http = new BackendHttp({
    ...{ ...deps, config: { ...config, name: place.name, url: address }, authoriser, shares: access.http },
    explain: (answer) => explainLogsError(answer, logGroup, place.name) ?? explainAwsError(answer, authoriser, place),
  });
  return new SpanLog({ http, logger, name: config.name, address, logGroup, firstPauseMs: retry.firstDelayMs });
}

/** `https://xray.eu-central-1.amazonaws.com` and the like. */
function logsAddress(url: string): string {
  return url.replace(/^(https?:\/\/(?:[\w-]+\.)?)xray(-fips)?\./, '$1logs$2.');
}

/** What CloudWatch Logs refuses for reasons of its own. */
function explainLogsError({ body }: RefusedAnswer, logGroup: string, name: string): Refusal | undefined {
  if (/ResourceNotFoundException/.test(body)) {
    return {
      fault: 'notFound',
      message: `There is no log group ${logGroup}.`,
      cure: 'Enable Transaction Search in CloudWatch, or take "spanLogGroup" out of the options of this backend.',
    };
  }
  if (!/LimitExceededException/.test(body)) return undefined;
  const message = `${name} runs as many queries as the account may run at once.`;
  return { fault: 'throttled', message, cure: 'Wait a while and try again.', again: 'later' };
}

/** A trace in the console of CloudWatch, where X-Ray's pages are. */
function traceLink(config: BackendConfig, environment: Environment, id: TraceId): string | undefined {
  const region = configuredRegion(config) ?? environmentRegion(environment);
  return region === undefined ? undefined : `${tracesPage(region)}/${xrayTraceId(id)}`;
}

/** The traces of a region there; those of the region that was looked at last where none is known. */
function tracesPage(region: string | undefined): string {
  if (region === undefined) return 'https://console.aws.amazon.com/cloudwatch/home#xray:traces';
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#xray:traces`;
}
