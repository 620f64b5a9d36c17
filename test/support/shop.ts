import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot, withLock, type Log } from './cacheFolder';
import { startKafka } from './kafka';
import { replayKafkaTraces } from './kafkaReplay';
import { npmCiOnce } from './npmPackages';
import { plainEnvironment, startProcess, stopProcess } from './processes';

/** The folder that VS Code opens. */
export const shopFolder = path.join(projectRoot, 'test', 'workspaces', 'shop');

/** Where the shop's services send their spans. */
export interface ShopOptions {
  /** `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** For the one service that speaks gRPC; `http://127.0.0.1:4317`. */
  readonly grpcEndpoint: string;
  /** A copy of the shop; {@link shopFolder} by default. */
  readonly folder?: string;
  /** False leaves the hop through Kafka out altogether; true by default. */
  readonly kafka?: boolean;
  /** Further environment, such as `LOAD_RATE`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** A shop under load. */
export interface RunningShop {
  /** How events travel: through which broker, or replayed and why. */
  readonly kafka: string;
  /** Resolves with the reason when it ends by itself. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Installs the shop's packages on first use. They lie in its own, ignored node_modules. */
export async function installShop(log: Log): Promise<void> {
  await withLock('shop', log, () => npmCiOnce(shopFolder, 'the packages of the sample shop', log));
}

/** A copy of the shop's files to change, in a new folder; the packages are those of the shop itself. */
export async function copyShop(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'spanlight-shop-')), 'shop');
  const filter = (from: string): boolean => !/^(node_modules|dist)$/.test(path.relative(shopFolder, from));
  await cp(shopFolder, folder, { recursive: true, filter });
  await symlink(path.join(shopFolder, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return folder;
}

/**
 * Starts the services and the load.
 * @throws Error with the shop's own words when a service does not come up.
 */
export async function startShop(options: ShopOptions): Promise<RunningShop> {
  const { log } = options;
  const broker = options.kafka === false ? 'no Kafka in this run' : await startKafka(log);
  const child = startProcess(process.execPath, ['start.mjs'], {
    cwd: options.folder ?? shopFolder,
    env: plainEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: options.endpoint,
      SHOP_OTLP_GRPC_ENDPOINT: options.grpcEndpoint,
      ...(typeof broker === 'string' ? {} : { KAFKA_BROKERS: broker.brokers }),
      ...options.env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const replay = typeof broker === 'string' && options.kafka !== false ? replayKafkaTraces(options, log) : undefined;
  const stop = async (): Promise<void> => {
    replay?.stop();
    await stopProcess(child);
    if (typeof broker !== 'string') await broker.stop();
  };
  let output = '';
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code) => resolve(`the shop ended with ${code}: ${output.trim()}`));
  });
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
  try {
    await Promise.race([untilOpen(child.stdout, log), ended.then((reason) => Promise.reject(new Error(reason)))]);
  } catch (error) {
    await stop();
    throw error;
  }
  const kafka = typeof broker === 'string' ? broker : `events go through ${broker.name}`;
  return { kafka: replay ? `${kafka}; its recorded spans are replayed` : kafka, ended, stop };
}

function untilOpen(stdout: NodeJS.ReadableStream | null, log: Log): Promise<void> {
  return new Promise((resolve) => {
    stdout?.on('data', (chunk: Buffer) => {
      const line = /^shop: .*/m.exec(chunk.toString())?.[0];
      if (line) log(line);
      if (line) resolve();
    });
  });
}
