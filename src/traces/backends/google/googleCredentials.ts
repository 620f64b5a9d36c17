import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import type { BackendConfig } from '../backendConfig';
import { BackendError } from '../backendError';
import type { SecretProvider, SecretRequest } from '../secrets';

/** Where `GOOGLE_…` and the home directory are looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where credentials come from: what to do when they are refused follows from it. */
export type GoogleOrigin = 'variable' | 'gcloud' | 'asked';

/** Credentials as Google's tools write them into files, of any type. */
export interface GoogleCredentials {
  readonly json: JsonObject;
  readonly origin: GoogleOrigin;
}

/** A file larger than this holds no credentials. */
const MAX_BYTES = 1 << 20;
const FILE_NAME = 'application_default_credentials.json';
const LOGIN = 'Run "gcloud auth application-default login".';

/**
 * Finds credentials in the order of Google's libraries ("How Application Default Credentials works"): the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, then what `gcloud auth application-default login` has left. Where the option
 * `credentials` is `ask`, the user is asked for a key instead.
 *
 * @returns undefined if there are none: the machine itself may have some.
 * @throws BackendError `unauthorised` if there are some that cannot be used.
 */
export async function findGoogleCredentials(
  config: BackendConfig,
  secrets: SecretProvider,
  environment: Environment,
  signal: AbortSignal,
): Promise<GoogleCredentials | undefined> {
  if (config.options['credentials'] === 'ask') return askedKey(config, secrets, signal);
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS'];
  if (named !== undefined && named !== '') {
    const cure = `Correct GOOGLE_APPLICATION_CREDENTIALS and start the editor anew, or unset it: ${LOGIN}`;
    const json = await readCredentials(config, named, cure);
    if (json !== undefined) return { json, origin: 'variable' };
    throw fault(config, `The file that GOOGLE_APPLICATION_CREDENTIALS names is not there (${named}).`, cure);
  }
  const json = await readCredentials(config, wellKnownFile(environment), LOGIN);
  return json === undefined ? undefined : { json, origin: 'gcloud' };
}

/** What is asked for where the option `credentials` says so. */
export function keyRequest({ name, url }: BackendConfig): SecretRequest {
  const prompt = `Key of a service account for ${name} (${url}), the text of its JSON file`;
  return { backend: name, url, name: 'key', prompt };
}

async function askedKey(
  config: BackendConfig,
  secrets: SecretProvider,
  signal: AbortSignal,
): Promise<GoogleCredentials> {
  const request = keyRequest(config);
  const given = (await secrets.secret(request, signal))?.trim();
  const cure = 'Give the text of the JSON file of a service account’s key, or take the option "credentials" out.';
  if (given === undefined || given === '') throw fault(config, `There is no key for ${config.name}.`, cure);
  const json = parsed(given);
  // Of other types only files say who made them: they may name any address to send secrets to.
  if (json?.type === 'service_account') return { json, origin: 'asked' };
  secrets.refused(request);
  throw fault(config, `What was given for ${config.name} is no key of a service account.`, cure);
}

function wellKnownFile(environment: Environment): string {
  const folder = environment['CLOUDSDK_CONFIG'];
  if (folder !== undefined && folder !== '') return path.join(folder, FILE_NAME);
  const roaming = environment['APPDATA'];
  if (process.platform === 'win32' && roaming !== undefined) return path.join(roaming, 'gcloud', FILE_NAME);
  return path.join(environment['HOME'] ?? homedir(), '.config', 'gcloud', FILE_NAME);
}

async function readCredentials(config: BackendConfig, file: string, cure: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = (await readFile(file)).toString('utf8', 0, MAX_BYTES);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fault(config, `The credentials of Google in ${file} cannot be read (${code}).`, cure);
  }
  const json = parsed(text);
  if (json !== undefined && typeof json.type === 'string') return json;
  throw fault(config, `${file} holds no credentials of Google.`, cure);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    // What a parser says of it would quote it.
    return undefined;
  }
}

function fault(config: BackendConfig, message: string, cure: string): BackendError {
  return new BackendError('unauthorised', message, config.url, cure);
}
