import { execFile, type ExecFileException } from 'node:child_process';
import { homedir } from 'node:os';
import { isObject } from '../../otlp/jsonFields';
import { textOf } from '../../formats/recordValues';
import { quotable } from '../transport/redact';

/** Signing in anew may take it a while. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 1 << 16;
/** What a tenant is named by: a GUID or a domain. Nothing else becomes an argument. */
const TENANT = /^[\w.-]{1,253}$/;

/** Why the Azure CLI gave no token. */
export interface AzureCliFailure {
  /** There is no such program. */
  readonly isMissing: boolean;
  /** What it said, in one line. */
  readonly said: string;
}

/** What a token is asked for. */
export interface AzureCliRequest {
  /** The service that it is for: `https://api.loganalytics.io`. */
  readonly audience: string;
  readonly tenant: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A token of whoever is signed in to the Azure CLI. It runs in the home directory, so that no folder's program takes its
 * place, and never through a line for a shell.
 *
 * @throws the signal's reason.
 */
export async function tokenOfAzureCli(
  { audience, tenant }: AzureCliRequest,
  environment: Environment,
  signal: AbortSignal,
): Promise<string | AzureCliFailure> {
  const ofTenant = tenant !== undefined && TENANT.test(tenant) ? ['--tenant', tenant] : [];
  const args = ['account', 'get-access-token', '--resource', audience, ...ofTenant, '--output', 'json'];
  const [program, all] = command(args, environment);
  const options = {
    ...{ cwd: homedir(), env: { ...environment }, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES },
    ...{ windowsHide: true, signal, encoding: 'utf8' as const },
  };
  const { error, stdout, stderr } = await new Promise<Output>((resolve) => {
    execFile(program, all, options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
  signal.throwIfAborted();
  const token = error === null ? tokenIn(stdout) : undefined;
  if (token !== undefined) return token;
  const said = quotable(stderr, []);
  const isMissing = error?.code === 'ENOENT' || /not recognized as an internal or external command/.test(stderr);
  return { isMissing, said: said === '' ? 'it printed no token' : said };
}

interface Output {
  readonly error: ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** On Windows it is a batch file, which only the command processor runs. */
function command(args: string[], environment: Environment): [string, string[]] {
  if (process.platform !== 'win32') return ['az', args];
  return [environment['ComSpec'] ?? 'cmd.exe', ['/d', '/c', 'az', ...args]];
}

function tokenIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const token = isObject(answer) ? textOf(answer.accessToken) : undefined;
    return token === undefined || token === '' ? undefined : token;
  } catch {
    return undefined;
  }
}
