import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { itemsOf, textOf } from '../../formats/recordValues';
import type { GoogleAuthoriser } from '../google/googleAuthoriser';
import type { ExplainRefusal, Refusal } from '../transport/refusal';
import { PAGES } from './googlePlace';

/** Who answers, and what it takes to be let in. */
export interface GooglePlace {
  readonly name: string;
  /** `cloudtrace.googleapis.com`. */
  readonly service: string;
  /** What the API is called in the console. */
  readonly api: string;
  /** Roles that suffice. */
  readonly roles: string;
  readonly project: () => string | undefined;
}

/** What an error of Google's says of itself. */
export interface GoogleFault {
  readonly message: string;
  /** `PERMISSION_DENIED`. */
  readonly status: string;
  /** `SERVICE_DISABLED`, `rateLimitExceeded`, …: some APIs have several. */
  readonly reasons: readonly string[];
}

const TOO_OFTEN = /^(rateLimitExceeded|userRateLimitExceeded|jobRateLimitExceeded|RATE_LIMIT_EXCEEDED)$/;
const USED_UP = /^(quotaExceeded|dailyLimitExceeded|QUOTA_EXCEEDED|billingTierLimitExceeded)$/;
const DISABLED = /^(SERVICE_DISABLED|accessNotConfigured)$/;
const SCOPE = /^(ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficientPermissions)$/;

/** Reads an error as Google's APIs write them: `{"error": {"code", "message", "status", "errors", "details"}}`. */
export function googleFault(body: string): GoogleFault | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  // Answers that were begun as a list have their error in one.
  const outer: unknown = Array.isArray(value) ? (value as unknown[])[0] : value;
  const error = isObject(outer) && isObject(outer.error) ? outer.error : undefined;
  return error === undefined ? undefined : faultOf(error);
}

/** What the errors of a Google API mean, besides what their status says. */
export function explainGoogle(place: GooglePlace, authoriser: GoogleAuthoriser | undefined): ExplainRefusal {
  return ({ status, body }) => {
    const fault = googleFault(body);
    if (status === 401 && fault !== undefined) return unauthorised(place, authoriser);
    return fault === undefined ? undefined : refusalOf(place, fault);
  };
}

/** What an error means that came with any status. */
export function refusalOf(place: GooglePlace, { message, status, reasons }: GoogleFault): Refusal | undefined {
  const { name, service, api, roles } = place;
  const project = place.project() ?? '';
  const because = message === '' ? '' : `: ${message.replace(/[.!]$/, '')}`;
  const has = (pattern: RegExp): boolean => reasons.some((reason) => pattern.test(reason));
  if (has(DISABLED) || /has not been used in project|it is disabled/.test(message)) {
    const cure = `Enable it at ${PAGES.api(project, service)}, and wait some minutes.`;
    return { fault: 'forbidden', message: `${api} is not enabled in the project ${project}.`, cure };
  }
  if (has(SCOPE)) {
    const cure = 'Sign in with the scope cloud-platform: run "gcloud auth application-default login".';
    return { fault: 'forbidden', message: `The token for ${name} may not be used for ${api}.`, cure };
  }
  if (has(USED_UP)) {
    const cure = `Wait until it is renewed, or ask for more at ${PAGES.quotas(project)}.`;
    return { fault: 'throttled', message: `A quota of the project ${project} is used up${because}.`, cure };
  }
  if (has(TOO_OFTEN) || status === 'RESOURCE_EXHAUSTED') {
    const cure = `Wait a minute: all users of the project count. More can be had at ${PAGES.quotas(project)}.`;
    return { fault: 'throttled', message: `${name} was asked too often${because}.`, cure, again: 'later' };
  }
  if (/billing/i.test(reasons.join(' ')) || /billing (has not been|is not|account)/i.test(message)) {
    const cure = `Enable billing for ${project}, or take another project.`;
    return { fault: 'forbidden', message: `${api} wants billing to be enabled${because}.`, cure };
  }
  if (reasons.includes('CONSUMER_INVALID') || /project .*(not found|does not exist|invalid)/i.test(message)) {
    const cure = `Check "project" among the options of this backend, which is the id of a project and not its name or number; ${PAGES.projects} lists yours.`;
    return { fault: 'forbidden', message: `There is no project ${project} that this account may use.`, cure };
  }
  if (status === 'PERMISSION_DENIED' || reasons.includes('accessDenied')) {
    const cure = `Ask for ${roles} at ${PAGES.roles(project)}, or check that "project" is the right one.`;
    return { fault: 'forbidden', message: `${name} does not let this account read ${project}${because}.`, cure };
  }
  return undefined;
}

function unauthorised({ name }: GooglePlace, authoriser: GoogleAuthoriser | undefined): Refusal {
  const again = authoriser?.renew() === true ? { again: 'now' as const } : {};
  const message = `${name} does not accept this token: it has expired, or was taken back.`;
  const cure =
    authoriser === undefined
      ? 'Give a new one, as "gcloud auth print-access-token" prints it (it lasts an hour), or set "auth" to "google".'
      : 'Run "gcloud auth application-default login", or renew what GOOGLE_APPLICATION_CREDENTIALS names.';
  return { fault: 'unauthorised', message, cure, ...again };
}

function faultOf(error: JsonObject): GoogleFault {
  const infos = [...itemsOf(error.details), ...itemsOf(error.errors)].filter(isObject);
  return {
    message: textOf(error.message) ?? '',
    status: textOf(error.status) ?? '',
    reasons: infos.flatMap(({ reason }) => textOf(reason) ?? []),
  };
}
