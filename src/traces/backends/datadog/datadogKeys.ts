import { datadogKeysPage } from '../../../base/datadogSites';
import { SpanlightError } from '../../../base/errors';
import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import type { Authoriser, SecretProvider, SecretRequest, SignedRequest } from '../secrets';

/** Variables of the environment that Datadog's own tools read, for who has nobody to ask. */
const VARIABLES = { apiKey: ['DD_API_KEY'], applicationKey: ['DD_APP_KEY', 'DD_APPLICATION_KEY'] } as const;

type KeyName = keyof typeof VARIABLES;

/** The two keys that Datadog wants: one says which organisation, the other who asks and what for. */
export class DatadogKeys implements Authoriser {
  private asked: Promise<Readonly<Record<string, string>>> | undefined;
  private known: readonly string[] = [];

  constructor(
    private readonly config: BackendConfig,
    private readonly provider: SecretProvider,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  get secrets(): readonly string[] {
    return this.known;
  }

  headers(_: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    this.asked ??= this.ask(signal).catch((error: unknown) => {
      this.asked = undefined;
      throw error;
    });
    return this.asked;
  }

  refused(): void {
    this.refuse('apiKey', 'applicationKey');
  }

  /** Datadog does not know the API key: it is asked for again. */
  apiKeyRefused(): void {
    this.refuse('apiKey');
  }

  private refuse(...names: readonly KeyName[]): void {
    if (this.asked === undefined) return;
    this.asked = undefined;
    for (const name of names) this.provider.refused(this.request(name));
  }

  private async ask(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const apiKey = await this.key('apiKey', signal);
    const applicationKey = await this.key('applicationKey', signal);
    this.known = [apiKey, applicationKey];
    return { 'dd-api-key': apiKey, 'dd-application-key': applicationKey };
  }

  private async key(name: KeyName, signal: AbortSignal): Promise<string> {
    const given = (await this.provider.secret(this.request(name), signal))?.trim();
    const found = given || VARIABLES[name].map((variable) => this.environment[variable]?.trim()).find(Boolean);
    const { name: backend, url } = this.config;
    const what = name === 'apiKey' ? 'API key' : 'application key';
    if (found === undefined) {
      const where = datadogKeysPage(url, name === 'apiKey' ? 'api-keys' : 'application-keys');
      const cure = `Make one in Datadog (${where}) and give it when asked for it, or set ${VARIABLES[name][0]}.`;
      throw new BackendError('unauthorised', `There is no ${what} for ${backend}.`, url, cure);
    }
    if (/[^\x21-\x7e]/.test(found)) {
      throw new SpanlightError(`The ${what} for ${backend} has blanks or other signs in it.`, url, 'Give it again.');
    }
    return found;
  }

  private request(name: KeyName): SecretRequest {
    const { name: backend, url } = this.config;
    const what = name === 'apiKey' ? 'API key of Datadog' : 'Application key of Datadog (it needs the scope apm_read)';
    return {
      backend,
      url,
      name: name === 'apiKey' ? 'API key' : 'application key',
      prompt: `${what} for ${backend} (${url})`,
    };
  }
}
