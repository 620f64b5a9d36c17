import { execFileSync } from 'node:child_process';
import { SERVER_FACTS, type ServerKind, type Toolchain } from './serverKinds';

/** Why a server can't be had on this machine. */
export interface Missing {
  readonly kind: ServerKind;
  /** Empty where the platform is at fault. */
  readonly toolchains: readonly Toolchain[];
  /** `Go 1.25 or newer is missing`. */
  readonly reason: string;
  /** `Jaeger 1.76.0 is left out: Go 1.25 or newer is missing`. */
  readonly sentence: string;
}

/** Set by the continuous integration: there a server that can't be had is a failure and no reason to skip. */
export const REQUIRED_VARIABLE = 'SPANLIGHT_TEST_SERVERS';

interface Probe {
  readonly command: readonly string[];
  /** What is asked for, in a sentence. */
  readonly needed: string;
  /** Takes major and minor out of what the command prints; the least that will do. */
  readonly version: RegExp;
  readonly least: readonly [number, number];
}

const probes: Readonly<Record<Toolchain, Probe>> = {
  Go: { command: ['go', 'version'], needed: 'Go 1.25 or newer', version: /go(\d+)\.(\d+)/, least: [1, 25] },
  Java: {
    command: ['javac', '-version'],
    needed: 'a JDK 17 or newer',
    version: /javac (\d+)(?:\.(\d+))?/,
    least: [17, 0],
  },
  Maven: { command: ['mvn', '-version'], needed: 'Maven 3.6 or newer', version: /Maven (\d+)\.(\d+)/, least: [3, 6] },
  Python: {
    command: ['python3', '-c', 'import platform, pip; print("Python", platform.python_version())'],
    needed: 'Python 3.10 or newer with pip',
    version: /Python (\d+)\.(\d+)/,
    least: [3, 10],
  },
};

const answers = new Map<Toolchain, boolean>();

/** True where a server that can't be had must fail the run. */
export function serversRequired(): boolean {
  return process.env[REQUIRED_VARIABLE] === 'required';
}

/** Says at once, without installing anything, why a server can't be had here; undefined where it can. */
export function missingFor(kind: ServerKind): Missing | undefined {
  const { name, toolchains } = SERVER_FACTS[kind];
  const platform = platformProblem(kind);
  const because = (reason: string, missing: readonly Toolchain[]): Missing => {
    return { kind, toolchains: missing, reason, sentence: `${name} is left out: ${reason}` };
  };
  if (platform) return because(platform, []);
  const missing = toolchains.filter((toolchain) => !has(toolchain));
  if (missing.length === 0) return undefined;
  const what = missing.map((toolchain) => probes[toolchain].needed).join(' and ');
  const verb = missing.length === 1 ? 'is' : 'are';
  return because(`${what} ${verb} missing`, missing);
}

function platformProblem(kind: ServerKind): string | undefined {
  if (process.platform === 'win32') return 'the tests start no servers on Windows';
  const hasChdb = process.platform === 'linux' || process.platform === 'darwin';
  return kind === 'clickhouse' && !hasChdb ? `there is no chdb for ${process.platform}` : undefined;
}

function has(toolchain: Toolchain): boolean {
  const known = answers.get(toolchain);
  if (known !== undefined) return known;
  const answer = probe(probes[toolchain]);
  answers.set(toolchain, answer);
  return answer;
}

function probe({ command: [command, ...args], version, least }: Probe): boolean {
  try {
    const output = execFileSync(command!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [, major, minor = '0'] = version.exec(output) ?? [];
    if (major === undefined) return false;
    return Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1]);
  } catch {
    return false;
  }
}
