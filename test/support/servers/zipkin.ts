import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Installed } from './installServer';
import { answersOk } from './httpCalls';
import type { ZipkinServer } from './runningServer';
import { startServerProcess } from './serverProcess';

/**
 * Zipkin 3.6 with a store in memory, queries and ingest (`POST /api/v2/spans`) at `url`. A span is searchable within a
 * second; names of services and spans are kept in lower case.
 */
export async function startZipkin({ folder }: Installed): Promise<ZipkinServer> {
  const jar = (await readdir(folder)).find((name) => name.endsWith('.jar'));
  if (jar === undefined) throw new Error(`${folder} holds no jar`);
  let url = '';
  const running = await startServerProcess('zipkin', 1, ([port]) => {
    url = `http://127.0.0.1:${port}`;
    return {
      command: 'java',
      args: ['-Xmx512m', '-jar', path.join(folder, jar)],
      // Names are asked for at once after a write: no caching.
      env: { QUERY_PORT: String(port), QUERY_NAMES_MAX_AGE: '0', SELF_TRACING_ENABLED: 'false' },
      ready: () => answersOk(`${url}/health`),
    };
  });
  return { kind: 'zipkin', url, ...running };
}
