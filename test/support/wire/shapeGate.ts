import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening } from './loopback';

/** An answer instead of that of the server behind. */
export interface ShapedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How another product differs from the server behind the gate. */
export interface Shape {
  /** The path (with its query) to ask for instead, or an answer. */
  request(url: URL, request: IncomingMessage): string | ShapedAnswer;
  /** What becomes of a text that the server behind answers with; itself where left out. */
  answer?(url: URL, status: number, text: string): { readonly status: number; readonly text: string };
}

/** A server that makes a real one behind it look like another version, or like another product. */
export interface ShapeGate {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a {@link ShapeGate} before the server at `behind`. */
export async function startShapeGate(behind: string, shape: Shape): Promise<ShapeGate> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gate');
    const shaped = shape.request(url, request);
    if (typeof shaped === 'string') passOn(behind + shaped, url, shape, request, response);
    else response.writeHead(shaped.status, shaped.headers ?? {}).end(shaped.body);
  });
  const { url, close } = await listening(server);
  return {
    url,
    close,
  };
}

function passOn(target: string, url: URL, shape: Shape, request: IncomingMessage, response: ServerResponse): void {
  // Unpacked, so that it can be changed.
  const sent = { ...request.headers, host: new URL(target).host, 'accept-encoding': 'identity' };
  const onward = forward(target, { method: request.method, headers: sent }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks);
      const status = answer.statusCode ?? 502;
      const type = answer.headers['content-type'] ?? '';
      const shaped = /protobuf/.test(type) ? undefined : shape.answer?.(url, status, body.toString('utf8'));
      response.writeHead(shaped?.status ?? status, type === '' ? {} : { 'content-type': type });
      response.end(shaped?.text ?? body);
    });
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
