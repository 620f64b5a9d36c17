import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import type { Environment } from './awsProfiles';

/** A service's host: also `xray-fips.…`, `….vpce.amazonaws.com`, `….api.aws`, and `….amazonaws.com.cn`. */
const HOST = /(?:^|\.)[a-z0-9-]+\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

/**
 * The region that the settings name: the option `region`, or the host of the address. Undefined where it is another host
 * (a proxy, a local stand-in), and the environment has to say.
 */
export function configuredRegion({ url, options }: BackendConfig): string | undefined {
  const { region } = options;
  return typeof region === 'string' && region !== '' ? region : HOST.exec(new URL(url).hostname)?.[1];
}

/** The region of `AWS_REGION` or `AWS_DEFAULT_REGION`. */
export function environmentRegion(environment: Environment): string | undefined {
  return environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || undefined;
}

/**
 * The region to sign for: what the settings say, else the environment, else the profile.
 * @throws BackendError `unauthorised` if nothing says.
 */
export async function regionOf(
  config: BackendConfig,
  environment: Environment,
  profileRegion: () => Promise<string | undefined>,
): Promise<string> {
  const region = configuredRegion(config) ?? environmentRegion(environment) ?? (await profileRegion());
  if (region !== undefined) return region;
  const cure = 'Set the option region ("eu-central-1", say).';
  throw new BackendError('unauthorised', `Nothing says in which region ${config.name} is.`, config.url, cure);
}

/** Where AWS's console is for a region. */
export function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  return region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : `${region}.console.aws.amazon.com`;
}
