import { isObject } from '../../otlp/jsonFields';

/** Keys without where they come from. */
export interface PastedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const NAMES: readonly (readonly [json: string, variable: string])[] = [
  ['AccessKeyId', 'AWS_ACCESS_KEY_ID'],
  ['SecretAccessKey', 'AWS_SECRET_ACCESS_KEY'],
  ['SessionToken', 'AWS_SESSION_TOKEN'],
];

/**
 * Keys of AWS in the forms that people have them in: `ID:SECRET` or `ID:SECRET:TOKEN` (also with white space between),
 * the JSON of `aws configure export-credentials` and of `aws sts …`, or assignments of environment variables or of a
 * profile, on one line or several. Undefined if it is none of these.
 */
export function readPastedCredentials(text: string): PastedCredentials | undefined {
  const [id, secret, token] = ofJson(text) ?? ofAssignments(text) ?? text.trim().split(/[\s:,;]+/);
  // 16 to 128 letters, digits and underscores, as IAM's reference says of AccessKeyId.
  if (id === undefined || secret === undefined || !/^\w{16,128}$/.test(id) || !isText(secret)) return undefined;
  if (token !== undefined && !isText(token)) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token === undefined ? {} : { sessionToken: token }) };
}

function ofJson(text: string): (string | undefined)[] | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
  const keys = isObject(value) && isObject(value.Credentials) ? value.Credentials : value;
  if (!isObject(keys)) return undefined;
  return NAMES.map(([name]) => (typeof keys[name] === 'string' ? keys[name] : undefined));
}

function ofAssignments(text: string): (string | undefined)[] | undefined {
  if (!/\bAWS_ACCESS_KEY_ID\s*=/i.test(text)) return undefined;
  return NAMES.map(([, name]) => new RegExp(`\\b${name}\\s*=\\s*["']?([^\\s"']+)`, 'i').exec(text)?.[1]);
}

function isText(value: string): boolean {
  return /^[!-~]{16,}$/.test(value);
}
