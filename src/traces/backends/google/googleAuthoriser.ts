import { isObject } from '../../otlp/jsonFields';
import { textOf } from '../../formats/recordValues';
import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import { HttpTransport } from '../http';
import type { Authoriser, SecretProvider, SignedRequest } from '../secrets';
import { SharedWork } from '../sharedWork';
import { quotable } from '../transport/redact';
import type { TransportOptions } from '../transport/transportOptions';
import { tokenClient, type TokenClient } from './authClients';
import { findGoogleCredentials, keyRequest, type Environment, type GoogleOrigin } from './googleCredentials';
import { MetadataServer } from './metadataServer';
import { TokenFetch } from './tokenFetch';

/** A token is not used any more when it is about to expire. */
const EARLY_MS = 5 * 60_000;
/** What was just given is not asked for again. */
const FRESH_MS = 5_000;
const LOGIN = 'gcloud auth application-default login';
/** How the service of tokens words that somebody has to sign in again. */
const EXPIRED = /invalid_grant|invalid_rapt|reauth|token (has been )?(expired|revoked)/i;

/** What {@link GoogleAuthoriser} needs. */
export interface GoogleAuthoriserSetup {
  readonly config: BackendConfig;
  readonly secrets: SecretProvider;
  readonly environment: Environment;
  readonly transport: TransportOptions | HttpTransport;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What gives tokens, and what is known besides. */
interface TokenSource {
  readonly origin: GoogleOrigin | 'machine';
  /** The project of the account; none for people. */
  readonly project?: string | undefined;
  /** Whose quota counts: people have none of their own. */
  readonly quotaProject?: string | undefined;
  readonly client: TokenClient;
}

/** Sends a token of Google's, got with application default credentials and renewed before it expires. */
export class GoogleAuthoriser implements Authoriser {
  private readonly sources = new SharedWork<TokenSource>(Infinity);
  private readonly tokens = new SharedWork<string>(0);
  private source: TokenSource | undefined;
  private known: string | undefined;
  private foundAtMs = -Infinity;

  constructor(private readonly setup: GoogleAuthoriserSetup) {}

  get secrets(): readonly string[] {
    return this.known === undefined ? [] : [this.known];
  }

  /** Where the credentials in use come from. */
  get origin(): TokenSource['origin'] | undefined {
    return this.source?.origin;
  }

  async headers(_: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const source = await this.find(signal);
    const token = await this.tokens.get('', () => this.token(source), signal);
    this.known = token;
    const { quotaProject } = source;
    return {
      authorization: `Bearer ${token}`,
      ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }),
    };
  }

  /** The project that credentials or the machine name. @throws BackendError `unauthorised` if there are none. */
  async project(signal: AbortSignal): Promise<string | undefined> {
    const { project, quotaProject } = await this.find(signal);
    return project ?? quotaProject;
  }

  refused(): void {
    this.sources.clear();
    if (this.origin === 'asked') this.setup.secrets.refused(keyRequest(this.setup.config));
  }

  /**
   * Somebody may have signed in since the token was got.
   * @returns whether the next request gets another one.
   */
  renew(): boolean {
    if (this.setup.now() - this.foundAtMs < FRESH_MS) return false;
    this.sources.clear();
    return true;
  }

  private async find(signal: AbortSignal): Promise<TokenSource> {
    const source = await this.sources.get('', (shared) => this.open(shared), signal);
    if (source !== this.source) this.foundAtMs = this.setup.now();
    return (this.source = source);
  }

  private async open(signal: AbortSignal): Promise<TokenSource> {
    const { config, secrets, environment, scopes, transport } = this.setup;
    const found = await findGoogleCredentials(config, secrets, environment, signal);
    if (found === undefined) return this.ofMachine();
    const { json, origin } = found;
    const quotaProject = environment['GOOGLE_CLOUD_QUOTA_PROJECT'] || textOf(json.quota_project_id);
    const http = new TokenFetch(transport, config.name);
    let client: TokenClient | undefined;
    try {
      client = await tokenClient(json, { scopes, fetch: http.fetch });
    } catch (error) {
      throw this.fault(`The credentials for ${config.name} cannot be used: ${said(error)}.`, cureOf(origin));
    }
    if (client === undefined) {
      const type = quotable(textOf(json.type) ?? '', []);
      throw this.fault(`Credentials of the type "${type}" are not known here.`, `Use others: run "${LOGIN}".`);
    }
    const opened = client;
    const token = async (): Promise<string | undefined> => {
      try {
        return await opened.token();
      } catch (error) {
        throw http.fault instanceof BackendError ? http.fault : this.refusal(error, origin);
      }
    };
    return { origin, project: textOf(json.project_id), quotaProject, client: { token } };
  }

  /** Where there are no credentials, the machine may have an account. */
  private async ofMachine(): Promise<TokenSource> {
    const { config, environment, scopes, transport, now } = this.setup;
    // The server is on the machine's own network, where no proxy leads.
    const direct = transport instanceof HttpTransport ? transport : { ...transport, proxy: '' };
    const server = new MetadataServer(new TokenFetch(direct, config.name), environment);
    let latest = await server.token(scopes);
    if (latest === undefined) {
      const cure = `Run "${LOGIN}", or set GOOGLE_APPLICATION_CREDENTIALS, or set the option credentials to "ask".`;
      throw this.fault(`There are no credentials of Google for ${config.name}.`, cure);
    }
    let until = now() + latest.expiresInMs - EARLY_MS;
    const token = async (): Promise<string | undefined> => {
      if (now() < until) return latest?.token;
      latest = await server.token(scopes);
      until = now() + (latest?.expiresInMs ?? 0) - EARLY_MS;
      return latest?.token;
    };
    return { origin: 'machine', project: await server.projectId(), client: { token } };
  }

  private async token({ client, origin }: TokenSource): Promise<string> {
    const token = await client.token();
    if (token !== undefined && token !== '' && !/[\r\n\0]/.test(token)) return token;
    throw this.fault(`Google gave no token for ${this.setup.config.name}.`, cureOf(origin));
  }

  /** What the service of tokens says. Errors of the library hold what was sent: nothing of them is passed on. */
  private refusal(error: unknown, origin: GoogleOrigin): BackendError {
    const { name } = this.setup.config;
    const why = said(error);
    if (EXPIRED.test(why)) {
      return this.fault(`The sign-in to Google for ${name} has expired or was taken back (${why}).`, cureOf(origin));
    }
    return this.fault(`Google gives no token for ${name}: ${why}.`, cureOf(origin));
  }

  private fault(message: string, cure: string): BackendError {
    this.sources.clear();
    return new BackendError('unauthorised', message, this.setup.config.url, cure);
  }
}

function cureOf(origin: TokenSource['origin']): string {
  if (origin === 'gcloud') return `Run "${LOGIN}".`;
  if (origin === 'asked') return 'Give the text of the JSON file of another key when asked.';
  if (origin === 'machine') return 'Give this machine a service account with the scope cloud-platform.';
  return `Renew what GOOGLE_APPLICATION_CREDENTIALS names, or unset it and run "${LOGIN}".`;
}

/** The words of an answer, or else the first line of the error. */
function said(error: unknown): string {
  const response = isObject(error) && isObject(error.response) ? error.response : {};
  const data = isObject(response.data) ? response.data : {};
  const inner = isObject(data.error) ? data.error : data;
  const words = [inner.error, inner.error_description, inner.message].flatMap((one) => textOf(one) ?? []);
  const text = words.length > 0 ? words.join(': ') : (String((error as Error).message).split('\n')[0] ?? '');
  return quotable(text, []).replace(/[.!]$/, '');
}
