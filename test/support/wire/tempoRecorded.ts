import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const FOLDER = path.join(__dirname, '..', '..', 'fixtures', 'tempo');

/** One request that a real Tempo 3.1 was sent, and what it answered. */
export interface RecordedRequest {
  readonly name: string;
  /** Path and query. */
  readonly path: string;
  readonly accept?: string;
  readonly status: number;
  readonly contentType: string;
  /** The body, below `answers`. */
  readonly file: string;
}

/** Everything that was recorded. */
export function recordedRequests(): readonly RecordedRequest[] {
  return JSON.parse(readFileSync(path.join(FOLDER, 'index.json'), 'utf8')) as RecordedRequest[];
}

/** The body of an answer, byte for byte. */
export function recordedBody({ file }: RecordedRequest): Buffer {
  return readFileSync(path.join(FOLDER, 'answers', file));
}

/** A loopback server that gives the recorded answers to the recorded requests, whatever the order of their parameters. */
export async function startRecordedTempo(): Promise<{ url: string; unknown: string[]; stop: () => Promise<void> }> {
  const unknown: string[] = [];
  const recorded = recordedRequests();
  const server: Server = createServer((request, response) => {
    const wanted = keyOf(request.url ?? '');
    const alike = recorded.filter((entry) => keyOf(entry.path) === wanted);
    const found = alike.find(({ accept = 'application/json' }) => accept === request.headers.accept) ?? alike[0];
    if (found === undefined) {
      unknown.push(request.url ?? '');
      response.writeHead(404).end('404 page not found');
      return;
    }
    if (found.contentType !== '') response.setHeader('content-type', found.contentType);
    response.writeHead(found.status).end(recordedBody(found));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, unknown, stop };
}

function keyOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://tempo');
  searchParams.sort();
  return `${decodeURIComponent(pathname)}?${searchParams.toString()}`;
}
