import { isObject } from '../../otlp/jsonFields';
import { textOf } from '../../formats/recordValues';
import { hasFault } from '../backendError';
import type { Environment } from './googleCredentials';
import type { TokenFetch } from './tokenFetch';

const HOST = 'metadata.google.internal';
const TOKEN_PATH = '/computeMetadata/v1/instance/service-accounts/default/token';
const PROJECT_PATH = '/computeMetadata/v1/project/project-id';
/** Others may answer at that name; only Google's says this. */
const FLAVOR = { name: 'metadata-flavor', value: 'Google' } as const;

/** A token of the machine that this runs on. */
export interface MachineToken {
  readonly token: string;
  readonly expiresInMs: number;
}

/** What a machine of Google Cloud knows of itself ("About VM metadata"); also Cloud Shell, Cloud Workstations and GKE. */
export class MetadataServer {
  constructor(
    private readonly http: TokenFetch,
    private readonly environment: Environment,
  ) {}

  /** A token of the account of this machine; undefined where this is no machine of Google Cloud, or has no account. */
  async token(scopes: readonly string[]): Promise<MachineToken | undefined> {
    const text = await this.read(`${TOKEN_PATH}?scopes=${encodeURIComponent(scopes.join(','))}`);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (!isObject(value) || typeof value.access_token !== 'string') return undefined;
    return { token: value.access_token, expiresInMs: Number(textOf(value.expires_in) ?? 0) * 1000 };
  }

  /** The project that this machine is in. */
  projectId(): Promise<string | undefined> {
    return this.read(PROJECT_PATH);
  }

  private async read(path: string): Promise<string | undefined> {
    // Google's libraries look here for who wants none of this.
    if (this.environment['METADATA_SERVER_DETECTION'] === 'none') return undefined;
    const host = this.environment['GCE_METADATA_HOST'] || HOST;
    try {
      const answer = await this.http.fetch(`http://${host}${path}`, { headers: { [FLAVOR.name]: FLAVOR.value } });
      const isGoogle = answer.headers.get(FLAVOR.name) === FLAVOR.value;
      return answer.ok && isGoogle ? (await answer.text()).trim() : undefined;
    } catch (error) {
      if (hasFault(error, 'unknownHost', 'refused', 'timeout', 'disconnected', 'malformed')) return undefined;
      throw error;
    }
  }
}
