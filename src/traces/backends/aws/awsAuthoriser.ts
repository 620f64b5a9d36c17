import { AwsV4Signer } from 'aws4fetch';
import type { Authoriser, SignedRequest } from '../secrets';
import type { AwsCredentials, AwsCredentialSource, AwsOrigin } from './awsCredentials';

/** Keys that were just looked up are not looked up again. */
const FRESH_MS = 5_000;
/** AWS lets clocks differ by five minutes. */
const MIN_SKEW_MS = 60_000;

/** What requests are signed for. */
export interface AwsScope {
  /** As AWS writes it into signatures: `xray`, `es`. */
  readonly service: string;
  region(): Promise<string>;
}

/**
 * Signs requests by AWS Signature Version 4 (AWS, "Signature Version 4 for API requests"). Signed are the method, the
 * address, the body, the host and what the signature itself needs: other headers may change on their way through proxies.
 */
export class AwsAuthoriser implements Authoriser {
  private used: AwsCredentials | undefined;
  private foundAtMs = -Infinity;
  private skewMs = 0;
  /** Keys derived from the secret for a day, region and service. */
  private readonly derived = new Map<string, ArrayBuffer>();

  /** @param now epoch milliseconds. */
  constructor(
    private readonly source: AwsCredentialSource,
    private readonly scope: AwsScope,
    private readonly now: () => number,
  ) {}

  get secrets(): readonly string[] {
    const { secretAccessKey, sessionToken } = this.used ?? {};
    return [secretAccessKey, sessionToken].filter((secret) => secret !== undefined);
  }

  /** Where the keys in use come from. */
  get origin(): AwsOrigin | undefined {
    return this.used?.origin;
  }

  get accessKeyId(): string | undefined {
    return this.used?.accessKeyId;
  }

  async headers({ method, url, body }: SignedRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const keys = await this.source.get(signal);
    if (keys !== this.used) {
      this.used = keys;
      this.foundAtMs = this.now();
      this.derived.clear();
    }
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, accessKeyId, secretAccessKey, cache: this.derived },
      ...{ service: this.scope.service, region: await this.scope.region() },
      datetime: new Date(this.timeAtAws()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(body === undefined ? {} : { body: body as string }),
    });
    const signed = await signer.sign();
    const sent: Record<string, string> = {};
    for (const [name, value] of signed.headers) if (name !== 'host') sent[name] = value;
    return sent;
  }

  /** Epoch milliseconds by the clock of AWS, as far as that is known. */
  timeAtAws(): number {
    return this.now() + this.skewMs;
  }

  refused(): void {
    this.source.refused();
  }

  /**
   * Keys may have been renewed since they were looked up.
   * @returns whether the next request looks again.
   */
  renew(): boolean {
    if (this.origin !== 'profile' || this.now() - this.foundAtMs < FRESH_MS) return false;
    this.source.forget();
    return true;
  }

  /**
   * Takes the time from AWS, where a signature was refused for its time.
   * @param date the Date header of the refusal.
   * @returns whether the next request is signed with another time; false: it is not the clock.
   */
  correctClock(date: string | undefined): boolean {
    const atAws = date === undefined ? NaN : Date.parse(date);
    const skew = atAws - this.now();
    if (Number.isNaN(skew) || Math.abs(skew - this.skewMs) < MIN_SKEW_MS) return false;
    this.skewMs = skew;
    return true;
  }
}
