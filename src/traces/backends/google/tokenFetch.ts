import { BackendError } from '../backendError';
import { HttpTransport } from '../http';
import { transportFault, type FaultPlace } from '../transport/httpFaults';
import type { TransportOptions } from '../transport/transportOptions';

/** Answers with tokens are small. */
const MAX_BYTES = 1 << 20;
const TIMEOUT_MS = 20_000;

/**
 * `fetch` for Google's library, over the connections that backends have: proxies and certificates count for it as well.
 * The library wraps what goes wrong; {@link fault} is what it was.
 */
export class TokenFetch {
  /** What kept the latest request from being answered; undefined where it was. */
  fault: unknown;

  /** @param name the backend's, for words. */
  constructor(
    private readonly transport: TransportOptions | HttpTransport,
    private readonly name: string,
  ) {}

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = (init.method ?? 'GET').toUpperCase();
    if (method !== 'GET' && method !== 'POST' && method !== 'PUT') throw new TypeError(`${method} is not sent`);
    const body = bodyOf(init.body);
    const headers = Object.fromEntries(new Headers(init.headers));
    const place: FaultPlace = { name: this.name, address: url.origin + url.pathname, secrets: [], auth: 'google' };
    const { transport } = this;
    const http = transport instanceof HttpTransport ? transport : new HttpTransport(transport);
    this.fault = undefined;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await http.send({ method, url, headers, signal, ...(body === undefined ? {} : { body }) });
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > MAX_BYTES) throw new RangeError('an answer with a token is too large');
      }
      return new Response(Buffer.concat(chunks), { status: answer.status, headers: [...answer.headers] });
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      const late = () =>
        new BackendError('timeout', `${url.host} did not answer in time.`, place.address, 'Try again.');
      throw (this.fault = isLate ? late() : transportFault(error, place, false));
    } finally {
      if (http !== transport) http.dispose();
    }
  };
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('a body of this kind is not sent');
}
