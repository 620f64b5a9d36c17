import { createServer, type ServerResponse } from 'node:http';
import { refusalOf, type AwsRefusal } from './awsSignature';
import { XRAY_KEYS, type XrayCall } from './xrayServer';
import { listening } from './loopback';

/** What a {@link SpanLogServer} holds, and how it behaves. */
export interface SpanLogOptions {
  readonly logGroup: string;
  /** Ids of traces that a query finds, the latest first. */
  readonly find: (queryString: string) => readonly string[];
  /** What queries end as; they are `Running` when they are first asked for. */
  readonly ends?: 'Complete' | 'Failed' | 'Timeout' | 'Running';
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
}

/** CloudWatch Logs as far as Logs Insights goes (`StartQuery`, `GetQueryResults`, `StopQuery`), on loopback. */
export interface SpanLogServer {
  readonly url: string;
  /** By the action, which is in a header. */
  readonly calls: readonly XrayCall[];
  refuse(...refusals: readonly AwsRefusal[]): void;
  close(): Promise<void>;
}

export async function startSpanLogWire(options: SpanLogOptions): Promise<SpanLogServer> {
  const { ends = 'Complete', now = Date.now } = options;
  const calls: XrayCall[] = [];
  const refusals: AwsRefusal[] = [];
  const queries: { readonly ids: readonly string[]; asked: number }[] = [];
  const rules = { keys: XRAY_KEYS, region: 'us-east-1', service: 'logs', now, compares: true };

  function said(action: string, body: XrayCall['body']): object | AwsRefusal {
    if (action === 'StartQuery') {
      const [logGroup] = body['logGroupNames'] as string[];
      if (logGroup !== options.logGroup)
        return { type: 'ResourceNotFoundException', message: `Log group '${logGroup}' does not exist` };
      queries.push({ ids: options.find(String(body['queryString'])), asked: 0 });
      return { queryId: String(queries.length - 1) };
    }
    const query = queries[Number(body['queryId'])];
    if (query === undefined) return { type: 'ResourceNotFoundException', message: 'no such query' };
    if (action === 'StopQuery') return { success: true };
    if (query.asked++ === 0 || ends !== 'Complete')
      return { status: query.asked === 1 ? 'Running' : ends, results: [] };
    const row = (id: string): object[] => [
      { field: 'traceId', value: id },
      { field: 'latest', value: '1.0' },
    ];
    return { status: 'Complete', results: query.ids.map(row), statistics: { bytesScanned: 1 } };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      response.setHeader('date', new Date(now()).toUTCString());
      const action = String(request.headers['x-amz-target']).replace('Logs_20140328.', '');
      const body = JSON.parse(bytes.toString('utf8')) as XrayCall['body'];
      const answer = refusals.shift() ?? refusalOf(request, bytes, rules);
      if (answer === undefined) calls.push({ path: action, body });
      send(response, answer ?? said(action, body));
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    calls,
    refuse: (...told) => void refusals.push(...told),
    close,
  };
}

/** Errors name themselves in the body, as this protocol has it. */
function send(response: ServerResponse, answer: object | AwsRefusal): void {
  const isRefusal = 'type' in answer && 'message' in answer;
  const text = JSON.stringify(isRefusal ? { __type: answer.type, message: answer.message } : answer);
  response.writeHead(isRefusal ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
}
