import type * as GoogleLibrary from 'google-auth-library';
import type {
  AuthClient,
  ExternalAccountAuthorizedUserClientOptions,
  ExternalAccountClientOptions,
} from 'google-auth-library';
import { textOf } from '../../formats/recordValues';
import { isObject, type JsonObject } from '../../otlp/jsonFields';

/** What gives tokens, and new ones when they expire. */
export interface TokenClient {
  /** @throws what Google's library does; it may hold secrets. */
  token(): Promise<string | undefined>;
}

/** How a client is made. */
export interface TokenClientSetup {
  readonly scopes: readonly string[];
  /** What requests go out by. */
  readonly fetch: typeof fetch;
}

const IMPERSONATION = /([^/]+):generateAccessToken$/;

type Library = typeof GoogleLibrary;

/**
 * The client for credentials of any type that Google's files have; undefined for a type that is not known. Google's library
 * is large: it is loaded when the first token is needed.
 */
export async function tokenClient(json: JsonObject, setup: TokenClientSetup): Promise<TokenClient | undefined> {
  const client = authClient(await import('google-auth-library'), json, setup);
  return client && { token: async () => (await client.getAccessToken()).token ?? undefined };
}

/** Recurses once: who is impersonated has credentials of its own. */
function authClient(
  library: Library,
  json: JsonObject,
  setup: TokenClientSetup,
  isSource = false,
): AuthClient | undefined {
  const { scopes, fetch } = setup;
  const transporter = new library.gaxios.Gaxios({ fetchImplementation: fetch, retry: false });
  const text = (name: string): string => textOf(json[name]) ?? '';
  switch (json.type) {
    case 'service_account':
      return new library.JWT({
        ...{ email: text('client_email'), key: text('private_key'), keyId: text('private_key_id') },
        ...{ scopes: [...scopes], transporter },
      });
    case 'authorized_user':
      return new library.UserRefreshClient({
        ...{ clientId: text('client_id'), clientSecret: text('client_secret'), refreshToken: text('refresh_token') },
        transporter,
      });
    case 'external_account': {
      const options = { ...json, transporter } as unknown as ExternalAccountClientOptions;
      const client = library.ExternalAccountClient.fromJSON(options);
      if (client === null) return undefined;
      client.scopes = [...scopes];
      // The library gives its transporter to all but the exchange of tokens, which would make connections of its own.
      Object.assign((client as unknown as { readonly stsCredential: object }).stsCredential, { transporter });
      return client;
    }
    case 'external_account_authorized_user': {
      const options = { ...json, transporter } as unknown as ExternalAccountAuthorizedUserClientOptions;
      return new library.ExternalAccountAuthorizedUserClient(options);
    }
    case 'impersonated_service_account': {
      const source = isSource || !isObject(json.source_credentials) ? undefined : json.source_credentials;
      const targetPrincipal = IMPERSONATION.exec(text('service_account_impersonation_url'))?.[1];
      const cloud = ['https://www.googleapis.com/auth/cloud-platform'];
      const sourceClient = source && authClient(library, source, { scopes: cloud, fetch }, true);
      if (sourceClient === undefined || targetPrincipal === undefined) return undefined;
      const delegates = Array.isArray(json.delegates) ? (json.delegates as unknown[]).map(String) : [];
      return new library.Impersonated({
        sourceClient,
        targetPrincipal,
        delegates,
        targetScopes: [...scopes],
        transporter,
      });
    }
    default:
      return undefined;
  }
}
