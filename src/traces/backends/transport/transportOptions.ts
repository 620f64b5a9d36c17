/** How connections to backends are made; the host fills it from the editor's `http.*` settings and the environment. */
export interface TransportOptions {
  /** `http.proxy`; wins over the environment. An empty text: no proxy at all, whatever the environment says. */
  readonly proxy?: string;
  /** `http.proxyAuthorization`: the value of the Proxy-Authorization header. */
  readonly proxyAuthorization?: string;
  /** `http.noProxy`: hosts that are reached directly, in the form of NO_PROXY. */
  readonly noProxy?: readonly string[];
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY (also in lower case) are looked up; nowhere where left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Certificates (PEM) trusted besides those that come with Node. */
  readonly extraCertificates?: readonly string[];
  /** `http.proxyStrictSSL`; false accepts any certificate. True where left out. */
  readonly strictSsl?: boolean;
  readonly clientCertificate?: ClientCertificate;
  /** Milliseconds until a connection stands; 10,000 where left out. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds from the request to the first header; 30,000 where left out. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds between two pieces of a body; 30,000 where left out. */
  readonly bodyTimeoutMs?: number;
}

/** What the client shows a server that asks who it is. */
export interface ClientCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly passphrase?: string;
}

/** The proxy for a target; undefined: connect directly. Loopback is always reached directly. */
export function proxyFor(target: URL, options: TransportOptions): string | undefined {
  const { environment = {}, proxy } = options;
  const scheme = target.protocol === 'https:' ? 'https' : 'http';
  const found = proxy ?? lookUp(environment, `${scheme}_proxy`) ?? lookUp(environment, 'all_proxy');
  if (found === undefined || found === '' || isLoopback(target.hostname)) return undefined;
  const direct = [...(options.noProxy ?? []), ...(lookUp(environment, 'no_proxy') ?? '').split(/[\s,]+/)];
  if (direct.some((entry) => entry !== '' && names(entry, target))) return undefined;
  return found.includes('://') ? found : `http://${found}`;
}

function lookUp(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return environment[name] ?? environment[name.toUpperCase()];
}

/** Whether a host name is this machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/** One entry of NO_PROXY: `*`, a host (and all below it), `.below.it`, `*.below.it`, each also with a port. */
function names(entry: string, target: URL): boolean {
  if (entry === '*') return true;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  const targetPort = target.port === '' ? (target.protocol === 'https:' ? '443' : '80') : target.port;
  if (port !== undefined && port !== targetPort) return false;
  const suffix = host.replace(/^\*?\./, '');
  const hostname = target.hostname.toLowerCase();
  return hostname === suffix || hostname.endsWith(`.${suffix}`);
}
