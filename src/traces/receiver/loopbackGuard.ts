import { CODE, RequestError } from './requestError';

/** What of a request's head is looked at. */
export interface RequestOrigin {
  /** `Host`, or HTTP/2's `:authority`. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Keeps web pages from sending spans. A page's own requests carry `Origin`; a page whose host name was made to point at
 * this machine (DNS rebinding) names that host. Neither is something that an exporter does.
 *
 * @param configuredHost the host the receiver listens on: it is admitted, too; an address that stands for all of them
 * admits every host.
 * @throws RequestError if the request is not to be answered.
 */
export function refuseForeign({ host, origin }: RequestOrigin, configuredHost: string): void {
  if (origin !== undefined) {
    throw new RequestError(403, CODE.permissionDenied, 'Requests from web pages (with an Origin header) are refused.');
  }
  const name = hostName(host ?? '');
  const wanted = configuredHost.toLowerCase();
  if (isLoopback(name) || name === wanted || wanted === '0.0.0.0' || wanted === '::') return;
  throw new RequestError(
    403,
    CODE.permissionDenied,
    `The host "${host ?? ''}" is refused: send to 127.0.0.1 or localhost, or set spanlight.receiver.host (--host).`,
  );
}

/** Whether a host name or address (without port and brackets) always means this machine. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The name in a Host header, in lower case; empty if there is none. */
function hostName(host: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d*)?$/.exec(host.trim().toLowerCase());
  return (match?.[1] ?? match?.[2] ?? '').replace(/\.$/, '');
}
