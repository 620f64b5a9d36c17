import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { LightstepTrace } from '../servers/data/lightstepTraces';
import { uqlSeries, type UqlSpan } from './lightstepUql';
import { listening } from './loopback';

/** What a {@link LightstepWireServer} holds. */
export interface LightstepWireOptions {
  readonly traces: readonly LightstepTrace[];
  readonly key?: string;
  /** Every request is answered so instead; with `of`, those whose address holds that. */
  readonly instead?: { readonly status: number; readonly type: string; readonly body: string; readonly of?: string };
}

/** Lightstep's API of version 0.2 as documents and clients describe it, on loopback. */
export interface LightstepWireServer {
  readonly url: string;
  /** Queries that were run, in turn. */
  readonly queries: readonly string[];
  /** Spans whose traces were asked for. */
  readonly opened: readonly string[];
  close(): Promise<void>;
}

export const LIGHTSTEP_KEY = 'correct-horse-battery';
export const LIGHTSTEP_OPTIONS = { organization: 'Shop', project: 'prod', queriesPerHour: 1_000_000 };

/** Starts a {@link LightstepWireServer}. */
export async function startLightstepWire(options: LightstepWireOptions): Promise<LightstepWireServer> {
  const { traces, key = LIGHTSTEP_KEY, instead } = options;
  const spans = traces.flatMap(spansOf);
  const queries: string[] = [];
  const opened: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (instead !== undefined && (instead.of === undefined || request.url?.includes(instead.of) === true))
        return void response.writeHead(instead.status, { 'content-type': instead.type }).end(instead.body);
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      if (request.headers.authorization !== `Bearer ${key}`) return refuse(request, response, 403, 'invalid API key');
      const what = /^\/public\/v0\.2\/Shop\/projects\/prod\/(.+)$/.exec(pathname)?.[1];
      if (what === 'telemetry/query_timeseries' && request.method === 'POST') {
        const { attributes } = (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked).data;
        queries.push(attributes.query);
        try {
          send(request, response, 200, { data: { attributes: { series: seriesOf(spans, attributes) } } });
        } catch (error) {
          refuse(request, response, 400, (error as Error).message);
        }
      } else if (what === 'stored-traces') {
        const span = searchParams.get('span-id') ?? '';
        opened.push(span);
        const found = traces.filter((one) => one.attributes.spans.some((own) => own['span-id'] === span));
        if (found.length === 0) refuse(request, response, 404, 'no stored traces found');
        else send(request, response, 200, { data: found });
      } else refuse(request, response, 404, 'project not found');
    });
  });
  const { url, close } = await listening(server);
  return { url, queries, opened, close };
}

interface Asked {
  readonly data: { readonly attributes: Readonly<Record<string, string>> & { readonly query: string } };
}

function seriesOf(spans: readonly UqlSpan[], asked: Asked['data']['attributes']): object[] | null {
  const { query, 'oldest-time': oldest = '', 'youngest-time': youngest = '' } = asked;
  const period = Number(asked['output-period']) * 1000;
  if (!(period >= 1000) || asked['input-language'] !== 'uql') throw new Error('invalid output-period');
  const found = uqlSeries(spans, query, { oldest: Date.parse(oldest), youngest: Date.parse(youngest), period });
  // Nothing found is no list.
  return found.length === 0 ? null : found;
}

function spansOf({ attributes, relationships }: LightstepTrace): UqlSpan[] {
  const services = new Map(
    relationships.reporters.map((one) => [one['reporter-id'], String(one.attributes['lightstep.component_name'])]),
  );
  return attributes.spans.map((span) => ({
    startMs: span['start-time-micros'] / 1000,
    lengthMs: (span['end-time-micros'] - span['start-time-micros']) / 1000,
    labels: new Map([
      ...Object.entries(span.tags).map(([key, value]) => [key, String(value)] as const),
      ['service', services.get(span['reporter-id']) ?? ''],
      ['operation', span['span-name']],
      ['lightstep.trace_id', span['trace-id']],
      ['lightstep.span_id', span['span-id']],
    ]),
  }));
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  send(request, response, status, { errors: [message] });
}

function send(request: IncomingMessage, response: ServerResponse, status: number, answer: object): void {
  const json = JSON.stringify(answer);
  const packs = String(request.headers['accept-encoding']).includes('gzip');
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(packs ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(packs ? gzipSync(json) : json);
}
