import { isObject } from '../../otlp/jsonFields';
import { textOf } from '../../formats/recordValues';
import { quotable } from '../transport/redact';
import type { ExplainRefusal, Refusal } from '../transport/refusal';
import { resourcesPage, type AzurePlace } from './azurePlace';

const TOKEN_CODES =
  /^(AuthenticationFailed|InvalidAuthenticationToken|InvalidTokenError|TokenExpired|ExpiredAuthenticationToken)$/i;
const NO_TABLE = /failed to resolve (table|scalar|column)|could not be resolved|SEM0100/i;
const SLOW = /timed? ?out|timeout|took too long|gateway/i;
const OTHER_CLOUDS =
  'api.loganalytics.azure.com for Azure, api.loganalytics.us for Azure Government, api.loganalytics.azure.cn for Azure China';

/** What the service says of itself: the innermost code and sentence are the most telling ones. */
export interface AzureFault {
  /** All codes, the outermost first. */
  readonly codes: readonly string[];
  readonly message: string;
}

/** Reads `{"error": {"code", "message", "innererror": {…}}}`. */
export function azureFault(error: unknown): AzureFault {
  const codes: string[] = [];
  let message = '';
  let open: unknown = error;
  for (let depth = 0; depth < 6 && isObject(open); depth++) {
    const code = textOf(open.code);
    if (code !== undefined) codes.push(code);
    message = textOf(open.message) ?? message;
    const details: unknown = Array.isArray(open.details) ? open.details[0] : undefined;
    open = open.innererror ?? details;
  }
  return { codes, message: quotable(message, []).replace(/[.!]$/, '') };
}

/**
 * What errors of the service mean.
 * @param renew called where a token does not count any more; whether there will be another one.
 */
export function explainAzure(place: AzurePlace, renew: () => boolean): ExplainRefusal {
  return ({ status, body }) => {
    const fault = azureFault(errorIn(body));
    if (status === 401 || fault.codes.some((code) => TOKEN_CODES.test(code))) {
      const again = renew() ? { again: 'now' as const } : {};
      return { ...tokenRefused(place, status, fault), ...again };
    }
    if (status === 403) return forbidden(place, fault);
    if (status === 404) return notFound(place, fault);
    if (status === 400) return badQuestion(place, fault);
    if (status === 504 || (status >= 500 && SLOW.test(fault.message))) return tooSlow(place, status);
    return undefined;
  };
}

function tokenRefused(
  { name, cloud, tenant, audience }: AzurePlace,
  status: number,
  { codes, message }: AzureFault,
): Refusal {
  const because = message === '' ? '' : `: ${message}`;
  if (codes.includes('InvalidAuthenticationTokenAudience') || /audience/i.test(message)) {
    const cure = `Its tokens are for ${audience}: take out "audience", or check the address (${OTHER_CLOUDS}).`;
    return { fault: 'unauthorised', message: `The token for ${name} is for another service or cloud${because}.`, cure };
  }
  if (/issuer|tenant/i.test(message)) {
    const which = tenant === undefined ? 'Set "tenant" to' : `It signs in to the tenant ${tenant}: set "tenant" to`;
    const cure = `${which} the directory that the workspace belongs to (${cloud.portal}/#settings/directory).`;
    return { fault: 'unauthorised', message: `The sign-in for ${name} is of another tenant${because}.`, cure };
  }
  const cure = 'Sign in again: in the editor with your Microsoft account, elsewhere by "az login".';
  return { fault: 'unauthorised', message: `${name} does not accept the sign-in (${status})${because}.`, cure };
}

function forbidden(place: AzurePlace, { codes, message }: AzureFault): Refusal {
  const { name, isWorkspace, cloud, tenant } = place;
  const what = isWorkspace ? 'the workspace' : 'the application';
  if (codes.includes('InvalidAuthenticationTokenAudience') || /audience/i.test(message)) {
    return tokenRefused(place, 403, { codes, message });
  }
  const because = message === '' ? '' : `: ${message}`;
  const directory = tenant === undefined ? ', and set "tenant" if it is in another directory than your own' : '';
  const role = isWorkspace ? 'Log Analytics Reader' : 'Monitoring Reader';
  return {
    fault: 'forbidden',
    message: `${name} does not let this account read ${what} (403)${because}.`,
    cure: `Ask for the role "${role}" on ${what} (Access control (IAM), ${resourcesPage(place)})${directory}; a new role counts after up to an hour. The address is for ${cloud.label}.`,
  };
}

function notFound(place: AzurePlace, { codes, message }: AzureFault): Refusal {
  const { name, isWorkspace, id = '' } = place;
  const what = isWorkspace ? 'workspace' : 'application';
  if (codes.includes('PathNotFoundError')) {
    const cure = `Write the address of the API without a path, such as ${isWorkspace ? 'https://api.loganalytics.azure.com' : 'https://api.applicationinsights.io'}.`;
    return { fault: 'notFound', message: `${name} does not have this page (404): ${message}.`, cure };
  }
  return {
    fault: 'notFound',
    message: `${name} has no ${what} ${id} (404)${message === '' ? '' : `: ${message}`}.`,
    cure: `Compare the id with that at ${resourcesPage(place)}, and the address with your cloud: ${OTHER_CLOUDS}.`,
  };
}

function badQuestion(place: AzurePlace, { message }: AzureFault): Refusal {
  const { name, isWorkspace } = place;
  if (isWorkspace && NO_TABLE.test(message)) {
    const cure = `Connect an Application Insights resource to this workspace, or name the one that it writes to (${resourcesPage(place)}).`;
    return { fault: 'badRequest', message: `${name} has no tables of Application Insights: ${message}.`, cure };
  }
  const said = message === '' ? 'it gives no reason' : message;
  const cure = 'Its own words say what is wrong.';
  return { fault: 'badRequest', message: `${name} does not accept the question (400): ${said}.`, cure };
}

function tooSlow({ name }: AzurePlace, status: number): Refusal {
  const cure = 'Ask for a shorter time range, or try again.';
  return { fault: 'server', message: `${name} did not finish in time (${status}).`, cure };
}

function errorIn(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value.error : undefined;
  } catch {
    // No JSON, or cut off: the status says enough.
    return undefined;
  }
}
