import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import { createAuthoriser, type Authoriser, type SecretProvider, type SecretRequest } from '../secrets';
import { tokenOfAzureCli } from './azureCli';
import type { AzurePlace } from './azurePlace';

/** A token that was just given is not asked for again. */
const FRESH_MS = 5_000;
/** Keys of classic Application Insights: tokens are longer, and have parts. */
const IS_KEY = /^[\da-z]{36,48}$|^DEMO_KEY$/i;
const IS_TOKEN = /^[\w-]{2,}\.[\w-]+\.[\w-]*(\.[\w-]*){0,2}$/;

/** What tokens are asked for with. */
export interface AzureSignIn {
  readonly config: BackendConfig;
  readonly place: AzurePlace;
  readonly secrets: SecretProvider;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An {@link Authoriser} that can be told that its token has expired. */
export interface RenewableAuthoriser extends Authoriser {
  /** @returns whether the next request gets another token. */
  renew(): boolean;
}

/** The one that a configuration asks for: the editor's or the Azure CLI's sign-in, or a token that is given. */
export function azureAuthoriser(signIn: AzureSignIn): RenewableAuthoriser {
  if (signIn.config.auth === 'azure') return new AzureAuthoriser(signIn);
  const given = createAuthoriser(signIn.config, tokensOnly(signIn.secrets, signIn.place), {
    cure: `Give one when asked for it, as "az account get-access-token --resource ${signIn.place.audience}" prints it, or leave "auth" out to sign in.`,
  });
  return {
    headers: (request, signal) => given.headers(request, signal),
    get secrets() {
      return given.secrets;
    },
    refused: () => given.refused(),
    renew: () => false,
  };
}

/**
 * Tokens of Microsoft Entra: of the account that is signed in to the editor, else of that which is signed in to the Azure
 * CLI. They count for about an hour, and are asked for again when they do not any more; nobody here keeps them.
 */
class AzureAuthoriser implements RenewableAuthoriser {
  private asked: Promise<string> | undefined;
  private askedAtMs = -Infinity;
  private known: readonly string[] = [];
  private readonly request: SecretRequest;

  constructor(private readonly signIn: AzureSignIn) {
    const { config, place } = signIn;
    const ofTenant = place.tenant === undefined ? [] : [`VSCODE_TENANT:${place.tenant}`];
    this.request = {
      ...{ backend: config.name, url: config.url, name: 'token' },
      prompt: `Access token for ${config.name} (${config.url})`,
      session: { provider: place.cloud.provider, scopes: [`${place.audience}/.default`, ...ofTenant] },
    };
  }

  get secrets(): readonly string[] {
    return this.known;
  }

  async headers(_: unknown, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    this.asked ??= this.ask(signal).catch((error: unknown) => {
      this.asked = undefined;
      throw error;
    });
    return { authorization: `Bearer ${await this.asked}` };
  }

  renew(): boolean {
    if (this.asked === undefined || this.signIn.now() - this.askedAtMs < FRESH_MS) return false;
    this.asked = undefined;
    return true;
  }

  refused(): void {
    this.asked = undefined;
  }

  private async ask(signal: AbortSignal): Promise<string> {
    const { secrets, place, environment } = this.signIn;
    this.askedAtMs = this.signIn.now();
    const ofEditor = (await secrets.secret(this.request, signal))?.trim() ?? '';
    const token = ofEditor === '' ? await tokenOfAzureCli(place, environment, signal) : ofEditor;
    if (typeof token !== 'string') {
      const { name, address, audience, tenant } = place;
      const login = `az login${tenant === undefined ? '' : ` --tenant ${tenant}`}`;
      const message = token.isMissing
        ? `Nobody is signed in to ${name}.`
        : `Nobody is signed in to ${name}; the Azure CLI says: ${token.said.replace(/[.!]$/, '')}.`;
      const cure = `Sign in with your Microsoft account when the editor asks for it (Accounts, in its activity bar), or by "${login}" with the Azure CLI; tokens are for ${audience}.`;
      throw new BackendError('unauthorised', message, address, cure);
    }
    this.known = [token];
    return token;
  }
}

/** Keeps what is no token from being sent: keys are of no use any more. */
function tokensOnly(secrets: SecretProvider, place: AzurePlace): SecretProvider {
  return {
    async secret(request, signal) {
      const secret = (await secrets.secret(request, signal))?.trim();
      if (secret === undefined || secret === '' || IS_TOKEN.test(secret)) return secret;
      secrets.refused(request);
      const message = IS_KEY.test(secret)
        ? `What was given for ${place.name} is an API key, which Azure Monitor does not take any more.`
        : `What was given for ${place.name} is no access token.`;
      throw new BackendError('unauthorised', message, place.address, NO_KEYS);
    },
    refused: (request) => secrets.refused(request),
  };
}

/** What to do instead of giving a key. */
export const NO_KEYS =
  'API keys ended on 31 March 2026: leave "auth" out to sign in with your Microsoft account or the Azure CLI, or give an access token with "bearer".';
