import type { Server, Socket } from 'node:net';

/** How long the connections of a receiver may take, and how many there may be. */
export interface ConnectionLimits {
  /** Of one protocol. */
  readonly maxConnections: number;
  /** The head of a request, or the preface of HTTP/2, must be there after this time. */
  readonly headMs: number;
  /** A new gRPC connection makes its first call within this time. */
  readonly firstCallMs: number;
  /** A whole request or call must be there after this time. */
  readonly requestMs: number;
  readonly httpIdleMs: number;
  readonly grpcIdleMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  maxConnections: 256,
  headMs: 10_000,
  firstCallMs: 30_000,
  requestMs: 30_000,
  // Longer than exporters keep their sockets, so that they are not cut off between two batches.
  httpIdleMs: 75_000,
  // A gRPC client is told to go, and connects again with its next call.
  grpcIdleMs: 300_000,
};

/**
 * The open connections of a server. There are never more than the limit: a new one takes the place of the one that has
 * been idle longest, so that nobody blocks the port by connecting alone.
 */
export class Connections {
  /** In the order in which they became idle. */
  private readonly idle = new Set<Socket>();
  /** With the number of requests that are under way. */
  private readonly busy = new Map<Socket, number>();

  /** @param refused told when all are busy and one more is turned away. */
  constructor(
    private readonly limit: number,
    private readonly refused: () => void,
  ) {}

  /** Takes a new connection; false if it was turned away. */
  add(socket: Socket): boolean {
    if (this.idle.size + this.busy.size >= this.limit) {
      const [oldest] = this.idle;
      if (oldest === undefined) {
        socket.destroy();
        this.refused();
        return false;
      }
      this.remove(oldest);
      oldest.destroy();
    }
    this.idle.add(socket);
    socket.once('close', () => this.remove(socket));
    return true;
  }

  /** A request begins. */
  begin(socket: Socket): void {
    const requests = this.busy.get(socket);
    if (requests === undefined && !this.idle.delete(socket)) return;
    this.busy.set(socket, (requests ?? 0) + 1);
  }

  /** A request ended. */
  end(socket: Socket): void {
    const requests = this.busy.get(socket);
    if (requests === undefined) return;
    if (requests > 1) {
      this.busy.set(socket, requests - 1);
      return;
    }
    this.busy.delete(socket);
    this.idle.add(socket);
  }

  destroyAll(): void {
    for (const socket of [...this.idle, ...this.busy.keys()]) socket.destroy();
  }

  private remove(socket: Socket): void {
    this.idle.delete(socket);
    this.busy.delete(socket);
  }
}

/** What listens for one protocol. */
export interface ProtocolServer {
  readonly server: Server;
  readonly connections: Connections;
  /** Asks the clients to go; requests that are under way may end. */
  readonly hangUp: () => void;
}
