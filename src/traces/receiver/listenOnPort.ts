import http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { SpanlightError } from '../../base/errors';
import { portOwner } from './portOwner';
import { SERVER_NAME } from './rawAnswer';

/** Where a server listens. */
export interface BoundPort {
  readonly port: number;
  /** The port that was asked for. */
  readonly wanted: number;
  /** What holds the wanted port, in a few words; only where it was taken. */
  readonly takenBy?: string;
}

/** Steps of two keep the ports of gRPC and HTTP, which lie side by side, from running into each other. */
const STEP = 2;
const TRIES = 10;
const PROBE_MS = 300;

/**
 * Listens on a port, or where it is taken on the next free one, or on any.
 *
 * @param mayRun see {@link portOwner}.
 * @throws SpanlightError if the host has no free port, or is none of this machine's.
 */
export async function listenOnPort(server: Server, host: string, wanted: number, mayRun: boolean): Promise<BoundPort> {
  if (await listens(server, host, wanted)) return { port: portOf(server), wanted };
  const takenBy = await describeOwner(host, wanted, mayRun);
  for (let port = wanted + STEP; port <= Math.min(65_535, wanted + STEP * TRIES); port += STEP) {
    if (await listens(server, host, port)) return { port, wanted, takenBy };
  }
  if (await listens(server, host, 0)) return { port: portOf(server), wanted, takenBy };
  throw new SpanlightError('No port is free.', `${host}:${wanted}`, 'Stop what listens there.');
}

/** False if the port is taken or not allowed. */
function listens(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      server.off('listening', done);
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(unusable(host, port, error));
    };
    const done = (): void => {
      server.off('error', fail);
      resolve(true);
    };
    server.once('error', fail);
    server.once('listening', done);
    server.listen({ port, host, exclusive: true });
  });
}

function unusable(host: string, port: number, error: Error): SpanlightError {
  const cure = 'The host (spanlight.receiver.host, --host) is to be 127.0.0.1 or an address of this machine.';
  return new SpanlightError(`The receiver cannot listen there: ${error.message}.`, `${host}:${port}`, cure, {
    cause: error,
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function describeOwner(host: string, port: number, mayRun: boolean): Promise<string> {
  const [owner, spanlight] = await Promise.all([portOwner(port, mayRun), isSpanlight(host, port)]);
  if (spanlight) return owner === undefined ? 'another Spanlight' : `another Spanlight, ${owner}`;
  return owner ?? 'another program';
}

/** Whether the port answers as this receiver does. */
function isSpanlight(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: '/', timeout: PROBE_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.headers.server === SERVER_NAME);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
