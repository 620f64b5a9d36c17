import { AwsAuthoriser } from '../aws/awsAuthoriser';
import { AwsCredentialSource } from '../aws/awsCredentials';
import { explainAwsError } from '../aws/awsFaults';
import { awsPages } from '../aws/awsPages';
import { configuredRegion, environmentRegion, regionOf } from '../aws/awsRegion';
import type { BackendDeps } from '../backend';
import type { BackendConfig } from '../backendConfig';
import type { Authoriser } from '../secrets';
import type { ExplainRefusal } from '../transport/refusal';

/** A domain of Amazon OpenSearch Service: `search-logs-….eu-central-1.es.amazonaws.com`. */
const HOST = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.es\.amazonaws\.com(?:\.cn)?$/;

/** What signs requests to a domain of Amazon OpenSearch Service, and what its refusals mean. */
export function awsAccess(
  config: BackendConfig,
  { secrets, environment = process.env, now = Date.now }: BackendDeps,
): { readonly authoriser: Authoriser; readonly explain: ExplainRefusal } {
  const source = new AwsCredentialSource(config, secrets, environment);
  const ofHost = HOST.exec(new URL(config.url).hostname)?.[1];
  const region = async (): Promise<string> =>
    ofHost ?? (await regionOf(config, environment, () => source.profileRegion()));
  const authoriser = new AwsAuthoriser(source, { service: 'es', region }, now);
  const pages = awsPages(ofHost ?? configuredRegion(config) ?? environmentRegion(environment), 'opensearch-service');
  const place = { name: config.name, policy: 'that allows es:ESHttpGet and es:ESHttpPost', pages };
  return { authoriser, explain: (answer) => explainAwsError(answer, authoriser, place) };
}
