import { isObject } from '../../otlp/jsonFields';
import type { Refusal, RefusedAnswer } from '../transport/refusal';
import type { AwsAuthoriser } from './awsAuthoriser';
import type { AwsOrigin } from './awsCredentials';
import type { AwsPages } from './awsPages';

/** What is said of whom. */
export interface AwsPlace {
  /** The backend as the user called it. */
  readonly name: string;
  /** A policy of AWS's own that allows what is asked. */
  readonly policy: string;
  /** Where what is wrong is put right. */
  readonly pages: AwsPages;
}

const RENEW: Readonly<Record<AwsOrigin, string>> = {
  environment: 'Sign in again and start the editor from a shell that has the new keys in its environment',
  profile: 'Sign in again (aws sso login, aws configure, or as your company does it): the profile is then read anew',
  asked: 'Give new ones when asked: "aws configure export-credentials" prints them',
};

/**
 * What an error of AWS means: it names itself in the header `x-amzn-errortype` or in the field `__type` of its body
 * (Smithy, "AWS restJson1 protocol", error serialization). Errors of keys can be cured by newer ones, those of clocks by
 * AWS's own, and throttling by patience. Undefined where the status says enough.
 */
export function explainAwsError(
  answer: RefusedAnswer,
  authoriser: AwsAuthoriser,
  place: AwsPlace,
): Refusal | undefined {
  const { type, message } = namedError(answer);
  const { name, pages } = place;
  const renew = `${RENEW[authoriser.origin ?? 'environment']}; access keys are made at ${pages.keys}.`;
  const because = message === '' ? '' : `: ${message.replace(/\.$/, '')}`;
  if (/^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|ProvisionedThroughput)/.test(type)) {
    const cure = 'Wait a while and try again; other users of the account count as well.';
    return { fault: 'throttled', message: `${name} was asked too often${because}.`, cure, again: 'later' };
  }
  if (/^(ExpiredToken|TokenRefreshRequired)/.test(type) || isExpiredToken(type, message)) {
    const again = authoriser.renew() ? { again: 'now' as const } : {};
    return { fault: 'unauthorised', message: `The keys for ${name} have expired.`, cure: renew, ...again };
  }
  if (isClock(type, message)) return clock(answer, authoriser, name);
  if (/^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken)/.test(type)) {
    const again = authoriser.renew() ? { again: 'now' as const } : {};
    const key = authoriser.accessKeyId ?? '';
    const text = `AWS does not know the access key ${key} that ${name} is asked with.`;
    const cure = `It may be deleted, or belong to another partition of AWS. ${renew}`;
    return { fault: 'unauthorised', message: text, cure, ...again };
  }
  if (/^(InvalidSignature|SignatureDoesNotMatch)/.test(type)) {
    const text = `AWS does not accept the signature for ${name}.`;
    const cure = `The secret access key may be wrong, or a proxy may change requests. ${renew}`;
    return { fault: 'unauthorised', message: text, cure };
  }
  if (/^(MissingAuthenticationToken|IncompleteSignature)/.test(type)) {
    const cure = `Check that the address is that of the API: ${pages.endpoints} lists them.`;
    return { fault: 'unauthorised', message: `${name} does not see a signature${because}.`, cure };
  }
  if (/^AccessDenied/.test(type)) {
    const action = /perform:?\s+([\w-]+:\w+)/.exec(message)?.[1];
    const what = action === undefined ? 'this' : action;
    const who = /User:?\s+(\S+)/.exec(message)?.[1];
    const text = `${name} does not allow ${what}${who === undefined ? '' : ` to ${who}`}.`;
    const cure = `Ask for the policy ${place.policy} for this user or role (${pages.access}), or use other keys.`;
    return { fault: 'forbidden', message: text, cure };
  }
  if (/^(OptInRequired|SubscriptionRequired)/.test(type)) {
    const cure = `Enable the region at ${pages.regions}, or write another one.`;
    return { fault: 'forbidden', message: `The account has not enabled this region${because}.`, cure };
  }
  return undefined;
}

/** An answer's error by its bare name: of `com.amazonaws.xray#ThrottledException:http://…` what is in the middle. */
function namedError({ headers, body }: RefusedAnswer): { type: string; message: string } {
  let value: unknown;
  try {
    value = JSON.parse(body) as unknown;
  } catch {
    // Some errors have no body.
  }
  const fields = isObject(value) ? value : {};
  const type = [headers.get('x-amzn-errortype'), fields['__type'], fields['code'], fields['Code']].find(
    (name): name is string => typeof name === 'string',
  );
  const message = [fields['message'], fields['Message']].find((text): text is string => typeof text === 'string');
  return { type: (type ?? '').split(':')[0]!.replace(/^.*#/, '').trim(), message: message ?? '' };
}

function isExpiredToken(type: string, message: string): boolean {
  return /security token/i.test(message) && /expired/i.test(message) && !/^Throttl/.test(type);
}

function isClock(type: string, message: string): boolean {
  if (/^(RequestTimeTooSkewed|RequestInTheFuture|RequestExpired)$/.test(type)) return true;
  return /Signature/.test(type) && /Signature (expired|not yet current)/i.test(message);
}

function clock({ headers }: RefusedAnswer, authoriser: AwsAuthoriser, name: string): Refusal {
  const again = authoriser.correctClock(headers.get('date')) ? { again: 'now' as const } : {};
  const message = `The clock of this machine differs from that of AWS by more than five minutes; ${name} refuses to answer.`;
  return { fault: 'unauthorised', message, cure: 'Set the clock, or let the system do that.', ...again };
}
