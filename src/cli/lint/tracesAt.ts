import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describeError, SpanlightError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Trace } from '../../model/trace';
import type { Backend, BackendDeps } from '../../traces/backends/backend';
import type { BackendConfig } from '../../traces/backends/backendConfig';
import { hasFault, isUnreachable } from '../../traces/backends/backendError';
import { BACKEND_TYPES, createBackend } from '../../traces/backends/createBackend';
import { createAuthoriser, type SecretProvider } from '../../traces/backends/secrets';
import { BackendHttp } from '../../traces/backends/transport/backendHttp';
import type { TransportOptions } from '../../traces/backends/transport/transportOptions';
import { readTraceFile } from '../../traces/files/readTraceFile';
import type { TraceFile } from '../../traces/files/traceFileFormat';

/** The variable of the environment with a token for the address. */
const TOKEN_VARIABLE = 'SPANLIGHT_TRACES_TOKEN';

/** So many of a backend's latest traces are heard. */
const MOST_TRACES = 500;

/** How addresses are asked. */
export interface AskOptions {
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly transport?: TransportOptions;
}

/** Whether traces are named by an address and not by a file's name. */
export function isAddress(given: string): boolean {
  return /^https?:/i.test(given);
}

/**
 * The traces at an address: of a file in any form that `spanlight trace` reads, or the latest ones of a backend that
 * lets anybody in, or lets in who shows the token of {@link TOKEN_VARIABLE}.
 *
 * @throws SpanlightError if there is nothing of the kind, with what was tried.
 */
export async function tracesAt(given: string, options: AskOptions): Promise<TraceFile | readonly Trace[]> {
  const url = readAddress(given);
  const { signal } = new AbortController();
  const named = backendNamedBy(url, options);
  if (named !== undefined) return await tracesOf(named, signal);
  try {
    return await fileAt(url, options, signal);
  } catch (error) {
    if (!mayBeBackend(error, url)) throw withOurCure(error);
    return await latestTraces(url, error as SpanlightError, options, signal);
  }
}

/** There is no setting here that says who asks, but a variable. */
function withOurCure(error: unknown): unknown {
  if (!hasFault(error, 'unauthorised', 'forbidden', 'login')) return error;
  return new SpanlightError(error.message, error.place, `Give a token that it knows in ${TOKEN_VARIABLE}.`, {
    cause: error,
  });
}

function readAddress(given: string): URL {
  if (!URL.canParse(given) || new URL(given).hostname === '')
    throw new SpanlightError('This is no address.', given, 'Write one like https://host/traces.json.');
  const url = new URL(given);
  if (url.username === '' && url.password === '') return url;
  const cure = `Take them out; a token can be given in ${TOKEN_VARIABLE}.`;
  throw new SpanlightError('The address holds a name or a password.', `${url.origin}${url.pathname}`, cure);
}

/** What answers, but with no traces, may be the front page of a backend, or not have one. */
function mayBeBackend(error: unknown, url: URL): boolean {
  if (!(error instanceof SpanlightError) || isUnreachable(error) || /\.\w{2,8}$/.test(url.pathname)) return false;
  return !hasFault(error, 'unauthorised', 'forbidden', 'login', 'throttled', 'server', 'incomplete', 'tooLarge');
}

async function fileAt(url: URL, options: AskOptions, signal: AbortSignal): Promise<TraceFile> {
  const place = `${url.origin}${url.pathname}`;
  const { config, deps } = connection(url.origin, '', options);
  const http = new BackendHttp({
    config,
    authoriser: createAuthoriser(config, deps.secrets),
    logger: deps.logger,
    transport: deps.transport,
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-traces-'));
  const file = path.join(folder, 'traces');
  try {
    const answer = await http.ask({ path: url.pathname + url.search, expect: ['file'] }, signal);
    await pipeline(answer.chunks(), createWriteStream(file));
    return await readTraceFile(file);
  } catch (error) {
    // The file is ours alone: what is wrong with it is wrong at the address.
    if (error instanceof SpanlightError && error.place?.startsWith(folder) === true)
      throw new SpanlightError(error.message.replace(/^The file /, 'What it answered '), place, error.cure, {
        cause: error,
      });
    throw error;
  } finally {
    http.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** An address that says by itself what it is of: that of a workspace of Azure Monitor, say. */
function backendNamedBy({ origin, pathname }: URL, options: AskOptions): Connection | undefined {
  for (const { kind, auth, readAddress: read } of BACKEND_TYPES) {
    const address = read?.(`${origin}${pathname}`);
    if (address === undefined) continue;
    const { config, deps } = connection(address.url, kind, options);
    // Without a token, as whoever is signed in to the command line of the service.
    const method = config.auth === 'none' ? auth[0]! : config.auth;
    return { config: { ...config, auth: method, options: address.options }, deps };
  }
  return undefined;
}

async function tracesOf({ config, deps }: Connection, signal: AbortSignal): Promise<readonly Trace[]> {
  const backend = createBackend(config, deps);
  try {
    return await searched(backend, signal);
  } catch (error) {
    throw config.auth === 'bearer' ? withOurCure(error) : error;
  } finally {
    backend.dispose();
  }
}

async function latestTraces(
  url: URL,
  noFile: SpanlightError,
  options: AskOptions,
  signal: AbortSignal,
): Promise<readonly Trace[]> {
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  for (const { kind, auth } of BACKEND_TYPES) {
    if (!auth.includes('none')) continue;
    const { config, deps } = connection(base, kind, options);
    const backend = createBackend(config, deps);
    try {
      if (await answers(backend, signal, options.logger)) return await searched(backend, signal);
    } finally {
      backend.dispose();
    }
  }
  const kinds = BACKEND_TYPES.filter(({ auth }) => auth.includes('none')).map(({ label }) => label);
  throw new SpanlightError(
    `There are no traces: ${noFile.message.replace(/\.$/, '')}, and none of ${kinds.join(', ')} answers there.`,
    base,
    'Name a trace file, or the address where the API of a backend begins, such as http://localhost:16686.',
    { cause: noFile },
  );
}

/** A backend of another kind refuses, or answers what cannot be read. */
async function answers(backend: Backend, signal: AbortSignal, logger: Logger): Promise<boolean> {
  try {
    await backend.services(signal);
    return true;
  } catch (error) {
    if (hasFault(error, 'unauthorised', 'forbidden', 'login')) throw withOurCure(error);
    logger.debug(`It is no ${backend.kind}: ${describeError(error)}`);
    return false;
  }
}

async function searched(backend: Backend, signal: AbortSignal): Promise<readonly Trace[]> {
  const traces: Trace[] = [];
  for await (const { traceId } of backend.search({ text: '{}', limit: MOST_TRACES }, signal)) {
    const trace = await backend.trace(traceId, signal);
    if (trace !== undefined) traces.push(trace);
  }
  if (traces.length > 0) return traces;
  throw new SpanlightError(`${backend.name} has no traces of the last hour.`, undefined, 'Use the services first.');
}

/** What a backend is made of. */
interface Connection {
  readonly config: BackendConfig;
  readonly deps: BackendDeps;
}

function connection(url: string, kind: string, { logger, environment, transport }: AskOptions): Connection {
  const token = environment[TOKEN_VARIABLE];
  const secrets: SecretProvider = { secret: () => Promise.resolve(token), refused: () => undefined };
  const auth = token === undefined || token === '' ? 'none' : 'bearer';
  return {
    config: { name: new URL(url).host, kind, url, auth, headers: {}, options: {} },
    deps: { secrets, logger, environment, transport: transport ?? { environment } },
  };
}
