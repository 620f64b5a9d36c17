import { exec, execFile, type ExecException, type ExecFileException } from 'node:child_process';
import { homedir } from 'node:os';
import { quotable } from '../transport/redact';
import type { Environment } from './awsProfiles';
import { readPastedCredentials, type PastedCredentials } from './pastedCredentials';

/** A program may wait for a second factor, but nobody sees it do so. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 1 << 16;

/** What a program is asked for keys with. */
export type CredentialCommand =
  /** A line for the shell, as the setting `credential_process` has it. */
  | { readonly line: string }
  /** AWS's own command line, which knows every way to sign in. */
  | { readonly profile: string };

/** Why a program gave no keys. */
export interface CommandFailure {
  /** There is no such program. */
  readonly isMissing: boolean;
  /** What it said, in one line. */
  readonly said: string;
}

/**
 * Runs a program that prints keys in the form of `credential_process` (AWS, "Sourcing credentials with an external
 * process"): `{"Version": 1, "AccessKeyId": …, "SecretAccessKey": …, "SessionToken": …}`. It runs in the home directory, so
 * that no folder's program takes its place.
 *
 * @throws the signal's reason.
 */
export async function keysOfCommand(
  command: CredentialCommand,
  environment: Environment,
  signal: AbortSignal,
): Promise<PastedCredentials | CommandFailure> {
  const options = {
    ...{ cwd: homedir(), env: { ...environment }, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES },
    ...{ windowsHide: true, signal, encoding: 'utf8' as const },
  };
  const { error, stdout, stderr } = await new Promise<Output>((resolve) => {
    const done = (error: Output['error'], stdout: string, stderr: string) => resolve({ error, stdout, stderr });
    if ('line' in command) exec(command.line, options, done);
    else {
      const args = ['configure', 'export-credentials', '--profile', command.profile, '--format', 'process'];
      execFile('aws', args, options, done);
    }
  });
  signal.throwIfAborted();
  const keys = error === null ? readPastedCredentials(stdout) : undefined;
  if (keys !== undefined) return keys;
  const said = quotable(stderr, []);
  const isLate = error?.killed === true;
  return {
    isMissing: error?.code === ('ENOENT' as unknown) || error?.code === 127,
    said: said === '' ? (isLate ? 'it took too long' : 'it printed no keys') : said,
  };
}

interface Output {
  readonly error: ExecException | ExecFileException | null;
  readonly stdout: string;
  readonly stderr: string;
}
