import { rootCertificates } from 'node:tls';
import type { Readable } from 'node:stream';
import { Agent, ProxyAgent, request as send, type Dispatcher } from 'undici';
import type { Disposable } from '../../base/disposable';
import { proxyFor, type TransportOptions } from './transport/transportOptions';

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 30_000;
/** Backends often close after a minute of silence; to be earlier than they are saves a failed request. */
const KEEP_ALIVE_MS = 30_000;
/** Connections per origin: browsers' number. */
const CONNECTIONS = 6;

/** A request as it goes out. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** An answer as it comes in: the body is still packed, and must be read or destroyed. */
export interface WireAnswer {
  readonly status: number;
  /** By names in lower case; several of one name joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readable;
}

/**
 * Sends requests over connections that are kept and used again, through a proxy where one is set. Follows no redirects,
 * retries nothing and understands nothing: that is what its users are for.
 */
export class HttpTransport implements Disposable {
  private readonly dispatchers = new Map<string, Dispatcher>();

  constructor(private readonly options: TransportOptions = {}) {}

  /** @throws what undici or Node throws (see `transport/httpFaults.ts`), or the signal's reason. */
  async send({ method, url, headers, body, signal }: WireRequest): Promise<WireAnswer> {
    signal.throwIfAborted();
    const answer = await send(url, {
      dispatcher: this.dispatcher(url),
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const found = new Map<string, string>();
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) found.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
    }
    // Who reads the body hears of its errors by reading; who lets it go must not crash.
    answer.body.on('error', () => undefined);
    return { status: answer.statusCode, headers: found, body: answer.body };
  }

  /** Closes every connection; requests under way fail. */
  dispose(): void {
    for (const dispatcher of this.dispatchers.values()) void dispatcher.destroy().catch(() => undefined);
    this.dispatchers.clear();
  }

  private dispatcher(url: URL): Dispatcher {
    const proxy = proxyFor(url, this.options);
    const key = proxy === undefined ? '' : `${url.protocol}${proxy}`;
    let known = this.dispatchers.get(key);
    if (known === undefined) this.dispatchers.set(key, (known = this.create(url, proxy)));
    return known;
  }

  private create(url: URL, proxy: string | undefined): Dispatcher {
    const { options } = this;
    const tls = tlsOptions(options);
    const timeout = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const shared = {
      connections: CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
      bodyTimeout: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      connect: { ...tls, timeout },
    };
    if (proxy === undefined) return new Agent(shared);
    return new ProxyAgent({
      ...shared,
      uri: proxy,
      ...(options.proxyAuthorization === undefined ? {} : { token: options.proxyAuthorization }),
      requestTls: { ...tls, timeout },
      proxyTls: { ...tls, timeout },
      // Proxies commonly allow tunnels to port 443 only.
      proxyTunnel: url.protocol === 'https:',
    });
  }
}

/** What Node's `tls.connect` is told besides the address. */
interface TlsOptions {
  readonly ca?: string[];
  readonly rejectUnauthorized?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

function tlsOptions({ extraCertificates = [], strictSsl, clientCertificate }: TransportOptions): TlsOptions {
  return {
    ...(extraCertificates.length === 0 ? {} : { ca: [...rootCertificates, ...extraCertificates] }),
    ...(strictSsl === false ? { rejectUnauthorized: false } : {}),
    ...(clientCertificate === undefined
      ? {}
      : {
          cert: clientCertificate.certificate,
          key: clientCertificate.key,
          ...(clientCertificate.passphrase === undefined ? {} : { passphrase: clientCertificate.passphrase }),
        }),
  };
}
