import * as tls from 'node:tls';
import type { NetworkSettings } from '../../protocol/backends';
import type { TransportOptions } from '../../traces/backends/transport/transportOptions';

/** How connections to backends are made, by the editor's settings and the environment of this process. */
export function networkOptions(settings: NetworkSettings): TransportOptions {
  const { proxy, proxyAuthorization, noProxy, strictSsl, systemCertificates } = settings;
  return {
    environment: process.env,
    extraCertificates: systemCertificates === false ? [] : certificatesOfSystem(),
    ...(proxy === undefined ? {} : { proxy }),
    ...(proxyAuthorization === undefined ? {} : { proxyAuthorization }),
    ...(noProxy === undefined ? {} : { noProxy }),
    ...(strictSsl === undefined ? {} : { strictSsl }),
  };
}

/** None before Node 22.15, which cannot ask. */
function certificatesOfSystem(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  return getCACertificates?.('system') ?? [];
}
