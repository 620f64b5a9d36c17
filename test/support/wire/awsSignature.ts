import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Keys that a server accepts. */
export interface AcceptedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a server reads signatures. */
export interface SignatureRules {
  readonly keys: AcceptedKeys;
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds of the server. */
  readonly now: () => number;
  /** False: what is signed is not compared, only who signs and for what. A gate between changes the host. */
  readonly compares: boolean;
}

/** An error as AWS words it. */
export interface AwsRefusal {
  readonly type: string;
  readonly message: string;
}

const SKEW_MS = 5 * 60_000;

/** What AWS says of a request's signature (Signature Version 4), in the order in which it looks; undefined: all is well. */
export function refusalOf(request: IncomingMessage, body: Buffer, rules: SignatureRules): AwsRefusal | undefined {
  const { keys, region, service } = rules;
  const header = request.headers.authorization ?? '';
  const match = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  if (match === null) return { type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
  const [id = '', day = '', ...scope] = match[1]!.split('/');
  const date = String(request.headers['x-amz-date']);
  if (scope.join('/') !== `${region}/${service}/aws4_request` || !date.startsWith(day)) {
    return { type: 'InvalidSignatureException', message: 'Credential should be scoped to a valid region.' };
  }
  const token = request.headers['x-amz-security-token'];
  if (id !== keys.accessKeyId || (token !== undefined && keys.sessionToken === undefined)) {
    return { type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
  }
  if (token !== keys.sessionToken) {
    return { type: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
  }
  const at = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Math.abs(at - rules.now()) > SKEW_MS) {
    return { type: 'InvalidSignatureException', message: `Signature expired: ${date} is now earlier than (5 min.)` };
  }
  if (!rules.compares || signature(request, body, match[2]!, date, rules) === match[3]) return undefined;
  const message = 'The request signature we calculated does not match the signature you provided.';
  return { type: 'InvalidSignatureException', message };
}

function signature(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  signedHeaders: string,
  date: string,
  { keys, region, service }: SignatureRules,
): string {
  const [path = '', query = ''] = url.split('?');
  const lines = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, query, lines.join(''), signedHeaders, sha256(body)].join('\n');
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>((by, part) => hmac(by, part), `AWS4${keys.secretAccessKey}`);
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n')).toString('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
