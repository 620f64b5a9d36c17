import path from 'node:path';
import type { Installed } from './installServer';
import { getJson } from './httpCalls';
import type { OpenSearchServer } from './runningServer';
import { startServerProcess } from './serverProcess';

/** OpenSearch 2.19, one node without security, HTTP at `url`. */
export async function startOpenSearch({ folder }: Installed): Promise<OpenSearchServer> {
  let url = '';
  const program = path.join(__dirname, 'RunOpenSearch.java');
  const running = await startServerProcess('opensearch', 2, ([port, transport], data) => {
    url = `http://127.0.0.1:${port}`;
    return {
      command: 'java',
      args: ['-Xmx512m', '-cp', path.join(folder, 'lib', '*'), program, data, String(port), String(transport)],
      ready: async () => (await getJson<{ status: string }>(`${url}/_cluster/health`)).status !== 'red',
    };
  });
  return { kind: 'opensearch', url, ...running };
}
