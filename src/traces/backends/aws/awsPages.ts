import { consoleHost } from './awsRegion';

/** Pages of AWS's console and documents where things are put right. */
export interface AwsPages {
  /** Where a user makes access keys. */
  readonly keys: string;
  /** Users, roles and what they may do. */
  readonly access: string;
  /** Where regions are enabled for an account. */
  readonly regions: string;
  /** The addresses of the service in each region. */
  readonly endpoints: string;
}

/**
 * @param region which says the partition, each of which has a console of its own; that of most accounts where it is not known.
 * @param service as its page of addresses is called: `xray`.
 */
export function awsPages(region: string | undefined, service: string): AwsPages {
  const host = `https://${region === undefined ? 'console.aws.amazon.com' : consoleHost(region)}`;
  return {
    keys: `${host}/iam/home#/security_credentials`,
    access: `${host}/iam/home`,
    regions: `${host}/billing/home#/account`,
    endpoints: `https://docs.aws.amazon.com/general/latest/gr/${service}.html`,
  };
}
