import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import { SharedWork } from '../sharedWork';
import type { SecretProvider, SecretRequest } from '../secrets';
import { readAwsProfile, type AwsProfile, type Environment } from './awsProfiles';
import { awsPages } from './awsPages';
import { configuredRegion, environmentRegion } from './awsRegion';
import { keysOfCommand, type CredentialCommand } from './credentialCommand';
import { readPastedCredentials } from './pastedCredentials';

/** Who signs a request to AWS. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys. */
  readonly sessionToken?: string;
  readonly origin: AwsOrigin;
}

/** Where keys come from: what to do when they are refused follows from it. */
export type AwsOrigin = 'environment' | 'profile' | 'asked';

/** Ways to sign in that a profile may name, and that are left to AWS's command line. */
const OTHER_WAYS: readonly (readonly [setting: string, way: string])[] = [
  ['sso_session', 'single sign-on'],
  ['sso_start_url', 'single sign-on'],
  ['login_session', 'aws login'],
  ['web_identity_token_file', 'a web identity'],
  ['role_arn', 'an assumed role'],
  ['credential_source', 'the machine it runs on'],
];

/**
 * Finds the keys of AWS, in the order in which its own tools look: the profile that the option `profile` names; else
 * `AWS_ACCESS_KEY_ID` and its kin; else the profile of `AWS_PROFILE`, or `default`. Where none of these is there, and where
 * the option `credentials` is `ask`, the user is asked. Keys are looked up when first needed, and anew after
 * {@link forget}. A profile that signs in by a program has that run; one that does so by SSO, by a role or by the machine
 * it is on is left to `aws configure export-credentials`, which knows them all.
 */
export class AwsCredentialSource {
  /** Several requests at once look keys up once; who goes away does not take them from the others. */
  private readonly shared = new SharedWork<AwsCredentials>(Infinity);
  private origin: AwsOrigin | undefined;

  constructor(
    private readonly config: BackendConfig,
    private readonly secrets: SecretProvider,
    private readonly environment: Environment,
  ) {}

  /** @throws BackendError `unauthorised` if there are no keys. */
  async get(signal: AbortSignal): Promise<AwsCredentials> {
    const keys = await this.shared.get('', (shared) => this.find(shared), signal);
    this.origin = keys.origin;
    return keys;
  }

  forget(): void {
    this.shared.clear();
  }

  /** The keys did not do: what was given when asked is not asked for again as it is. */
  refused(): void {
    this.forget();
    if (this.origin === 'asked') this.secrets.refused(this.request());
  }

  /** The region of the profile in use; undefined where it names none. */
  async profileRegion(): Promise<string | undefined> {
    return (await readAwsProfile(this.profileName(), this.environment))?.get('region');
  }

  private async find(signal: AbortSignal): Promise<AwsCredentials> {
    const { options } = this.config;
    if (options['credentials'] === 'ask') return this.ask(signal);
    const named = options['profile'] ?? (this.fromEnvironment() ? undefined : this.environment['AWS_PROFILE']);
    if (named === undefined || named === '') {
      const found = this.fromEnvironment();
      if (found !== undefined) return found;
    }
    const name = this.profileName();
    const profile = await readAwsProfile(name, this.environment);
    signal.throwIfAborted();
    if (profile !== undefined) return this.ofProfile(name, profile, signal);
    if (named === undefined || named === '') return this.ask(signal);
    const cure = 'Write one that ~/.aws/credentials or ~/.aws/config has, or set the option credentials to "ask".';
    throw this.fault(`There is no profile "${name}" of AWS.`, cure);
  }

  private profileName(): string {
    const { profile } = this.config.options;
    const named = typeof profile === 'string' && profile !== '' ? profile : this.environment['AWS_PROFILE'];
    return named === undefined || named === '' ? 'default' : named;
  }

  private fromEnvironment(): AwsCredentials | undefined {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = this.environment;
    const sessionToken = this.environment['AWS_SESSION_TOKEN'];
    if (!accessKeyId || !secretAccessKey) return undefined;
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}), origin: 'environment' };
  }

  private async ofProfile(name: string, profile: AwsProfile, signal: AbortSignal): Promise<AwsCredentials> {
    const accessKeyId = profile.get('aws_access_key_id');
    const secretAccessKey = profile.get('aws_secret_access_key');
    const sessionToken = profile.get('aws_session_token');
    if (accessKeyId && secretAccessKey) {
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}), origin: 'profile' };
    }
    const line = profile.get('credential_process');
    if (line) return this.ofCommand({ line }, name, 'a program (credential_process)', signal);
    const way = OTHER_WAYS.find(([setting]) => profile.has(setting))?.[1];
    if (way === undefined) {
      const cure = 'Run "aws configure", or set the option credentials to "ask".';
      throw this.fault(`The profile "${name}" of AWS has no access key.`, cure);
    }
    return this.ofCommand({ profile: name }, name, way, signal);
  }

  private async ofCommand(command: CredentialCommand, name: string, way: string, signal: AbortSignal) {
    const found = await keysOfCommand(command, this.environment, signal);
    if (!('isMissing' in found)) return { ...found, origin: 'profile' as const };
    const message = `The profile "${name}" of AWS signs in by ${way}`;
    if (found.isMissing && 'profile' in command) {
      const cure =
        'Install it (version 2), or start the editor from a shell that has the keys in its environment, ' +
        'or set the option credentials to "ask".';
      throw this.fault(`${message}, for which Spanlight needs AWS's command line, and there is none.`, cure);
    }
    const cure = way === 'single sign-on' ? `Run "aws sso login --profile ${name}".` : 'Try it in a terminal.';
    throw this.fault(`${message}, and that gave no keys: ${found.said.replace(/[.!]$/, '')}.`, cure);
  }

  private async ask(signal: AbortSignal): Promise<AwsCredentials> {
    const given = (await this.secrets.secret(this.request(), signal))?.trim();
    if (given === undefined || given === '') {
      const cure = `Give them when asked, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "aws configure"; they are made at ${this.keysPage()}.`;
      throw this.fault(`There are no keys of AWS for ${this.config.name}.`, cure);
    }
    const keys = readPastedCredentials(given);
    if (keys !== undefined) return { ...keys, origin: 'asked' };
    this.secrets.refused(this.request());
    const cure = 'Give them as ACCESS_KEY_ID:SECRET_ACCESS_KEY or as "aws configure export-credentials" prints them.';
    throw this.fault(`What was given for ${this.config.name} are no keys of AWS.`, cure);
  }

  private keysPage(): string {
    return awsPages(configuredRegion(this.config) ?? environmentRegion(this.environment), '').keys;
  }

  private request(): SecretRequest {
    const { name, url } = this.config;
    const prompt = `Keys of AWS for ${name} (${url}), as ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`;
    return { backend: name, url, name: 'keys', prompt };
  }

  private fault(message: string, cure: string): BackendError {
    return new BackendError('unauthorised', message, this.config.url, cure);
  }
}
