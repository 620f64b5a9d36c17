import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { NewRelicRows } from '../servers/data/newRelicRows';
import { NrqlStore } from './nrqlStore';
import { listening } from './loopback';

/** What a {@link NewRelicWireServer} holds, and how it behaves. */
export interface NewRelicWireOptions {
  readonly rows: NewRelicRows;
  readonly key?: string;
  readonly account?: number;
  /** Accounts besides, without rows. */
  readonly others?: readonly { readonly id: number; readonly name: string }[];
  /** One query in so many takes longer than the service waits, where it may be left running; none where left out. */
  readonly slowEvery?: number;
  /** Milliseconds that such a query runs; a few where left out. */
  readonly slowMs?: number;
  /** The account has no asynchronous queries. */
  readonly isSynchronous?: boolean;
}

/** An error inside of an answer with status 200. */
export interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, string>>;
}

/** NerdGraph as it is documented, on loopback. */
export interface NewRelicWireServer {
  /** With the path of the API. */
  readonly url: string;
  /** NRQL, in the order it was asked. */
  readonly queries: readonly string[];
  /** Requests for the progress of queries. */
  readonly polls: number;
  /** What the next requests are answered with instead. */
  refuse(...errors: readonly GraphqlError[]): void;
  close(): Promise<void>;
}

export const NEW_RELIC_KEY = 'NRAK-correct-horse-battery';
export const NEW_RELIC_ACCOUNT = 1234567;

interface Body {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Starts a {@link NewRelicWireServer}. */
export async function startNewRelicWire(options: NewRelicWireOptions): Promise<NewRelicWireServer> {
  const api = new NerdGraphModel(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const [status, answer] = api.answer(request, body);
      send(request, response, status, answer);
    });
  });
  const { url, close } = await listening(server);
  return {
    url: `${url}/graphql`,
    queries: api.queries,
    get polls() {
      return api.polls;
    },
    refuse: (...errors) => void api.refusals.push(...errors),
    close,
  };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
  const json = JSON.stringify(answer);
  const packs = String(request.headers['accept-encoding']).includes('gzip');
  response.writeHead(status, { 'content-type': 'application/json', ...(packs ? { 'content-encoding': 'gzip' } : {}) });
  response.end(packs ? gzipSync(json) : json);
}

class NerdGraphModel {
  readonly queries: string[] = [];
  readonly refusals: GraphqlError[] = [];
  polls = 0;
  private readonly store: NrqlStore;
  private readonly running = new Map<string, { readonly nrql: string; readonly finishedAt: number }>();

  constructor(private readonly options: NewRelicWireOptions) {
    this.store = new NrqlStore({ Span: options.rows.spans, SpanEvent: options.rows.events });
  }

  answer(request: IncomingMessage, text: string): readonly [number, object] {
    const { key = NEW_RELIC_KEY, account = NEW_RELIC_ACCOUNT, others = [] } = this.options;
    if (request.url !== '/graphql') return [404, { error: { title: 'The resource could not be found' } }];
    if (request.headers['api-key'] !== key) {
      const message = request.headers['api-key'] === undefined ? 'Api-Key header required' : 'Invalid API key';
      return [401, { errors: [{ message, extensions: { error_code: 'BAD_API_KEY' } }] }];
    }
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return [200, { data: { actor: null }, errors: [refusal] }];
    const { query, variables = {} } = JSON.parse(text) as Body;
    if (/\baccounts\b/.test(query)) {
      return [200, { data: { actor: { accounts: [{ id: account, name: 'Shop' }, ...others] } } }];
    }
    if (variables['account'] !== account) {
      const error = {
        message: 'Access denied.',
        path: ['actor', 'account'],
        extensions: { errorClass: 'ACCESS_DENIED' },
      };
      return [200, { data: { actor: { account: null } }, errors: [error] }];
    }
    if (this.options.isSynchronous === true && query.includes('async: true')) {
      const message = 'Asynchronous queries require Data Plus.';
      return [
        200,
        { data: { actor: { account: null } }, errors: [{ message, extensions: { errorClass: 'INVALID_INPUT' } }] },
      ];
    }
    return this.account(query, variables);
  }

  private account(query: string, variables: Readonly<Record<string, unknown>>): readonly [number, object] {
    const account: Record<string, unknown> = {};
    const errors: object[] = [];
    for (const [, name = '', variable = ''] of query.matchAll(
      /(\w+): nrql\(query: \$(\w+), (?:async: true|timeout: \d+)\)/g,
    )) {
      const mayRun = query.includes('async: true');
      const nrql = String(variables[variable]);
      this.queries.push(nrql);
      try {
        account[name] = this.start(nrql, mayRun);
      } catch (error) {
        account[name] = null;
        const extensions = { errorClass: 'INVALID_INPUT' };
        errors.push({ message: (error as Error).message, path: ['actor', 'account', name], extensions });
      }
    }
    for (const [, name = '', id = ''] of query.matchAll(/(\w+): nrqlQueryProgress\(queryId: "([\w-]+)"\)/g)) {
      this.polls++;
      account[name] = this.progress(id);
    }
    return [200, { data: { actor: { account } }, ...(errors.length === 0 ? {} : { errors }) }];
  }

  private start(nrql: string, mayRun: boolean): object {
    const { slowEvery, slowMs = 30 } = this.options;
    const isSlow = mayRun && slowEvery !== undefined && this.queries.length % slowEvery === 0;
    const results = this.store.results(nrql, Date.now());
    if (!isSlow) return finished(results);
    const id = `q-${this.queries.length}`;
    this.running.set(id, { nrql, finishedAt: performance.now() + slowMs });
    return unfinished(id);
  }

  private progress(id: string): object | null {
    const query = this.running.get(id);
    if (query === undefined) return null;
    return performance.now() < query.finishedAt ? unfinished(id) : finished(this.store.results(query.nrql, Date.now()));
  }
}

function finished(results: readonly object[]): object {
  const none = { queryId: null, resultExpiration: null, retryAfter: null, retryDeadline: null };
  return { results, queryProgress: { completed: true, ...none } };
}

function unfinished(queryId: string): object {
  return {
    results: null,
    queryProgress: { queryId, completed: false, retryAfter: 0.02, retryDeadline: 30, resultExpiration: 600 },
  };
}
