import { Readable } from 'node:stream';
import { HttpTransport, type WireAnswer, type WireRequest } from '../../../src/traces/backends/http';

/** What a host answers; an error is thrown as a connection's would be. */
export type Route = (request: WireRequest) => RouteAnswer | Error;

export interface RouteAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Connections to hosts that are not there, each of which answers as it is told. */
export class RoutedTransport extends HttpTransport {
  readonly asked: WireRequest[] = [];

  /** @param routes by host; others are not known. */
  constructor(private readonly routes: Readonly<Record<string, Route>>) {
    super();
  }

  override send(request: WireRequest): Promise<WireAnswer> {
    this.asked.push(request);
    const { hostname } = request.url;
    const route = this.routes[hostname];
    const unknown = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
    const answer = route === undefined ? unknown : route(request);
    if (answer instanceof Error) return Promise.reject(answer);
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    const headers = new Map(Object.entries({ 'content-type': 'application/json', ...answer.headers }));
    return Promise.resolve({ status: answer.status ?? 200, headers, body: Readable.from([Buffer.from(text)]) });
  }
}
