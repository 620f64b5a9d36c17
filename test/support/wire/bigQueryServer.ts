import { createServer, type IncomingMessage } from 'node:http';
import type { GoogleRow } from '../servers/data/googleRows';
import { GoogleSqlStore, NoSuchTable, Timestamp, type SqlRow } from './googleSqlStore';
import { GOOGLE_PROJECT, refusalOf, sendError, sendJson, type GoogleError } from './googleTraceServer';
import { listening } from './loopback';

/** What a {@link BigQueryServer} holds, and how it behaves. */
export interface BigQueryOptions {
  readonly rows: readonly GoogleRow[];
  readonly token?: string;
  readonly project?: string;
  /** One query in so many is not over when its first answer is given; none where left out. */
  readonly slowEvery?: number;
  /** Queries never end. */
  readonly neverReady?: boolean;
  /** Milliseconds after which a query that is not over is answered. */
  readonly heldMs?: number;
  /** Rows of one page; 1,000 where left out. */
  readonly pageRows?: number;
}

/** BigQuery's API as it is described, on loopback, with a dataset that is linked with traces. */
export interface BigQueryServer {
  readonly url: string;
  /** The texts of queries, in the order they were asked. */
  readonly queries: readonly string[];
  /** Bodies of the requests that began queries. */
  readonly begun: readonly Readonly<Record<string, unknown>>[];
  readonly polls: number;
  /** Jobs that were stopped. */
  readonly cancelled: readonly string[];
  /** What the next requests are answered with instead. */
  refuse(...errors: readonly GoogleError[]): void;
  /** What the next queries are answered with instead, with status 200. */
  answer(...bodies: readonly object[]): void;
  close(): Promise<void>;
}

export const GOOGLE_DATASET = 'traces_linked';

interface Body {
  readonly query: string;
  readonly queryParameters: readonly QueryParameter[];
  readonly [name: string]: unknown;
}

interface QueryParameter {
  readonly name: string;
  readonly parameterType: { readonly type: string };
  readonly parameterValue: { readonly value?: string; readonly arrayValues?: readonly { readonly value: string }[] };
}

/** An answer without a row, as BigQuery gives it. */
export const NO_ROWS = {
  kind: 'bigquery#queryResponse',
  schema: { fields: [{ name: 'row', type: 'STRING', mode: 'NULLABLE' }] },
  ...{ totalRows: '0', totalBytesProcessed: '0', jobComplete: true, cacheHit: false },
};

/** Starts a {@link BigQueryServer}. */
export async function startBigQueryWire(options: BigQueryOptions): Promise<BigQueryServer> {
  const model = new BigQueryModel(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const refusal = model.errors.shift() ?? refusalOf(request, url, options);
      if (refusal !== undefined) return sendError(request, response, refusal);
      const answer = model.answer(request, url, Buffer.concat(chunks).toString('utf8'));
      if ('code' in answer) sendError(request, response, answer);
      else if ('jobComplete' in answer && answer.jobComplete === false)
        setTimeout(() => sendJson(request, response, 200, answer), options.heldMs ?? 0);
      else sendJson(request, response, 200, answer);
    });
  });
  const { url, close } = await listening(server);
  return {
    ...{ url, close, queries: model.queries, begun: model.begun, cancelled: model.cancelled },
    get polls() {
      return model.polls;
    },
    refuse: (...errors) => void model.errors.push(...errors),
    answer: (...bodies) => void model.bodies.push(...bodies),
  };
}

class BigQueryModel {
  readonly queries: string[] = [];
  readonly begun: Body[] = [];
  readonly cancelled: string[] = [];
  readonly errors: GoogleError[] = [];
  readonly bodies: object[] = [];
  polls = 0;
  private readonly store: GoogleSqlStore;
  private readonly jobs = new Map<string, { readonly rows: readonly SqlRow[]; waits: number }>();

  constructor(private readonly options: BigQueryOptions) {
    const { rows, project = GOOGLE_PROJECT } = options;
    this.store = new GoogleSqlStore({ [`${project}.${GOOGLE_DATASET}._AllSpans`]: rows.map(sqlRow) });
  }

  answer(request: IncomingMessage, { pathname, searchParams }: URL, text: string): object | GoogleError {
    const [, job] = /\/queries\/([^/]+)$/.exec(pathname) ?? [];
    const [, stopped] = /\/jobs\/([^/]+)\/cancel$/.exec(pathname) ?? [];
    if (stopped !== undefined) {
      this.cancelled.push(stopped);
      return { kind: 'bigquery#jobCancelResponse', job: {} };
    }
    if (job !== undefined && request.method === 'GET') return this.results(job, searchParams);
    if (!pathname.endsWith('/queries') || request.method !== 'POST') return failure(404, 'notFound', 'Not Found');
    return this.bodies.shift() ?? this.begin(JSON.parse(text) as Body);
  }

  private begin(body: Body): object | GoogleError {
    const { slowEvery, neverReady = false } = this.options;
    this.queries.push(body.query);
    this.begun.push(body);
    if (body['useLegacySql'] !== false) return failure(400, 'invalidQuery', 'Legacy SQL is not what this is.');
    let rows: readonly SqlRow[];
    try {
      rows = this.store.rows(body.query, parametersOf(body.queryParameters));
    } catch (error) {
      const { message } = error as Error;
      if (!(error instanceof NoSuchTable)) return failure(400, 'invalidQuery', `${message} at [1:1]`);
      const dataset = message.split('.').slice(0, -1).join(':');
      return failure(404, 'notFound', `Not found: Dataset ${dataset} was not found in location US`);
    }
    const id = `job_${this.queries.length}`;
    const isSlow = neverReady || (slowEvery !== undefined && this.queries.length % slowEvery === 0);
    this.jobs.set(id, { rows, waits: neverReady ? Infinity : isSlow ? 1 : 0 });
    const kind = 'bigquery#queryResponse';
    if (isSlow) return { kind, jobReference: this.reference(id), jobComplete: false };
    return { ...this.page(id, 0), kind };
  }

  private results(id: string, query: URLSearchParams): object | GoogleError {
    this.polls++;
    const job = this.jobs.get(id);
    if (job === undefined || query.get('location') !== 'US') return failure(404, 'notFound', `Not found: Job ${id}`);
    const kind = 'bigquery#getQueryResultsResponse';
    if (--job.waits > 0) return { kind, jobReference: this.reference(id), jobComplete: false };
    return { ...this.page(id, Number(query.get('pageToken') ?? 0)), kind };
  }

  private page(id: string, from: number): object {
    const { rows } = this.jobs.get(id)!;
    const end = from + (this.options.pageRows ?? 1_000);
    const shown = rows.slice(from, end).map((row) => ({ f: [{ v: row['row'] }] }));
    return {
      ...NO_ROWS,
      jobReference: this.reference(id),
      totalRows: String(rows.length),
      ...(shown.length === 0 ? {} : { rows: shown }),
      ...(end < rows.length ? { pageToken: String(end) } : {}),
    };
  }

  private reference(jobId: string): object {
    return { projectId: this.options.project ?? GOOGLE_PROJECT, jobId, location: 'US' };
  }
}

/** An error as BigQuery words it. */
export function failure(code: number, reason: string, message: string): GoogleError {
  const status = { 400: 'INVALID_ARGUMENT', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND' }[code] ?? 'UNAVAILABLE';
  return { code, message, errors: [{ message, domain: 'global', reason }], status };
}

function sqlRow(row: GoogleRow): SqlRow {
  const time = (text: string): Timestamp => new Timestamp(Math.round(Number(BigInt(text) / 1000n)));
  return { ...row, start_time: time(row.start_time_unix_nano), end_time: time(row.end_time_unix_nano) };
}

function parametersOf(list: readonly QueryParameter[]): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(
    list.map(({ name, parameterType: { type }, parameterValue: { value = '', arrayValues = [] } }) => {
      if (type === 'ARRAY') return [name, arrayValues.map((one) => one.value)];
      return [name, type === 'STRING' ? value : Number(value)];
    }),
  );
}
