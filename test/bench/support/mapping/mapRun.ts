import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UNNAMED_SERVICE, type LabelledRepository } from './labels';
import type { AnsweredPlace } from './score';

/** A place that was considered for an operation. */
export interface ConsideredPlace extends AnsweredPlace {
  readonly confidence: number;
  readonly as: string;
  readonly evidence: readonly { readonly kind: string; readonly confidence: number }[];
}

/** What `spanlight map --explain` says of an operation, as far as it is read here. */
export interface MapAnswer {
  readonly id: string;
  readonly location: (AnsweredPlace & { readonly confidence: number }) | null;
  readonly evidence: readonly { readonly kind: string; readonly confidence: number }[];
  readonly reason: string | null;
  /** Strongest first. */
  readonly considered: readonly ConsideredPlace[];
}

/** The command line that is measured, and where it keeps what it read. */
export interface MapProgram {
  readonly script: string;
  readonly caches: string;
}

/**
 * Asks the command line where the operations of a repository are.
 *
 * @param folder the repository's files; what the command line is given lies beside it.
 * @param withServices whether it is told the folders of the services.
 */
export async function mapRepository(
  { script, caches }: MapProgram,
  { services, operations }: LabelledRepository,
  folder: string,
  withServices: boolean,
): Promise<ReadonlyMap<string, MapAnswer>> {
  const asked = operations.map(({ id, service, resource, scope, kind, name, attributes }) => {
    return { id, service, resource, scope, kind, name, attributes };
  });
  const args = [script, 'map', folder, '--format', 'json', '--explain'];
  args.push('--operations', await writeJson(`${folder}.operations.json`, asked));
  if (withServices) {
    const named = services
      .filter(({ name }) => name !== UNNAMED_SERVICE)
      .map(({ name, root }) => [name, root] as const);
    args.push('--services', await writeJson(`${folder}.services.json`, Object.fromEntries(named)));
  }
  const env = { ...process.env, XDG_CACHE_HOME: caches, LOCALAPPDATA: caches };
  const answers = JSON.parse(await output(args, env)) as readonly MapAnswer[];
  return new Map(answers.map((answer) => [answer.id, answer]));
}

async function writeJson(file: string, value: unknown): Promise<string> {
  await writeFile(file, JSON.stringify(value));
  return path.resolve(file);
}

function output(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const written: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(written).toString('utf8'));
      else
        reject(new Error(`spanlight map ended with ${code ?? signal}: ${Buffer.concat(said).toString('utf8').trim()}`));
    });
  });
}
