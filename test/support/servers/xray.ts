import path from 'node:path';
import type { Installed } from './installServer';
import { answersOk } from './httpCalls';
import type { XrayServer } from './runningServer';
import { startServerProcess } from './serverProcess';

/**
 * moto's X-Ray at `url`: PutTraceSegments, GetTraceSummaries and BatchGetTraces. It takes any signature, but routes by
 * it, so requests must be signed, and must say `Content-Type: application/json`. It answers a FilterExpression with 500,
 * spells `IsPartial` `IsParital`, says 0 for every `Duration`, and knows no graph and no trace retrieval.
 */
export async function startXray({ folder }: Installed): Promise<XrayServer> {
  let url = '';
  const running = await startServerProcess('xray', 1, ([port]) => {
    url = `http://127.0.0.1:${port}`;
    return {
      command: 'python3',
      args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
      env: { PYTHONPATH: path.join(folder, 'lib'), PYTHONDONTWRITEBYTECODE: '1' },
      ready: () => answersOk(`${url}/moto-api/data.json`),
    };
  });
  return { kind: 'xray', url, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', ...running };
}
