import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens on loopback, at a port that was free. */
export interface Listening {
  readonly url: string;
  /** Ends connections that are open, too. */
  readonly close: () => Promise<void>;
}

export async function listening(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
