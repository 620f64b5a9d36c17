import { setMaxListeners } from 'node:events';
import { constants, gunzipSync } from 'node:zlib';
import type { Disposable } from '../../../base/disposable';
import type { Logger } from '../../../base/logger';
import type { BackendConfig } from '../backendConfig';
import { BackendError, hasFault } from '../backendError';
import { HttpTransport, type WireAnswer } from '../http';
import type { Authoriser } from '../secrets';
import { ACCEPT_ENCODING, BackendAnswer, type BodyKind } from './backendAnswer';
import { isLoginPath, redirected, statusFault, transportFault, type FaultPlace } from './httpFaults';
import { quotable } from './redact';
import { refusalFault, type ExplainRefusal } from './refusal';
import { RequestBudget, type BudgetedRequest, type KnownLimit } from './requestBudget';
import { backoffMs, DEFAULT_RETRY, pause, RETRYABLE, retryAfterMs, type RetryPolicy } from './retry';
import { TrafficMeter } from './traffic';
import type { TransportOptions } from './transportOptions';

const DEFAULT_MAX_BYTES = 512 << 20;
/** What is read of an error's body. */
const MAX_ERROR_BYTES = 8192;
const MAX_REDIRECTS = 4;

const ACCEPT: Readonly<Record<BodyKind, string>> = {
  json: 'application/json',
  protobuf: 'application/protobuf',
  text: 'text/plain',
  file: '*/*',
};

/** One question to a backend. */
export interface BackendRequest {
  /** Below the backend's address, beginning with `/`; values in it must be encoded (see {@link urlPath}). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** A body makes it a POST. */
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  /** Besides those of the configuration; `accept` replaces the one made of {@link expect}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body of the answer should be, the one asked for first; JSON where left out. */
  readonly expect?: readonly BodyKind[];
  /** Statuses besides 2xx that are answers and not errors: `[404]`. */
  readonly accept?: readonly number[];
  /** Which of the service's limits counts, where it has several for different questions; `''` where left out. */
  readonly rate?: string;
  /** How much of that limit it takes; 1 where left out. */
  readonly weight?: number;
  /** Nobody waits for the answer: the last requests that the service lets through are left to others. */
  readonly isBackground?: boolean;
  /** False: asking twice would do something twice. True where left out: everything here reads. */
  readonly idempotent?: boolean;
  /** Who waits for the answer, where a request that is under way may outlast that: once they are gone, none is sent. */
  readonly wanted?: AbortSignal;
  /** Of the unpacked body; 512 MB where left out. */
  readonly maxBytes?: number;
  /** Of the body as it arrives; no bound where left out. */
  readonly maxWireBytes?: number;
}

/** What a {@link BackendHttp} needs. */
export interface BackendHttpSetup {
  readonly config: BackendConfig;
  readonly authoriser: Authoriser;
  readonly logger: Logger;
  /** Connections; shared by backends where given. */
  readonly transport: TransportOptions | HttpTransport;
  /** Sent with every request: the tenant, most often. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly retry?: RetryPolicy;
  /** Another one whose connections are used, and with whose requests those of this one are counted. */
  readonly shares?: BackendHttp;
  /** How often the service may be asked, by {@link BackendRequest.rate}, where its answers do not say so. */
  readonly limits?: Readonly<Record<string, KnownLimit>>;
  /** Says of an error what its status does not. */
  readonly explain?: ExplainRefusal;
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
}

/** Asks one backend: signs, sends, repeats where that helps, and turns every failure into a {@link BackendError}. */
export class BackendHttp implements Disposable {
  readonly traffic: TrafficMeter;
  private readonly budget: RequestBudget;
  private readonly transport: HttpTransport;
  private readonly ownsTransport: boolean;
  private readonly retry: RetryPolicy;
  private readonly now: () => number;

  constructor(private readonly setup: BackendHttpSetup) {
    const transport = setup.shares?.transport ?? setup.transport;
    this.ownsTransport = !(transport instanceof HttpTransport);
    this.transport = transport instanceof HttpTransport ? transport : new HttpTransport(transport);
    this.retry = setup.retry ?? DEFAULT_RETRY;
    this.now = setup.now ?? Date.now;
    const { logger, config, limits = {} } = setup;
    const place = { name: config.name, address: config.url };
    this.budget = new RequestBudget({ ...place, logger, limits, maxWaitMs: this.retry.maxRetryAfterMs });
    this.traffic = setup.shares?.traffic ?? new TrafficMeter(this.budget);
  }

  /** A small JSON answer; `undefined` if it is empty. @throws BackendError, or the signal's reason. */
  async json(request: BackendRequest, signal: AbortSignal): Promise<unknown> {
    return (await this.ask(request, signal)).json();
  }

  /**
   * The answer to a request, as soon as its headers are here. Its body must be read or discarded.
   * @throws BackendError for everything that is no answer, or the signal's reason.
   */
  async ask(request: BackendRequest, signal: AbortSignal): Promise<BackendAnswer> {
    // As many requests as there are traces may wait with one signal, which Node takes for a leak from the eleventh on.
    setMaxListeners(0, signal);
    try {
      return await this.askRepeatedly(request, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.traffic.failures++;
      if (hasFault(error, 'unauthorised', 'login')) this.setup.authoriser.refused();
      if (error instanceof BackendError) this.setup.logger.debug(`${this.setup.config.name}: ${error.describe()}`);
      throw error;
    }
  }

  dispose(): void {
    if (this.ownsTransport) this.transport.dispose();
  }

  private async askRepeatedly(request: BackendRequest, signal: AbortSignal): Promise<BackendAnswer> {
    const mayRepeat = request.idempotent ?? true;
    for (let attempt = 1; ; attempt++) {
      const isLast = !mayRepeat || attempt >= this.retry.attempts;
      const url = this.urlOf(request);
      const place = this.place(url);
      let wire: WireAnswer;
      try {
        wire = await this.sendFollowing(request, url, signal);
      } catch (error) {
        const fault = signal.aborted ? error : transportFault(error, place, false);
        // A connection that was kept may close just as it is used again.
        const isStale = fault instanceof BackendError && fault.fault === 'disconnected' && attempt === 1 && !isLast;
        if (!isStale) throw fault;
        this.traffic.retries++;
        continue;
      }
      const { status } = wire;
      if ((status >= 200 && status < 300) || request.accept?.includes(status) === true) {
        return this.answer(request, wire, place, signal);
      }
      const head = await readHead(wire);
      const refusal = this.setup.explain?.({ status, headers: wire.headers, body: head });
      const delay = isLast
        ? undefined
        : refusal?.again === 'now'
          ? 0
          : this.delay(request, wire, attempt, refusal?.again);
      if (delay === undefined) {
        throw refusal === undefined ? statusFault(place, status, head) : refusalFault(place, status, refusal);
      }
      this.setup.logger.debug(`${this.setup.config.name}: ${status}, asking again in ${Math.round(delay)} ms`);
      this.traffic.retries++;
      await pause(delay, signal);
    }
  }

  private answer(request: BackendRequest, wire: WireAnswer, place: FaultPlace, signal: AbortSignal): BackendAnswer {
    const limits = {
      maxBytes: request.maxBytes ?? DEFAULT_MAX_BYTES,
      maxWireBytes: request.maxWireBytes ?? Infinity,
    };
    return new BackendAnswer(wire, request.expect ?? ['json'], limits, place, this.traffic, signal);
  }

  /** Milliseconds to wait before asking again; undefined: asking again does not help. */
  private delay(
    request: BackendRequest,
    wire: WireAnswer,
    attempt: number,
    again: 'later' | undefined,
  ): number | undefined {
    if (!RETRYABLE.has(wire.status) && again === undefined) return undefined;
    const asked = retryAfterMs(wire.headers.get('retry-after'), this.now()) ?? backoffMs(attempt, this.retry);
    const delay = Math.max(asked, this.budget.waitMs(budgeted(request)));
    return delay > this.retry.maxRetryAfterMs ? undefined : delay;
  }

  /** Sends and follows redirects, as long as they stay at the same origin and do not lead to a sign-in page. */
  private async sendFollowing(request: BackendRequest, first: URL, signal: AbortSignal): Promise<WireAnswer> {
    let url = first;
    for (let hop = 0; ; hop++) {
      const wire = await this.send(request, url, signal);
      if (wire.status < 300 || wire.status >= 400 || wire.status === 304) return wire;
      wire.body.destroy();
      const target = redirectTarget(wire, url);
      const keepsMethod = request.body === undefined || wire.status === 307 || wire.status === 308;
      const follows = target !== undefined && target.origin === url.origin && !isLoginPath(target) && keepsMethod;
      if (!follows || hop >= MAX_REDIRECTS) throw redirected(this.place(url), target, wire.status);
      url = target;
    }
  }

  private async send(request: BackendRequest, url: URL, signal: AbortSignal): Promise<WireAnswer> {
    const { config, authoriser } = this.setup;
    const { body } = request;
    const method = body === undefined ? 'GET' : 'POST';
    const expect = request.expect ?? ['json'];
    const plain: Record<string, string> = {
      accept: ACCEPT[expect[0] ?? 'json'],
      'accept-encoding': ACCEPT_ENCODING,
      'user-agent': 'Spanlight',
      ...lowerCase(config.headers),
      ...lowerCase(this.setup.headers ?? {}),
      ...(body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      ...lowerCase(request.headers ?? {}),
    };
    const answered = await this.budget.admit(budgeted(request), signal);
    let wire: WireAnswer | undefined;
    try {
      const signed = await authoriser.headers({ method, url, headers: plain, body }, signal);
      request.wanted?.throwIfAborted();
      this.traffic.requests++;
      this.traffic.bytesSent += body === undefined ? 0 : Buffer.byteLength(body);
      const headers = { ...plain, ...signed };
      wire = await this.transport.send({ method, url, headers, signal, ...(body === undefined ? {} : { body }) });
      return wire;
    } finally {
      answered(wire?.status, wire?.headers);
    }
  }

  /** What an answer says in words, fit to be shown and logged: without the secrets that the service was sent. */
  quotable(text: string): string {
    return quotable(text, this.setup.authoriser.secrets);
  }

  private urlOf({ path, query = {} }: BackendRequest): URL {
    const url = new URL(`${this.setup.config.url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) {
        url.searchParams.append(name, String(one));
      }
    }
    return url;
  }

  private place(url: URL): FaultPlace {
    const { config, authoriser } = this.setup;
    return {
      name: config.name,
      address: `${url.origin}${url.pathname}`,
      // Known only when the first request is signed.
      get secrets() {
        return authoriser.secrets;
      },
      auth: config.auth,
    };
  }
}

/** A path with its values encoded: `` urlPath`/api/traces/${id}` ``. */
export function urlPath(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((path, text, index) => `${path}${encodeURIComponent(values[index - 1] ?? '')}${text}`);
}

function budgeted({ rate = '', weight = 1, isBackground = false }: BackendRequest): BudgetedRequest {
  return { rate, weight, isBackground };
}

function redirectTarget(wire: WireAnswer, from: URL): URL | undefined {
  const location = wire.headers.get('location');
  return location === undefined || !URL.canParse(location, from.href) ? undefined : new URL(location, from);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The beginning of an error's body; the rest is not worth waiting for. */
async function readHead({ body, headers }: WireAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status says enough.
  } finally {
    body.destroy();
  }
  const encoding = headers.get('content-encoding') ?? '';
  return unpackedHead(Buffer.concat(chunks), encoding).toString('utf8', 0, MAX_ERROR_BYTES);
}

/** What the beginning of a packed body holds; nothing where that cannot be told. */
function unpackedHead(head: Buffer, encoding: string): Buffer {
  if (encoding === '' || encoding === 'identity') return head;
  try {
    // The end is missing: whatever there is until then will do.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
