import { chain, errorIn, explainSearch } from '../searchEngine/searchRefusal';
import type { TestWords } from '../connectionTest';
import type { ExplainRefusal, Refusal } from '../transport/refusal';

/** Who answers, for words. */
export interface ElasticPlace {
  readonly name: string;
  readonly index: string;
  /** The address of Kibana, where it is known. */
  readonly kibanaUrl: string | undefined;
}

/** What an API key may be refused for, as the server says it, and what that means. */
const KEY_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/expired/i, 'says that this API key has expired'],
  [/invalidated/i, 'says that this API key was taken back'],
  [/unable to find/i, 'does not know this API key: it was deleted, or is one of another deployment'],
  [/invalid credentials/i, 'knows the id of this API key, but its second half is wrong'],
];

/** What the errors of Elasticsearch mean, and those of what is mistaken for it. */
export function explainElastic(place: ElasticPlace): ExplainRefusal {
  const explain = explainSearch(place.name, place.index, noTraces(place));
  return (answer) => {
    const { status, body, headers } = answer;
    const error = errorIn(body);
    if (status === 401) return unauthorised(place, error);
    if (status === 403) return forbidden(place, error);
    if (headers.has('kbn-name') || /kbn-xsrf/.test(body)) return isKibana(place);
    if (status === 404 && /Unknown (resource|deployment|cluster)/i.test(body)) return noDeployment(place);
    return explain(answer);
  };
}

/** No index fits, or none that may be read: the server does not say which. */
export function noTraces({ name, index }: ElasticPlace): Refusal {
  return {
    fault: 'notFound',
    message: `${name} has no data stream that "${index}" fits, or does not let this key or user read it.`,
    cure: 'Give the role the index privilege read on it, or set "index" among the options of this backend.',
  };
}

/** The data streams may be read, and hold nothing. */
export function noServices({ index, kibanaUrl }: ElasticPlace, environment: string | undefined): TestWords {
  const page = kibanaUrl === undefined ? 'Kibana, Observability, Services' : `${kibanaUrl}/app/apm/services`;
  const ofOne = environment === undefined ? '' : ` of the environment ${environment}`;
  const other = environment === undefined ? '' : ' or "environment"';
  return {
    message: `The data streams that "${index}" fits hold no spans${ofOne} of the last day.`,
    cure: `Send them to this deployment, or correct "index" among the options${other}: ${page} shows what there is.`,
  };
}

function unauthorised({ name, kibanaUrl }: ElasticPlace, error: unknown): Refusal | undefined {
  const said = [...chain(error)];
  const reasons = said.map(({ reason }) => reason).filter((reason) => typeof reason === 'string');
  const key = said.map((one) => one.additional_unsuccessful_credentials).find((text) => typeof text === 'string');
  const keys = kibanaUrl === undefined ? 'in Kibana, Stack Management, API keys' : `at ${apiKeysPage(kibanaUrl)}`;
  const another = `Make another one ${keys}, and give it when asked.`;
  const keyFault = KEY_FAULTS.find(([pattern]) => key !== undefined && pattern.test(key))?.[1];
  if (keyFault !== undefined) return { fault: 'unauthorised', message: `${name} ${keyFault}.`, cure: another };
  if (reasons.some((reason) => /^missing authentication credentials/.test(reason))) {
    const cure = `Set "auth" for this backend; an API key is made ${keys}.`;
    return { fault: 'unauthorised', message: `${name} wants to know who asks (401).`, cure };
  }
  if (reasons.some((reason) => /^unable to authenticate user \[/.test(reason))) {
    return {
      fault: 'unauthorised',
      message: `${name} does not accept this name and password (401).`,
      cure: 'Give the password anew, or correct the user of this backend.',
    };
  }
  if (reasons.length === 0) return undefined;
  return { fault: 'unauthorised', message: `${name} does not accept this key (401).`, cure: another };
}

/** `action […] is unauthorized for … on indices [a,b], this action is granted by the index privileges [read,all]`. */
function forbidden({ name, index }: ElasticPlace, error: unknown): Refusal | undefined {
  const reasons = [...chain(error)].map(({ reason }) => (typeof reason === 'string' ? reason : ''));
  const reason = reasons.find((text) => /\bis unauthorized for\b/.test(text));
  if (reason === undefined) return undefined;
  const [, indices = index] = /\bon (?:restricted )?indices \[([^\]]*)\]/.exec(reason) ?? [];
  const [, action = 'read'] = /^action \[([^\]]*)\]/.exec(reason) ?? [];
  return {
    fault: 'forbidden',
    message: `${name} does not let this key or user read ${indices} (403, ${action}).`,
    cure: `Give its role the index privilege read on ${indices}.`,
  };
}

function isKibana({ name }: ElasticPlace): Refusal {
  return {
    fault: 'wrongType',
    message: `At the address of ${name} is Kibana, not Elasticsearch.`,
    cure: 'Write the address of Elasticsearch, and that of Kibana as "kibanaUrl" among the options.',
  };
}

function noDeployment({ name }: ElasticPlace): Refusal {
  return {
    fault: 'notFound',
    message: `There is no deployment at the address of ${name}.`,
    cure: "Copy the Elasticsearch endpoint or the cloud id from the deployment's page in Elastic Cloud.",
  };
}

function apiKeysPage(kibanaUrl: string): string {
  return `${kibanaUrl}/app/management/security/api_keys`;
}
