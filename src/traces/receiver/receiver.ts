import type { AddressInfo, Server } from 'node:net';
import type { Disposable } from '../../base/disposable';
import { nullLogger, type Logger } from '../../base/logger';
import type { OtlpSink } from '../ingest';
import { BodyBudget } from './bodyBudget';
import { CONNECTION_LIMITS, type ConnectionLimits, type ProtocolServer } from './connections';
import { ReceiverCounters } from './counters';
import { createGrpcReceiver } from './grpc/grpcReceiver';
import { createHttpReceiver } from './httpReceiver';
import { listenOnPort, type BoundPort } from './listenOnPort';
import { isLoopback } from './loopbackGuard';

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_HTTP_PORT = 4318;
export const DEFAULT_GRPC_PORT = 4317;
/** What the OTLP specification recommends as the limit of a request, after decompression. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Bodies in flight, all together. */
const BUDGET_BODIES = 4;
/** Requests that are under way may end within this time. */
const CLOSE_MS = 1_000;

export interface ReceiverOptions {
  /** Default {@link DEFAULT_HOST}. Another one than loopback lets other machines send. */
  readonly host?: string;
  /** Default {@link DEFAULT_HTTP_PORT}; 0 takes any free one. */
  readonly httpPort?: number;
  /** Default {@link DEFAULT_GRPC_PORT}; 0 takes any free one. */
  readonly grpcPort?: number;
  readonly sink: OtlpSink;
  readonly logger?: Logger;
  /** Default {@link MAX_BODY_BYTES}. */
  readonly maxBodyBytes?: number;
  /** Default {@link CONNECTION_LIMITS}. */
  readonly limits?: Partial<ConnectionLimits>;
  /** Whether a program may be run to find out what holds a port; default true. */
  readonly trusted?: boolean;
}

/** Where one protocol is served. */
export interface ReceiverAddress extends BoundPort {
  /** `http://127.0.0.1:4318`: what an exporter is given as endpoint. */
  readonly url: string;
}

/** Where a receiver listens, and what it refused so far. */
export interface ReceiverState {
  readonly http: ReceiverAddress;
  readonly grpc: ReceiverAddress;
  /** Whether it listens on an address that is not loopback, so that other machines can send. */
  readonly openToNetwork: boolean;
  readonly rejectedRequests: number;
  /** One sentence. */
  readonly lastRejection?: string;
}

/** A receiver that listens. */
export interface Receiver extends Disposable {
  readonly counters: ReceiverCounters;
  status(): ReceiverState;
  /** Takes no more connections, lets running requests end, and frees the ports. */
  close(): Promise<void>;
}

/**
 * Starts to listen for OTLP/HTTP and OTLP/gRPC. A port that is taken is replaced by the next free one; `status` says so.
 *
 * @throws SpanlightError if it cannot listen at all.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { sink, logger = nullLogger, trusted = true } = options;
  // An empty host would listen on every interface.
  const host = options.host?.trim() || DEFAULT_HOST;
  const perBody = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const counters = new ReceiverCounters((message) => logger.warn(`Receiver: ${message}`));
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const stopping = new AbortController();
  const budget = new BodyBudget(perBody, perBody * BUDGET_BODIES);
  const parts = { host, sink, counters, logger, limits, budget, stop: stopping.signal };
  /** For senders that come to the wrong port. */
  const urls: { http?: string; grpc?: string } = {};
  const httpServer = createHttpReceiver(parts, () => urls.grpc);
  const grpcServer = createGrpcReceiver(parts, () => urls.http);
  const servers = [httpServer, grpcServer];
  const close = (): Promise<void> => closeServers(servers).finally(() => stopping.abort());
  try {
    const bind = async (server: Server, port: number): Promise<ReceiverAddress> =>
      addressOf(host, await listenOnPort(server, host, port, trusted));
    const http = await bind(httpServer.server, options.httpPort ?? DEFAULT_HTTP_PORT);
    const grpc = await bind(grpcServer.server, options.grpcPort ?? DEFAULT_GRPC_PORT);
    urls.http = http.url;
    urls.grpc = grpc.url;
    const openToNetwork = servers.some(({ server }) => isOpenToNetwork(server));
    for (const { url, wanted, takenBy } of [http, grpc]) {
      logger.info(`Receiver: listening on ${url}${takenBy === undefined ? '' : ` (${wanted} is held by ${takenBy})`}.`);
    }
    for (const { server } of servers) {
      server.on('error', (error: Error) => logger.error(`Receiver: ${error.message}`));
    }
    return {
      counters,
      status: () => ({
        http,
        grpc,
        openToNetwork,
        rejectedRequests: counters.rejectedRequests,
        ...(counters.lastRejection === undefined ? {} : { lastRejection: counters.lastRejection }),
      }),
      close,
      dispose: () => void close(),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(host: string, bound: BoundPort): ReceiverAddress {
  // What listens everywhere is reached at loopback.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return { ...bound, url: `http://${name}:${bound.port}` };
}

/** By the address it is bound to: a host name may stand for any. */
function isOpenToNetwork(server: Server): boolean {
  const { address } = server.address() as AddressInfo;
  return !isLoopback(address.replace(/^::ffff:/i, ''));
}

async function closeServers(servers: readonly ProtocolServer[]): Promise<void> {
  const closed = Promise.all(servers.map(({ server }) => closeServer(server)));
  for (const { hangUp } of servers) hangUp();
  const timer = setTimeout(() => {
    for (const { connections } of servers) connections.destroyAll();
  }, CLOSE_MS);
  await closed;
  clearTimeout(timer);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) resolve();
    else server.close(() => resolve());
  });
}
