import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { keepCompiledCode } from '../base/caches/compileCache';
import { describeError } from '../base/errors';
import { printable } from './printable';

/** What was typed is echoed to this length. */
const MAX_NAME = 100;

/** Bytes of bytecode that a function runs before V8 optimises it; 132 K by itself. Of 0.5 to 10 M the best. */
const SHORT_RUN_BUDGET = 1_000_000;

interface Command {
  readonly summary: string;
  /** Loaded when it is called: `trace` has no use for parsers, nor `map` for a receiver. */
  readonly load: () => Promise<{ run(args: string[]): Promise<number> }>;
  /** It is over in a second or two: code is optimised only where it is very hot. */
  readonly isShort?: true;
  /** Its exit code says what it found, whether or not anybody reads the answer to its end; 1 is a finding, no fault. */
  readonly isVerdict?: true;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  map: { summary: 'where in the code operations are', load: () => import('./map'), isShort: true },
  trace: { summary: 'what is in trace files', load: () => import('./trace') },
  query: { summary: 'what a TraceQL query finds in trace files', load: () => import('./query') },
  lint: {
    summary: 'where code loses the trace context',
    load: () => import('./lint/lint'),
    isShort: true,
    isVerdict: true,
  },
  receive: { summary: 'receive traces and show the operations as they come', load: () => import('./receive') },
};

function help(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}\n`);
  return `spanlight <command> [options]\n\n${commands.join('')}\n  -h, --help this text; after a command, the command's own\n  --version  the version\n`;
}

/** Runs one command. @returns the exit code: 0, 1 for a fault of Spanlight's own, 2 for input it cannot use; `lint` has its own. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'help' && rest[0] !== undefined) return main([...rest, '--help']);
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return 0;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = commandOf(name);
  if (command === undefined) {
    const what = name === undefined ? 'No command is given.' : `There is no command "${printable(name, MAX_NAME)}".`;
    process.stderr.write(`spanlight: ${what} Commands: ${Object.keys(COMMANDS).join(', ')}. See spanlight --help.\n`);
    return 2;
  }
  tune(command);
  return (await command.load()).run(rest);
}

/**
 * Grammars run as V8's baseline compiler makes them, as in the engine: the optimising one can abort the process on them.
 * A quarter of the CPU time of `lint` on 5,000 files was optimising code for a run that was nearly over, and a tenth of `map`'s.
 */
function tune({ isShort }: Command): void {
  setFlagsFromString('--liftoff-only');
  if (isShort === true) {
    setFlagsFromString(`--interrupt-budget=${SHORT_RUN_BUDGET}`);
    // The young generation reaches its size in one step instead of ten collections.
    setFlagsFromString('--semi-space-growth-factor=16');
    // What is alive is little: threads that share it out cost more than they collect, 3 to 10 in 100 of `lint`.
    setFlagsFromString('--no-parallel-scavenge');
    // An expression is else compiled twice: to bytecode for its first text, and again for the second.
    setFlagsFromString('--no-regexp-tier-up');
  }
  keepCompiledCode(__dirname, isShort === true ? 'short' : 'long');
}

function commandOf(name: string | undefined): Command | undefined {
  return Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
}

/** From the package that the bundle in `dist/` belongs to. */
function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

const { isVerdict = false } = commandOf(process.argv[2]) ?? {};

// `spanlight receive --json | head -1`: who reads has gone, and there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  const isGone = error.code === 'EPIPE';
  if (isGone && isVerdict) return;
  if (!isGone) process.stderr.write(`spanlight: ${describeError(error)}\n`);
  process.exit(isGone ? 0 : isVerdict ? 2 : 1);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`spanlight: ${describeError(error)}\n`);
    process.exitCode = isVerdict ? 2 : 1;
  },
);
