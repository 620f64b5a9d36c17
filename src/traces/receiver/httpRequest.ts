import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OtlpEncoding } from '../ingest';
import type { Signal } from './answers';
import { refuseForeign } from './loopbackGuard';
import { CODE, RequestError } from './requestError';

const SIGNALS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
};

/** Media types of OTLP/HTTP. */
export const TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** `http://host:port/path`, as clients write the target to a proxy (RFC 9112, section 3.2.2). */
const ABSOLUTE = /^http:\/\/([^/?#]*)([^#]*)/i;

/**
 * Refuses requests of web pages and of other hosts, however they name the host.
 *
 * @returns the target's path with its query.
 * @throws RequestError
 */
export function checkedTarget(request: IncomingMessage, configuredHost: string): string {
  const { headers, rawHeaders, url = '' } = request;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === 'host') hosts++;
  if (hosts !== 1) throw new RequestError(400, CODE.invalidArgument, `The request has ${hosts} Host headers, not one.`);
  refuseForeign({ host: headers.host, origin: headers.origin }, configuredHost);
  const absolute = ABSOLUTE.exec(url);
  if (absolute === null) return url;
  refuseForeign({ host: absolute[1], origin: undefined }, configuredHost);
  const target = absolute[2]!;
  return target.startsWith('/') ? target : `/${target}`;
}

/** @throws RequestError 404 for another path, 405 for another method. */
export function signalOf(request: IncomingMessage, target: string, response: ServerResponse): Signal {
  const path = target.replace(/[?#].*$/, '').replace(/(?<=.)\/$/, '');
  const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
  if (signal === undefined) {
    const known = Object.keys(SIGNALS).join(', ');
    throw new RequestError(404, CODE.unimplemented, `Nothing is served at this path; OTLP goes to ${known}.`);
  }
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    throw new RequestError(405, CODE.unimplemented, `${request.method} is not allowed; OTLP is sent with POST.`);
  }
  return signal;
}

/** @throws RequestError 415 for a type that is not OTLP's. */
export function encodingOf(request: IncomingMessage): OtlpEncoding {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === TYPES.protobuf) return 'protobuf';
  if (type === TYPES.json) return 'json';
  const known = Object.values(TYPES).join(' or ');
  throw new RequestError(415, CODE.invalidArgument, `Content-Type "${type}" is not supported; use ${known}.`);
}
