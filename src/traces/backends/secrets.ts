import { SpanlightError } from '../../base/errors';
import type { BackendConfig } from './backendConfig';
import { BackendError } from './backendError';

/** Which secret is meant. */
export interface SecretRequest {
  /** The name of the backend it is for. */
  readonly backend: string;
  /** Where that is: what was given for one address must not be sent to another of the same name. */
  readonly url: string;
  /** Tells a backend's secrets apart: `token`, `password`, … */
  readonly name: string;
  /** What the user is asked for: `Access token for prod (https://…)`. */
  readonly prompt: string;
  /** The editor's own sign-in gives it, where there is one; such a secret expires, and is not kept. */
  readonly session?: { readonly provider: string; readonly scopes: readonly string[] };
}

/** Where secrets come from when they are needed; what it gives must not be logged or stored by anybody. */
export interface SecretProvider {
  /** The secret; undefined where the user has none to give. */
  secret(request: SecretRequest, signal: AbortSignal): Promise<string | undefined>;
  /** The backend did not accept what {@link secret} gave: the next question should go to the user. */
  refused(request: SecretRequest): void;
}

/** What a request is signed over. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Adds to a request what says who sends it. */
export interface Authoriser {
  /** Headers for this request, asked for again when it is repeated. */
  headers(request: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Texts that no message may hold. */
  readonly secrets: readonly string[];
  /** Told when the backend answered 401 or with a sign-in page. */
  refused(): void;
}

/** What a kind of backend knows of its secret. */
export interface AuthoriserWords {
  readonly writeKey?: (key: string) => string;
  readonly cure?: string;
}

/** Kinds that can also be asked without a secret. */
const ANY_SECRET = 'Give one when asked for it, or set "auth" to "none".';
const PROMPTS = { bearer: 'Access token', basic: 'Password', header: 'Key' } as const;

/**
 * The {@link Authoriser} that a configuration asks for; `aws`, `google` and `azure` have their own.
 * @param writeKey what stands in the header `Authorization` for a key that the user gives without a scheme.
 * @param cure where there is no secret: what to give, and where it is made.
 */
export function createAuthoriser(
  config: BackendConfig,
  secrets: SecretProvider,
  { writeKey, cure = ANY_SECRET }: AuthoriserWords = {},
): Authoriser {
  const { auth } = config;
  if (auth === 'none') return { headers: () => Promise.resolve({}), secrets: [], refused: () => undefined };
  if (auth === 'aws' || auth === 'google' || auth === 'azure') {
    throw new RangeError(`${auth} needs an authoriser of its own`);
  }
  const request: SecretRequest = {
    backend: config.name,
    url: config.url,
    name: auth === 'basic' ? 'password' : 'token',
    prompt: `${PROMPTS[auth]} for ${config.name} (${config.url})`,
  };
  const write = (secret: string): Readonly<Record<string, string>> => {
    if (auth === 'bearer') return { authorization: `Bearer ${secret}` };
    if (auth === 'header') {
      const header = (config.authHeader ?? 'authorization').toLowerCase();
      const isBare = header === 'authorization' && !/\s/.test(secret);
      return { [header]: isBare && writeKey !== undefined ? writeKey(secret) : secret };
    }
    return { authorization: `Basic ${Buffer.from(`${config.user ?? ''}:${secret}`).toString('base64')}` };
  };
  const called = auth === 'header' ? 'key' : request.name;
  return new SecretHeader({ request, called, provider: secrets, write, cure });
}

interface HeaderParts {
  readonly request: SecretRequest;
  /** What people call such a secret. */
  readonly called: string;
  readonly provider: SecretProvider;
  readonly write: (secret: string) => Readonly<Record<string, string>>;
  readonly cure: string;
}

/** Sends one secret, once asked for, in a header. */
class SecretHeader implements Authoriser {
  private asked: Promise<Readonly<Record<string, string>>> | undefined;
  private known: string[] = [];

  constructor(private readonly parts: HeaderParts) {}

  get secrets(): readonly string[] {
    return this.known;
  }

  async headers(_: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    this.asked ??= this.ask(signal).catch((error: unknown) => {
      this.asked = undefined;
      throw error;
    });
    return this.asked;
  }

  refused(): void {
    if (this.asked === undefined) return;
    this.asked = undefined;
    this.parts.provider.refused(this.parts.request);
  }

  private async ask(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { provider, request, called, write, cure } = this.parts;
    const secret = (await provider.secret(request, signal))?.trim();
    if (secret === undefined || secret === '') {
      const { backend, url } = request;
      throw new BackendError('unauthorised', `There is no ${called} for ${backend}.`, url, cure);
    }
    if (/[\r\n\0]/.test(secret)) {
      const message = `The ${called} for ${request.backend} has line breaks in it.`;
      throw new SpanlightError(message, undefined, 'Give it again, as one line.');
    }
    const headers = write(secret);
    this.known = [secret, ...Object.values(headers).flatMap((value) => value.split(' '))].filter(
      (part) => part.length > 6 || part === secret,
    );
    return headers;
  }
}
