import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { QuerySpec } from '../../../src/traces/backends/honeycomb/querySpec';
import type { HoneycombRow } from '../servers/data/honeycombRows';
import { HoneycombProblem, HoneycombStore } from './honeycombStore';
import { listening } from './loopback';

/** What a {@link HoneycombWireServer} holds, and how it behaves. */
export interface HoneycombWireOptions {
  readonly rows: readonly HoneycombRow[];
  readonly key?: string;
  /** The rights of the key; all where left out. */
  readonly mayRun?: boolean;
  /** The plan has no Query Data API. */
  readonly isFree?: boolean;
  /** A classic environment: it has no name, and no queries over all datasets. */
  readonly isClassic?: boolean;
  /** Runs of queries in a minute; no bound where left out. */
  readonly runsPerMinute?: number;
  /** How long a query takes. */
  readonly queryMs?: number;
  /** Queries never become complete. */
  readonly isStuck?: boolean;
}

/** Honeycomb's API as it is documented, on loopback. */
export interface HoneycombWireServer {
  readonly url: string;
  /** Queries that were made, in turn. */
  readonly specs: readonly QuerySpec[];
  /** Queries that were run. */
  readonly runs: number;
  /** Forgets the queries that were made. */
  forget(): void;
  close(): Promise<void>;
}

export const HONEYCOMB_KEY = 'correct-horse-battery';

/** Starts a {@link HoneycombWireServer}. Results are not complete when they are first asked for. */
export async function startHoneycombWire(options: HoneycombWireOptions): Promise<HoneycombWireServer> {
  const api = new HoneycombModel(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        const [status, answer] = api.answer(request, Buffer.concat(chunks).toString('utf8'));
        send(request, response, status, answer);
      } catch (error) {
        if (!(error instanceof HoneycombProblem)) throw error;
        const { status, message } = error;
        const type = 'https://api.honeycomb.io/problems/other';
        send(request, response, status, { status, type, title: message, error: message });
      }
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    specs: api.specs,
    get runs() {
      return api.runs;
    },
    forget: () => api.specs.splice(0),
    close,
  };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
  const json = JSON.stringify(answer);
  const packs = String(request.headers['accept-encoding']).includes('gzip');
  response.writeHead(status, {
    'content-type': 'application/json',
    ratelimit: 'limit=100000, remaining=99000, reset=30',
    'ratelimit-policy': '100000;w=60',
    ...(packs ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(packs ? gzipSync(json) : json);
}

class HoneycombModel {
  readonly specs: QuerySpec[] = [];
  runs = 0;
  private readonly store: HoneycombStore;
  private readonly results = new Map<string, { readonly rows: readonly object[]; readonly since: number }>();

  constructor(private readonly options: HoneycombWireOptions) {
    this.store = new HoneycombStore(options.rows);
  }

  answer({ headers, url = '', method }: IncomingMessage, body: string): readonly [number, object] {
    const { key = HONEYCOMB_KEY, isClassic = false, isFree = false, mayRun = true } = this.options;
    if (headers['x-honeycomb-team'] !== key)
      throw new HoneycombProblem(401, 'unknown API key - check your credentials');
    const [, , what = '', dataset = '', id = ''] = url.split('/').map(decodeURIComponent);
    if (isClassic && dataset === '__all__') throw new HoneycombProblem(404, 'Dataset not found');
    const environment = isClassic ? { name: '', slug: '' } : { name: 'Test', slug: 'test' };
    if (what === 'auth') {
      const api_key_access = { events: false, queries: mayRun, columns: true };
      return [
        200,
        { id: 'k', type: 'configuration', api_key_access, environment, team: { name: 'Shop', slug: 'shop' } },
      ];
    }
    if (what === 'datasets') return [200, this.store.datasets()];
    if (what === 'columns') return [200, this.store.columns(dataset)];
    if (what === 'queries' && method === 'POST') return [200, this.make(dataset, body)];
    if (what !== 'query_results') throw new HoneycombProblem(404, 'The requested resource could not be found.');
    if (isFree || !mayRun) throw new HoneycombProblem(403, 'Forbidden');
    return method === 'POST' ? [201, this.run(dataset, body)] : [200, this.result(id)];
  }

  private make(dataset: string, body: string): object {
    const spec = JSON.parse(body) as QuerySpec;
    if (spec.limit > 1000) throw new HoneycombProblem(422, 'limit must be at most 1000');
    this.store.results(dataset, spec, Date.now(), 1);
    this.specs.push(spec);
    return { ...spec, id: `query-${this.specs.length}` };
  }

  private run(dataset: string, body: string): object {
    const { runsPerMinute = Infinity } = this.options;
    const {
      query_id: query,
      disable_series,
      limit = 1000,
    } = JSON.parse(body) as Record<string, number> & { query_id: string };
    if (this.runs >= runsPerMinute) throw new HoneycombProblem(429, 'You have exceeded your rate limit.');
    if (limit > (disable_series ? 10_000 : 1_000)) throw new HoneycombProblem(422, 'limit is too high');
    const spec = this.specs[Number(query.slice('query-'.length)) - 1];
    if (spec === undefined) throw new HoneycombProblem(404, 'Query not found');
    this.runs++;
    const id = `result-${this.runs}`;
    this.results.set(id, { rows: this.store.results(dataset, spec, Date.now(), limit), since: performance.now() });
    return { id, complete: false };
  }

  private result(id: string): object {
    const result = this.results.get(id);
    if (result === undefined) throw new HoneycombProblem(404, 'Query result not found');
    if (performance.now() - result.since < (this.options.queryMs ?? 0)) return { id, complete: false };
    if (this.options.isStuck === true) return { id, complete: true, error: 'query timed out after 10 seconds' };
    const results = result.rows.map((data) => ({ data }));
    const links = { query_url: 'https://ui.honeycomb.io/q', graph_image_url: 'https://ui.honeycomb.io/g' };
    return { id, complete: true, data: { results, series: [] }, links };
  }
}
