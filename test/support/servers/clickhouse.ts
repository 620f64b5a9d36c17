import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { answersOk } from './httpCalls';
import type { Installed } from './installServer';
import type { ClickhouseServer } from './runningServer';
import { startServerProcess } from './serverProcess';

/**
 * ClickHouse as a library behind a small server that speaks its HTTP interface at `url`, in a process of its own (it
 * maps half a gigabyte): see `chdbServer.ts` for what of the interface there is. Wants `user` and `password`.
 */
export async function startClickhouse({ folder }: Installed): Promise<ClickhouseServer> {
  const [user, password] = ['spanlight', randomBytes(8).toString('hex')];
  let url = '';
  const running = await startServerProcess('clickhouse', 1, ([port], data) => {
    url = `http://127.0.0.1:${port}`;
    const program = path.join(__dirname, 'chdbServer.ts');
    return {
      command: process.execPath,
      args: ['--require', require.resolve('tsx/cjs'), program],
      env: {
        CHDB_PACKAGES: folder,
        CHDB_DATA: path.join(data, 'store'),
        CHDB_PORT: String(port),
        CHDB_USER: user,
        CHDB_PASSWORD: password,
      },
      ready: () => answersOk(`${url}/ping`),
    };
  });
  return { kind: 'clickhouse', url, user, password, database: 'otel', ...running };
}
