import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { projectRoot, type Log } from '../support/cacheFolder';
import { freePort } from '../support/processes';
import { installShop } from '../support/shop';

/** Where Spanlight is told to listen. */
export interface ReceiverPorts {
  readonly http: number;
  readonly grpc: number;
}

/** Builds dist/ and installs the shop. @throws Error when the build fails; esbuild has printed why. */
export async function prepare(log: Log, built = false): Promise<void> {
  if (!built) buildDist(log);
  await installShop(log);
}

function buildDist(log: Log): void {
  log('building Spanlight …');
  const built = spawnSync(process.execPath, ['esbuild.mjs'], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (built.status !== 0) throw new Error('the build failed: see above');
}

/** OTLP's own ports where they are free, else any. */
export async function receiverPorts(): Promise<ReceiverPorts> {
  return { http: await freeOr(4318), grpc: await freeOr(4317) };
}

async function freeOr(wanted: number): Promise<number> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return free ? wanted : freePort();
}

/** The settings that make Spanlight listen there. */
export function receiverSettings(ports: ReceiverPorts): Record<string, unknown> {
  return { 'spanlight.receiver.httpPort': ports.http, 'spanlight.receiver.grpcPort': ports.grpc };
}

/** The addresses for the shop's exporters. */
export function shopEndpoints(ports: ReceiverPorts): { endpoint: string; grpcEndpoint: string } {
  return { endpoint: `http://127.0.0.1:${ports.http}`, grpcEndpoint: `http://127.0.0.1:${ports.grpc}` };
}
