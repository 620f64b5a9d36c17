import { describeError, SpanlightError } from '../../../base/errors';
import { BackendError, type BackendFault } from '../backendError';
import { quotable } from './redact';

/** Who did not answer as hoped; for the words of errors. */
export interface FaultPlace {
  /** The backend's name as the user wrote it. */
  readonly name: string;
  /** Address without query. */
  readonly address: string;
  readonly secrets: readonly string[];
  readonly auth: string;
}

/** Codes of Node and undici by what they mean. */
const CODES: Readonly<Record<string, BackendFault>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'disconnected',
  EPIPE: 'disconnected',
  UND_ERR_SOCKET: 'disconnected',
  UND_ERR_CLOSED: 'disconnected',
  UND_ERR_DESTROYED: 'disconnected',
};

const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** What went wrong on the way, in the user's words; what is neither Node's nor undici's comes back as it is. */
export function transportFault(error: unknown, place: FaultPlace, half: boolean): unknown {
  if (error instanceof SpanlightError) return error;
  const code = codeOf(error);
  const fault = code === undefined ? undefined : (CODES[code] ?? (TLS_CODE.test(code) ? 'tls' : undefined));
  if (isProxyRefusal(error))
    return said('proxy', error, place, `The proxy did not let the request to ${place.name} pass.`);
  if ((fault === 'disconnected' && half) || code === 'Z_BUF_ERROR') return incomplete(place, error);
  if (code?.startsWith('Z_') === true || code?.startsWith('ERR_BROTLI') === true) {
    return said('malformed', error, place, `What ${place.name} answered cannot be unpacked.`);
  }
  if (fault !== undefined) return said(fault, error, place, messageOf(fault, place, code ?? ''));
  if (code?.startsWith('HPE_') === true || code?.startsWith('UND_ERR_') === true) {
    const why = quotable(describeError(error), place.secrets);
    return said('malformed', error, place, `What ${place.name} answered is not HTTP: ${why}.`);
  }
  return error;
}

const CURES: Partial<Record<BackendFault, string>> = {
  refused: 'Check that it is running and that the address and port are right.',
  unknownHost: 'Check the address, and whether a VPN or a proxy is needed.',
  tls: 'If the certificate is your own, make the editor trust it (http.systemCertificates, NODE_EXTRA_CA_CERTS).',
  timeout: 'Check that it is reachable from here; a shorter time range may help.',
  disconnected: 'Check whether the port speaks HTTP (or HTTPS), and what is between here and there.',
  proxy: 'Check http.proxy and HTTP(S)_PROXY, or list the host in NO_PROXY.',
  malformed: 'Check that the port is that of the HTTP API.',
};

function messageOf(fault: BackendFault, { name, address }: FaultPlace, code: string): string {
  const host = hostOf(address);
  if (fault === 'refused') return `Nothing accepts connections at ${host} (${code}).`;
  if (fault === 'unknownHost') return `The host of ${host} is not known.`;
  if (fault === 'tls') return `No trusted connection to ${host} can be made (${code}).`;
  if (fault === 'timeout') return `${name} did not answer in time.`;
  return `${name} closed the connection without an answer.`;
}

function said(fault: BackendFault, cause: unknown, place: FaultPlace, message: string): BackendError {
  return new BackendError(fault, message, place.address, CURES[fault], undefined, { cause: safeCause(cause, place) });
}

/** Causes are printed with stacks and fields; only a bare message is known to hold no secret. */
function safeCause(cause: unknown, { secrets }: FaultPlace): Error {
  return new Error(quotable(describeError(cause), secrets));
}

/** The answer ended before it was whole. */
export function incomplete(place: FaultPlace, cause?: unknown): BackendError {
  return new BackendError(
    'incomplete',
    `The answer of ${place.name} broke off before its end.`,
    place.address,
    'Try again; if it happens again, look at the logs of the backend or of the proxy before it.',
    undefined,
    cause === undefined ? undefined : { cause: safeCause(cause, place) },
  );
}

/** What was answered is no JSON. */
export function malformed(place: FaultPlace, why: string): BackendError {
  return new BackendError(
    'malformed',
    `${place.name} answered something that is not JSON: ${quotable(why, place.secrets)}.`,
    place.address,
    'Check that the address is that of the API and that the kind of backend is right.',
  );
}

/** More was answered than is read at once. */
export function tooLarge(place: FaultPlace, bytes: number): BackendError {
  const size = bytes >= 1 << 20 ? `${Math.round(bytes / (1 << 20))} MB` : `${Math.round(bytes / 1024)} kB`;
  return new BackendError(
    'tooLarge',
    `The answer of ${place.name} is larger than ${size}.`,
    place.address,
    'Ask for less: a shorter time range, or a smaller limit.',
  );
}

/** A web page where data was expected. */
export function webPage(place: FaultPlace, page: string, status: number): BackendError {
  const isLogin = /<input[^>]+password|\b(log|sign)[ -]?in\b|\bsso\b|\bsaml\b|\bopenid\b/i.test(page);
  if (isLogin) return login(place, 'answered with a page to sign in', status);
  return new BackendError(
    'wrongType',
    `${place.name} answered with a web page instead of data.`,
    place.address,
    'The address may be that of the web interface: check the path (a prefix may be missing) and the kind of backend.',
    status,
  );
}

/** The way leads to a sign-in page. */
export function login(place: FaultPlace, what: string, status: number): BackendError {
  const cure =
    place.auth === 'none'
      ? 'It wants to know who asks: set "auth" for this backend.'
      : 'The secret may be wrong or have expired: give it anew.';
  return new BackendError('login', `${place.name} ${what} instead of data.`, place.address, cure, status);
}

/** Data of another type than was asked for. */
export function wrongType(place: FaultPlace, type: string, wanted: string): BackendError {
  return new BackendError(
    'wrongType',
    `${place.name} answered with ${quotable(type, [])} where ${wanted} was expected.`,
    place.address,
    'Check that the address is that of the API and that the kind of backend is right.',
  );
}

/** A redirect that is not followed. */
export function redirected(place: FaultPlace, target: URL | undefined, status: number): BackendError {
  if (target === undefined) {
    const message = `${place.name} redirects without saying where to.`;
    return new BackendError('wrongType', message, place.address, 'Check the address.', status);
  }
  if (isLoginPath(target)) return login(place, 'leads to a page to sign in', status);
  return new BackendError(
    'wrongType',
    `${place.name} redirects to ${target.origin}.`,
    place.address,
    `If that is where it is, write this address in the settings: secrets are not sent on to other hosts.`,
    status,
  );
}

/** Whether an address looks like that of a page to sign in. */
export function isLoginPath({ hostname, pathname, search }: URL): boolean {
  return (
    /(^|[/._-])(log-?in|sign-?in|sso|saml2?|oauth2?|oidc|auth|authorize|openid-connect|accounts?)([/._-]|$)/i.test(
      `${pathname}`,
    ) ||
    /^(login|sso|auth|accounts?|idp)\./i.test(hostname) ||
    /[?&](redirect_uri|SAMLRequest|redirectTo)=/i.test(search)
  );
}

/** What Grafana's proxy makes of the 401 of a data source. */
const GRAFANA_REFUSED = /^Authentication to data source failed/;

/** An answer whose status is an error. @param body the beginning of its body. */
export function statusFault(place: FaultPlace, status: number, body: string): BackendError {
  const detail = messageIn(body, place.secrets);
  const because = detail === '' ? '' : `: ${detail.replace(/[.!]$/, '')}`;
  const { name, address, auth } = place;
  const fail = (fault: BackendFault, message: string, cure: string) =>
    new BackendError(fault, `${message}${because}.`, address, cure, status);
  if (status === 401 || status === 407) {
    const secret =
      auth === 'none'
        ? 'Say how to sign in ("auth" of this backend).'
        : 'The secret may be wrong or have expired: give it anew.';
    // Tempo and its kin answer so to who names no tenant: "no org id".
    const cure = /\borg id\b|\btenant\b/i.test(detail) ? 'Set "tenant" for this backend.' : secret;
    return fail('unauthorised', `${name} does not know who asks (${status})`, cure);
  }
  if (status === 400 && GRAFANA_REFUSED.test(detail)) {
    const cure = 'Mend the credentials of the data source in Grafana; the ones given here are fine.';
    return fail('forbidden', `What is behind ${name} does not let it in (400)`, cure);
  }
  if (status === 403) {
    const cure = 'Ask for the right to read traces, or use another key.';
    return fail('forbidden', `${name} does not allow this (403)`, cure);
  }
  if (status === 404) {
    const cure = 'Check the path of the address (a prefix may be missing) and the kind of backend.';
    return fail('notFound', `${name} does not have this page (404)`, cure);
  }
  if (status === 429) return fail('throttled', `${name} was asked too often (429)`, 'Wait a while and try again.');
  if (status === 413 || status === 422) {
    return fail('tooLarge', `${name} finds this too large (${status})`, 'Ask for less: a shorter time range.');
  }
  if (status === 502 || status === 504) {
    const cure = 'Check that what is behind this address runs, and is reachable from there.';
    return fail('server', `${name} did not reach what is behind it (${status})`, cure);
  }
  if (status >= 500) {
    const cure = 'Try again later; its own logs say more.';
    return fail('server', `${name} failed (${status})`, cure);
  }
  return fail('badRequest', `${name} does not accept the question (${status})`, 'Its own words say what is wrong.');
}

/** The sentence in an error's body, whichever way backends wrap it: bare, or in JSON under the usual names. */
function messageIn(body: string, secrets: readonly string[]): string {
  if (/^\s*</.test(body)) return '';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not JSON, or cut off: the text speaks for itself.
    return quotable(body, secrets);
  }
  for (let level = 0; level < 4; level++) {
    if (Array.isArray(value)) value = value[0] as unknown;
    if (typeof value === 'string') return quotable(value, secrets);
    if (typeof value !== 'object' || value === null) return '';
    const object = value as Record<string, unknown>;
    const names = ['message', 'msg', 'Message', 'error', 'errors', 'detail', 'reason', 'root_cause', 'exception'];
    value = names.map((name) => object[name]).find((inner) => inner !== undefined && inner !== null);
  }
  return '';
}

function isProxyRefusal(error: unknown): boolean {
  return error instanceof Error && /proxy response|response !== 200 when HTTP Tunneling/i.test(error.message);
}

/** The code of an error, of its cause, or of the first of several. */
function codeOf(error: unknown): string | undefined {
  let current = error;
  for (let level = 0; level < 5 && current instanceof Error; level++) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string' && code !== 'UND_ERR_ABORTED') return code;
    current = current instanceof AggregateError ? (current.errors[0] as unknown) : current.cause;
  }
  return undefined;
}

function hostOf(address: string): string {
  return new URL(address).host;
}
