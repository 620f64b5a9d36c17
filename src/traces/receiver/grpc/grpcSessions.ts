import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import net, { type Socket } from 'node:net';
import type { Logger } from '../../../base/logger';
import { Connections, type ConnectionLimits, type ProtocolServer } from '../connections';
import type { ReceiverCounters } from '../counters';
import { whenOpened, type Opening } from './httpVersion';
import { isTls, NO_TLS, rawAnswer } from '../rawAnswer';

const MAX_STREAMS = 64;
/** A whole batch usually fits, so that senders need not wait for the window to open. */
const WINDOW_BYTES = 1024 * 1024;
const SETTINGS = { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: MAX_STREAMS, enablePush: false };
/** How long what a refused sender still sends is read, so that it gets to see the answer. */
const DRAIN_MS = 2_000;
/** A session that was asked to end is cut off after this time. */
const END_MS = 1_000;

/** What the sessions of gRPC are served with. */
export interface GrpcSessionParts {
  readonly counters: ReceiverCounters;
  readonly logger: Logger;
  readonly limits: ConnectionLimits;
  /** Where OTLP/HTTP is served, for senders that came to the wrong port. */
  readonly httpUrl: () => string | undefined;
  readonly serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
}

/**
 * A server for HTTP/2 without TLS, by prior knowledge. Node's own would neither end what is idle nor answer HTTP/1; this
 * one looks at the first bytes of a connection before it makes a session of it.
 */
export function createGrpcServer(parts: GrpcSessionParts): ProtocolServer {
  const { counters, limits } = parts;
  const connections = new Connections(limits.maxConnections, () =>
    counters.rejected(`More than ${limits.maxConnections} gRPC connections are busy; one more was turned away.`),
  );
  const sessions = new Set<ServerHttp2Session>();
  const server = net.createServer((socket) => {
    // What becomes of a socket is seen at its session; before there is one, a sender that goes away is no fault.
    socket.on('error', () => undefined);
    if (!connections.add(socket)) return;
    const timer = setTimeout(() => socket.destroy(), limits.headMs);
    const stop = whenOpened(socket, (opening, head) => {
      clearTimeout(timer);
      if (opening === 'http2') startSession(parts, socket, connections, sessions);
      else turnAway(parts, socket, opening, head);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      stop();
    });
  });
  const hangUp = (): void => {
    for (const session of sessions) session.close();
  };
  return { server, connections, hangUp };
}

function startSession(
  parts: GrpcSessionParts,
  socket: Socket,
  connections: Connections,
  sessions: Set<ServerHttp2Session>,
): void {
  const { limits } = parts;
  const session = http2.performServerHandshake(socket, { settings: SETTINGS });
  sessions.add(session);
  let served = false;
  let calls = 0;
  let timer = setTimeout(() => end(session), limits.firstCallMs);
  session.on('stream', (stream, headers) => {
    served = true;
    calls++;
    clearTimeout(timer);
    connections.begin(socket);
    stream.once('close', () => {
      calls--;
      connections.end(socket);
      if (calls === 0 && !session.destroyed) timer = setTimeout(() => end(session), limits.grpcIdleMs);
    });
    parts.serve(stream, headers);
  });
  session.on('error', (error: NodeJS.ErrnoException) => {
    // grpc-go says goodbye with a stream id that Node takes for a fault, when all calls have been answered.
    const bad = !served && error.code !== 'ECONNRESET' && error.code !== 'EPIPE';
    if (bad) parts.counters.rejected(`Not HTTP/2, or broken: ${error.message}.`);
    else parts.logger.debug(`OTLP/gRPC: a session ended with: ${error.message}.`);
  });
  session.once('close', () => {
    clearTimeout(timer);
    sessions.delete(session);
    socket.destroy();
  });
  // The stream's window is of no use while the connection's stays at HTTP/2's 64 KiB.
  session.setLocalWindowSize(WINDOW_BYTES * 4);
}

/** Says goodbye; clients connect again with their next call. */
function end(session: ServerHttp2Session): void {
  session.close();
  const timer = setTimeout(() => session.destroy(), END_MS);
  session.once('close', () => clearTimeout(timer));
}

/** Answers what is not HTTP/2. */
function turnAway(parts: GrpcSessionParts, socket: Socket, opening: Opening, head: Buffer): void {
  const { counters } = parts;
  if (opening === 'unknown') {
    counters.rejected(isTls(head) ? NO_TLS : 'What came to the gRPC port is not HTTP/2.');
    socket.destroy();
    return;
  }
  const where = `OTLP/HTTP goes to ${parts.httpUrl() ?? 'a port of its own'}.`;
  const line = head.subarray(0, head.indexOf(10)).toString('latin1');
  // A look is not a wrong request: another window asks who holds the port.
  const look = line.startsWith('GET / ');
  if (!look) counters.rejected(`HTTP/1 came to the port for OTLP/gRPC; ${where}`);
  socket.end(rawAnswer(look ? '200 OK' : '400 Bad Request', `This is the port for OTLP/gRPC; ${where}`, head));
  const timer = setTimeout(() => socket.destroy(), DRAIN_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}
