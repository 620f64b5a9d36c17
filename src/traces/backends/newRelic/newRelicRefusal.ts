import { isObject } from '../../otlp/jsonFields';
import { textOf } from '../../formats/recordValues';
import { BackendError, type BackendFault } from '../backendError';
import type { ExplainRefusal, Refusal } from '../transport/refusal';

/** Who answers, for words. */
export interface NewRelicPlace {
  readonly name: string;
  /** Without a slash at its end. */
  readonly address: string;
  readonly account: string | undefined;
}

/** What an error of GraphQL means. */
export interface GraphqlFault {
  readonly error: BackendError;
  /** Asking again may help. */
  readonly again: boolean;
  /** The answer is whole nevertheless. */
  readonly isWarning: boolean;
}

/** Classes that the service gives for what passes by itself. */
const PASSING = /^(TIMEOUT|SERVER_ERROR|INTERNAL_SERVER_ERROR|SERVICE_UNAVAILABLE)$/;
const REGIONS = 'api.newrelic.com for the US, api.eu.newrelic.com for the EU';

/** Where user keys are made. */
export function keysPage({ address }: Pick<NewRelicPlace, 'address'>): string {
  return `https://${consoleHost(address)}/admin-portal/api-keys/home`;
}

/** The pages of the region that an address is in. */
export function consoleHost(address: string): string {
  return /\.eu\./.test(new URL(address).hostname) ? 'one.eu.newrelic.com' : 'one.newrelic.com';
}

/** What HTTP's own errors mean. */
export function explainNewRelic(place: NewRelicPlace): ExplainRefusal {
  return ({ status, body }) => {
    if (status === 401 || /BAD_API_KEY/.test(body)) return badKey(place, status);
    return undefined;
  };
}

/** The first error that matters; undefined where there is none. @param shown makes what the service says fit to be shown. */
export function graphqlFault(
  place: NewRelicPlace,
  errors: readonly unknown[],
  shown: (text: string) => string,
): GraphqlFault | undefined {
  const faults = errors.filter(isObject).map((error) => {
    const extensions = isObject(error.extensions) ? error.extensions : {};
    const [kind = ''] = [extensions.errorClass, extensions.error_code, extensions.code].flatMap(
      (one) => textOf(one) ?? [],
    );
    const message = shown(textOf(error.message) ?? 'it gives no reason').replace(/[.!]$/, '');
    return faultOf(place, kind, message);
  });
  return faults.find(({ isWarning }) => !isWarning) ?? faults[0];
}

function faultOf(place: NewRelicPlace, kind: string, message: string): GraphqlFault {
  const { name, address, account } = place;
  const fail = (fault: BackendFault, words: string, cure: string, again = false): GraphqlFault => ({
    error: new BackendError(fault, words, address, cure, 200),
    ...{ again, isWarning: false },
  });
  if (kind === 'BAD_API_KEY' || /\bapi[- ]key\b/i.test(message)) {
    const { fault, message: words, cure } = badKey(place, 200);
    return fail(fault, words, cure);
  }
  if (kind === 'TOO_MANY_REQUESTS' || /rate limit|query limit|too many requests/i.test(message)) {
    const cure = 'Wait a minute: an account may ask 3,000 queries a minute, all its users and tools together.';
    return fail('throttled', `${name} was asked too often: ${message}.`, cure, true);
  }
  if (PASSING.test(kind) || /\b(timed out|timeout|time limit)\b/i.test(message)) {
    return fail('server', `${name} could not finish: ${message}.`, 'Try again; a shorter time range may help.', true);
  }
  if (
    /ACCESS_DENIED|FORBIDDEN|UNAUTHORI[SZ]ED/.test(kind) ||
    /access denied|not (authorized|allowed|permitted)|permission/i.test(message)
  ) {
    const cure = `Check "account" among the options, and that the key's user may read it${account === undefined ? '' : ` (account ${account})`}; it may also be of another region: ${REGIONS}.`;
    return fail('forbidden', `${name} does not let this key read the account: ${message}.`, cure);
  }
  if (/deprecated/i.test(message)) {
    return { ...fail('badRequest', `${name} warns: ${message}.`, 'Nothing needs to be done.'), isWarning: true };
  }
  if (/not found/i.test(message) && !/nrql/i.test(message)) {
    return fail('notFound', `${name} does not know the account: ${message}.`, 'Check "account" among the options.');
  }
  return fail('badRequest', `${name} does not accept the question: ${message}.`, 'Its own words say what is wrong.');
}

function badKey(place: NewRelicPlace, status: number): Refusal {
  return {
    fault: 'unauthorised',
    message: `${place.name} does not accept this key (${status}).`,
    cure: `Give a user key (NRAK-…) of the region of the address (${REGIONS}); it is made at ${keysPage(place)}.`,
  };
}
