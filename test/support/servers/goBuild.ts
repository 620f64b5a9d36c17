import path from 'node:path';
import type { Log } from '../cacheFolder';
import { runTool } from './runTool';

/** A program out of a Go module. */
export interface GoProgram {
  /** For the progress lines. */
  readonly name: string;
  readonly target: string;
  /** Packages with versions; the first is the program, all may bring modules. */
  readonly packages: readonly string[];
  /** The name of the file under `target`. */
  readonly binary: string;
}

/**
 * For every call of Go: no checksum database (it is not reachable everywhere), nothing taken from a workspace or a
 * repository around the cache, and no C compiler.
 */
export const GO_ENVIRONMENT: Readonly<Record<string, string>> = {
  GOSUMDB: 'off',
  GOFLAGS: '-buildvcs=false',
  GOWORK: 'off',
  CGO_ENABLED: '0',
};

/**
 * Builds a program inside a module of its own, as `go install` refuses modules with replaced dependencies. Symbols and
 * debugging information are left out, which saves a third of the file.
 */
export async function goBuild({ name, target, packages, binary }: GoProgram, log: Log): Promise<void> {
  const go = (what: string, ...args: readonly string[]): Promise<void> =>
    runTool({ what, command: 'go', args, cwd: target, env: GO_ENVIRONMENT }, log);
  await go(`making a module for ${name}`, 'mod', 'init', 'spanlight.test/server');
  await go(`fetching ${name}`, 'get', ...packages);
  const program = packages[0]?.replace(/@.*/, '') ?? '';
  await go(`building ${name}`, 'build', '-ldflags=-s -w', '-o', path.join(target, binary), program);
}
