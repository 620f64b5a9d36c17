import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening } from './loopback';

/** What a {@link FaultServer} does to the requests that come. */
export type Fault =
  /** Refuses with a status; headers and body as given. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Reads the request and never answers. */
  | { readonly kind: 'silence' }
  /** Sends headers and the beginning of a JSON body, and then nothing more. */
  | { readonly kind: 'stall' }
  /** Sends half of what was promised and closes the connection. */
  | { readonly kind: 'halfBody' }
  /** Ends in good order in the middle of the JSON. */
  | { readonly kind: 'halfJson' }
  /** Closes the connection without a word. */
  | { readonly kind: 'hangUp' }
  /** 200 with a page. */
  | { readonly kind: 'html'; readonly page: string }
  /** 200 with another type. */
  | { readonly kind: 'wrongType'; readonly type: string; readonly body: string }
  /** 302 to an address. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** What the server behind answers. */
  | { readonly kind: 'pass' }
  /** What the server behind answers, but not before `until`. */
  | { readonly kind: 'passLate'; readonly until: Promise<void> }
  /** What the server behind answers, up to the middle of the body; then the connection closes. */
  | { readonly kind: 'passHalf' }
  /** What the server behind answers, up to the middle of the body; then nothing more. */
  | { readonly kind: 'passStall' }
  /** 200 with any body. */
  | { readonly kind: 'body'; readonly body: string | Buffer; readonly headers?: Record<string, string> };

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly atMs: number;
  /** Empty until it is whole. */
  readonly body: string;
}

/** An HTTP server on loopback that does to each request what it is told, before another one or by itself. */
export interface FaultServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** What happens to requests from now on: the faults in turn, the last one for ever. */
  next(...faults: readonly Fault[]): void;
  /** Requests whose connection the client has closed before the answer was whole. */
  readonly aborted: number;
  close(): Promise<void>;
}

const HALF = '{"data":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spans":[{"resourceSpans":';

/**
 * Starts a {@link FaultServer}.
 * @param behind origin of the server to pass requests on to, which happens until told otherwise; without one, `{}` is
 *   answered.
 */
export async function startFaultServer(behind?: string): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  let faults: Fault[] = [behind === undefined ? { kind: 'body', body: '{}' } : { kind: 'pass' }];
  let aborted = 0;
  const server = createServer((request, response) => {
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      atMs: performance.now(),
      body: '',
    };
    requests.push(seen);
    response.on('close', () => {
      if (!response.writableFinished) aborted++;
    });
    const fault = faults.length > 1 ? faults.shift()! : faults[0]!;
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      seen.body = Buffer.concat(body).toString('utf8');
      const late = fault.kind === 'passLate' ? fault.until : undefined;
      if (late !== undefined) void late.then(() => pass('pass', behind ?? '', Buffer.concat(body), request, response));
      else if (fault.kind.startsWith('pass')) pass(fault.kind, behind ?? '', Buffer.concat(body), request, response);
      else commit(fault, request, response);
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    requests,
    next: (...told) => {
      faults = [...told];
    },
    get aborted() {
      return aborted;
    },
    close,
  };
}

function pass(kind: string, behind: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '' } = request;
  const onward = forward(behind + url, { method, headers: { ...headers, host: new URL(behind).host } }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const whole = Buffer.concat(chunks);
      response.writeHead(answer.statusCode ?? 502, {
        ...withoutFraming(answer.headers),
        'content-length': whole.length,
      });
      if (kind === 'pass') response.end(whole);
      else {
        const half = whole.subarray(0, Math.floor(whole.length / 2));
        response.write(half, () => (kind === 'passHalf' ? request.socket.destroy() : undefined));
      }
    });
  });
  onward.on('error', () => response.writeHead(502).end());
  onward.end(body);
}

function withoutFraming(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const kept = { ...headers };
  for (const name of ['transfer-encoding', 'content-length', 'connection']) delete kept[name];
  return kept;
}

function commit(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  const json = { 'content-type': 'application/json' };
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
      return;
    case 'silence':
      return;
    case 'stall':
      response.writeHead(200, json).write(HALF);
      return;
    case 'halfBody':
      response.writeHead(200, { ...json, 'content-length': '100000' }).write(HALF, () => request.socket.destroy());
      return;
    case 'halfJson':
      response.writeHead(200, json).end(HALF);
      return;
    case 'hangUp':
      request.socket.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(fault.page);
      return;
    case 'wrongType':
      response.writeHead(200, { 'content-type': fault.type }).end(fault.body);
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.location }).end();
      return;
    case 'body':
      response.writeHead(200, fault.headers ?? json).end(fault.body);
      return;
    case 'pass':
    case 'passLate':
    case 'passHalf':
    case 'passStall':
      response.writeHead(500).end('nothing is behind');
  }
}
