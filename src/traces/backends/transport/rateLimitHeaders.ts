import { retryAfterMs } from './retry';

/** What an answer says of how often its service may be asked. */
export interface RateLimitNotice {
  /** Requests that are still let through within the period. */
  readonly remaining: number;
  /** Those of a whole period. */
  readonly limit?: number;
  /** Milliseconds until the next period begins. */
  readonly resetInMs: number;
  /** Milliseconds that a period lasts. */
  readonly periodMs?: number;
}

type Headers = ReadonlyMap<string, string>;

/** Resets beyond this are points in time and not seconds from now: 2001 was the last time that they could be mistaken. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLIS = 1e12;

/**
 * Reads what services write of their limits: `X-RateLimit-*` (Datadog with seconds until the reset, GitHub with the time
 * of it), and the IETF's drafts of `RateLimit-*`, of `RateLimit: limit=…, remaining=…, reset=…` (Honeycomb), and of
 * `RateLimit: "name";r=…;t=…`. Of several limits the one that is nearest to its end counts.
 *
 * @param headers by names in lower case.
 * @param nowMs epoch milliseconds.
 */
export function rateLimitNotice(headers: Headers, nowMs: number): RateLimitNotice | undefined {
  const serverNowMs = Date.parse(headers.get('date') ?? '') || nowMs;
  return inOneHeader(headers, serverNowMs) ?? inOwnHeaders(headers, serverNowMs);
}

function inOneHeader(headers: Headers, nowMs: number): RateLimitNotice | undefined {
  const text = headers.get('ratelimit');
  if (text === undefined) return undefined;
  const policies = policiesOf(headers.get('ratelimit-policy') ?? headers.get('ratelimitpolicy'));
  if (!/["=;]\s*r=|;\s*r=/.test(text)) {
    const values = fieldsOf(text);
    return notice(values.get('remaining'), values.get('limit'), values.get('reset'), policies[0]?.seconds, nowMs);
  }
  const found = text.split(/,(?=\s*"|\s*[\w*])/).flatMap((item) => {
    const values = fieldsOf(item);
    const policy = policies.find(({ name }) => name === nameOf(item)) ?? policies[0];
    return notice(values.get('r'), policy?.requests, values.get('t'), policy?.seconds, nowMs) ?? [];
  });
  return found.sort((a, b) => a.remaining - b.remaining)[0];
}

function inOwnHeaders(headers: Headers, nowMs: number): RateLimitNotice | undefined {
  for (const prefix of ['x-ratelimit-', 'ratelimit-', 'x-rate-limit-']) {
    const number = (name: string): number | undefined => numberIn(headers.get(`${prefix}${name}`));
    const remaining = number('remaining');
    if (remaining === undefined) continue;
    const limit = number('limit');
    const period = number('period') ?? policiesOf(headers.get('ratelimit-policy'))[0]?.seconds;
    const waitMs = retryAfterMs(headers.get('retry-after'), nowMs);
    const reset = number('reset') ?? (waitMs === undefined ? period : waitMs / 1000);
    return notice(remaining, limit, reset, period, nowMs);
  }
  return undefined;
}

function notice(
  remaining: number | undefined,
  limit: number | undefined,
  reset: number | undefined,
  periodSeconds: number | undefined,
  nowMs: number,
): RateLimitNotice | undefined {
  if (remaining === undefined || reset === undefined) return undefined;
  const at = reset >= EPOCH_MILLIS ? reset : reset >= EPOCH_SECONDS ? reset * 1000 : undefined;
  return {
    remaining: Math.max(0, remaining),
    ...(limit === undefined ? {} : { limit }),
    resetInMs: Math.max(0, at === undefined ? reset * 1000 : at - nowMs),
    ...(periodSeconds === undefined ? {} : { periodMs: periodSeconds * 1000 }),
  };
}

interface Policy {
  readonly name: string;
  readonly requests: number | undefined;
  readonly seconds: number | undefined;
}

/** `100;w=60, 5000;w=3600`, or `"default";q=100;w=60`. */
function policiesOf(text: string | undefined): Policy[] {
  return (text ?? '').split(',').flatMap((item) => {
    const values = fieldsOf(item);
    const requests = values.get('q') ?? numberIn(item);
    const seconds = values.get('w');
    return requests === undefined && seconds === undefined ? [] : [{ name: nameOf(item), requests, seconds }];
  });
}

/** Numbers by their names in `a=1, b=2` and `;a=1;b=2`. */
function fieldsOf(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const [, name = '', value = ''] of text.matchAll(/([a-z]+)\s*=\s*"?(\d+(?:\.\d+)?)/gi)) {
    fields.set(name.toLowerCase(), Number(value));
  }
  return fields;
}

function nameOf(item: string): string {
  return (item.split(';')[0] ?? '').trim().replaceAll('"', '');
}

/** The number that a text begins with: of `100, 100;w=60` the first. */
function numberIn(text: string | undefined): number | undefined {
  const [, digits] = /^\s*(\d+(?:\.\d+)?)/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}
