import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { OperationTable } from '../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../src/model/spanBatchBuilder';
import { nanos, type TimeWindow } from '../../../src/model/time';
import type { Trace } from '../../../src/model/trace';
import { BatchTraces } from '../../../src/traces/batchTraces';
import { decodeTracesJson, tracesJsonToProtobuf } from '../../../src/traces/otlp/tracesJson';
import { compileValue } from '../../../src/traces/traceql/evaluate/compilePipeline';
import { evaluateMetrics } from '../../../src/traces/traceql/metrics/evaluateMetrics';
import { searchedPipeline, TraceQlMatcher } from '../../../src/traces/traceql/evaluate/evaluateTraces';
import { parseTraceQl } from '../../../src/traces/traceql/parse/parseTraceQl';
import type { LabelValue } from '../../../src/traces/traceql/metrics/series';
import { SpanReader } from '../../../src/traces/traceql/evaluate/spanReader';
import type { OtlpTraces } from '../servers/data/otlpTraces';
import { instantWindow, rangeWindow, searchBounds, searchWindow, TempoRefusal, type TempoVersion } from './tempoRules';
import {
  anyValue,
  byTrace,
  fieldOf,
  fieldsOf,
  gogoJson,
  searchedSpan,
  serviceStats,
  typed,
  varint,
} from './tempoShapes';
import { textsOnly, victoriaFound } from './victoriaShapes';
import { listening } from './loopback';

/** A {@link startTempoServer}. */
export interface TempoServer {
  readonly url: string;
  /** Everything that was asked. */
  readonly requests: readonly URL[];
  stop(): Promise<void>;
}

/**
 * A loopback server that answers about given traces in the shapes of a real Tempo's recorded answers
 * (`test/fixtures/tempo`), which it is tested against, and by the rules of its source (`tempoRules.ts`). It finds spans with our own evaluator, which is tested against
 * what that Tempo found.
 */
export async function startTempoServer(traces: OtlpTraces, version: TempoVersion = {}): Promise<TempoServer> {
  const tempo = new TempoAnswers(traces, version);
  const server = createServer((request, response) => void tempo.answer(request, response));
  const { url, close } = await listening(server);
  return { url, requests: tempo.requests, stop: close };
}

class TempoAnswers {
  readonly requests: URL[] = [];
  private readonly traces: BatchTraces;
  private readonly sent: ReadonlyMap<string, OtlpTraces>;

  constructor(
    traces: OtlpTraces,
    private readonly version: TempoVersion,
  ) {
    const builder = new SpanBatchBuilder(new OperationTable());
    decodeTracesJson(JSON.parse(JSON.stringify(traces)) as Record<string, unknown>, builder);
    this.traces = new BatchTraces([builder.seal()]);
    this.sent = byTrace(version.isVictoria === true ? textsOnly(traces) : traces);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://tempo');
    const { pathname, searchParams } = url;
    this.requests.push(url);
    const send = (status: number, type: string, body: string | Uint8Array): void => {
      const packs = /gzip/.test(String(request.headers['accept-encoding']));
      if (type !== '') response.setHeader('content-type', type);
      if (packs) response.setHeader('content-encoding', 'gzip');
      response.writeHead(status).end(packs ? gzipSync(body) : body);
    };
    try {
      const trace = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(pathname);
      if (trace !== null) {
        if (trace[1] !== undefined && this.version.withoutV2 === true)
          return send(404, 'text/plain', '404 page not found');
        return this.trace(trace[2]!, trace[1] !== undefined, String(request.headers.accept), send);
      }
      const body = await this.json(pathname, searchParams);
      if (body === undefined) return send(404, 'text/plain; charset=utf-8', '404 page not found');
      send(200, 'application/json', JSON.stringify(body));
    } catch (error) {
      const status = error instanceof TempoRefusal ? error.status : 400;
      send(status, 'text/plain; charset=utf-8', (error as Error).message);
    }
  }

  private async json(path: string, query: URLSearchParams): Promise<object | undefined> {
    const tag = /^\/api\/v2\/search\/tag\/([^/]+)\/values$/.exec(path);
    if (tag !== null) return this.values(decodeURIComponent(tag[1]!), query);
    if (path === '/api/v2/search/tags') return this.tags(query);
    if (path === '/api/search') return this.search(query);
    if (!path.startsWith('/api/metrics/')) return undefined;
    if (this.version.withoutMetrics === true) {
      const said = 'error querying generators in Querier.queryRangeRecent: localblocks processor not found';
      throw new TempoRefusal(500, said);
    }
    if (path === '/api/metrics/query_range') return this.range(query);
    if (path === '/api/metrics/query' && this.version.isVictoria !== true) return this.instant(query);
    return undefined;
  }

  private trace(
    id: string,
    isV2: boolean,
    accept: string,
    send: (status: number, type: string, body: string | Uint8Array) => void,
  ): void {
    if (!/^[0-9a-f]{1,32}$/i.test(id))
      return send(400, 'text/plain; charset=utf-8', `trace IDs can only contain hex characters`);
    const found = this.sent.get(id.toLowerCase().padStart(32, '0'));
    if (found === undefined)
      return isV2 ? send(200, 'application/json', '{"trace":{},"metrics":{}}') : send(404, '', '');
    if (!accept.includes('application/protobuf')) {
      const body = gogoJson(found);
      return send(
        200,
        'application/json',
        JSON.stringify(isV2 ? { trace: { resourceSpans: body }, metrics: {} } : { batches: body }),
      );
    }
    const bytes = tracesJsonToProtobuf(JSON.parse(JSON.stringify(found)) as Record<string, unknown>);
    send(200, 'application/protobuf', isV2 ? Buffer.concat([Buffer.from([0x0a]), varint(bytes.length), bytes]) : bytes);
  }

  private *within({ from, to }: TimeWindow): Generator<Trace> {
    for (const trace of this.traces) {
      if (trace.startNs < to && trace.startNs + BigInt(Math.ceil(trace.durationNs)) >= from) yield trace;
    }
  }

  private search(query: URLSearchParams): object {
    const parsed = parseTraceQl(query.get('q') ?? '{}');
    if (parsed.query === undefined) throw new Error(`invalid TraceQL query: parse error: ${parsed.error.message}`);
    const matcher = new TraceQlMatcher(searchedPipeline(parsed.query));
    const fields = fieldsOf(searchedPipeline(parsed.query));
    const { limit, spans } = searchBounds(query, this.version);
    const found = [...this.within(searchWindow(query, this.version))].flatMap((trace) => matcher.match(trace) ?? []);
    found.sort((a, b) => (a.trace.startNs < b.trace.startNs ? 1 : -1));
    const traces = found.slice(0, limit).map(({ trace, rows }) => {
      const shown = rows.slice(0, spans).map((row) => searchedSpan(trace, row, fields));
      const root = trace.parent.indexOf(-1);
      return {
        traceID: trace.id.replace(/^0+/, ''),
        rootServiceName: trace.services[trace.service[root]!],
        rootTraceName: trace.names[trace.name[root]!],
        startTimeUnixNano: String(trace.startNs),
        ...(trace.durationNs >= 1e6 ? { durationMs: Math.floor(trace.durationNs / 1e6) } : {}),
        spanSet: { spans: shown, matched: rows.length },
        spanSets: [{ spans: shown, matched: rows.length }],
        serviceStats: serviceStats(trace),
      };
    });
    if (this.version.isVictoria === true) return { traces: traces.map(victoriaFound) };
    return { traces, metrics: { inspectedBytes: '1', completedJobs: 1, totalJobs: 1 } };
  }

  private values(tag: string, query: URLSearchParams): object {
    const field = fieldOf(tag);
    const value = compileValue(field);
    const values = new Map<string, { type: string; value: string }>();
    for (const { span } of this.filtered(query)) {
      const found = value(span);
      if (found === undefined) continue;
      const { key, type } = typed(found);
      values.set(key, { type, value: key });
    }
    return { tagValues: [...values.values()], metrics: { inspectedBytes: '1' } };
  }

  private tags(query: URLSearchParams): object {
    const names = { span: new Set<string>(), resource: new Set<string>() };
    for (const { trace, row } of this.filtered(query)) {
      const { attributes, resource } = trace.details(row);
      for (const name of attributes.keys()) names.span.add(name);
      for (const name of resource.keys()) names.resource.add(name);
    }
    const wanted = query.get('scope');
    const scopes = Object.entries(names).map(([name, tags]) => ({ name, tags: [...tags].sort() }));
    const intrinsic = { name: 'intrinsic', tags: ['duration', 'kind', 'name', 'status'] };
    return { scopes: [...scopes, intrinsic].filter(({ name }) => wanted === null || name === wanted) };
  }

  private *filtered(query: URLSearchParams): Generator<{ trace: Trace; row: number; span: SpanReader }> {
    const parsed = parseTraceQl(query.get('q') ?? '{}');
    if (parsed.query === undefined) throw parsed.error;
    const matcher = new TraceQlMatcher(searchedPipeline(parsed.query));
    for (const trace of this.within(searchWindow(query, this.version))) {
      const span = new SpanReader(trace);
      for (const row of matcher.match(trace)?.rows ?? []) {
        span.moveTo(row);
        yield { trace, row, span };
      }
    }
  }

  private async instant(query: URLSearchParams): Promise<object> {
    const series = await this.counted(query, instantWindow(query, this.version));
    return {
      series: series.map(({ labels, value }) => ({ labels: labelled(labels), ...nonZero(value) })),
      metrics: METRICS,
    };
  }

  private async range(query: URLSearchParams): Promise<object> {
    const { from, to, stepNs } = rangeWindow(query, this.version);
    const times: bigint[] = [];
    for (let at = from + stepNs; at <= to; at += stepNs) times.push(at);
    const series = new Map<string, { labels: object[]; samples: { timestampMs: string; value?: number }[] }>();
    for (const [index, at] of times.entries()) {
      // A step has its end, and not its beginning.
      const step = { from: nanos(at - stepNs + 1n), to: nanos(at + 1n) };
      for (const { labels, value } of await this.counted(query, step)) {
        const key = JSON.stringify(labels);
        const samples = times.map((time) => ({ timestampMs: String(time / 1_000_000n) }));
        const known = series.get(key) ?? { labels: labelled(labels), samples };
        series.set(key, known);
        known.samples[index] = { ...known.samples[index]!, ...nonZero(value) };
      }
    }
    return { series: [...series.values()], metrics: METRICS };
  }

  private counted(query: URLSearchParams, window: TimeWindow) {
    const parsed = parseTraceQl(query.get('q') ?? '');
    if (parsed.query === undefined) throw new Error(`invalid TraceQL query: parse error: ${parsed.error.message}`);
    if (parsed.query.kind !== 'metrics') throw new Error('invalid TraceQL query: not a metrics query');
    return evaluateMetrics(parsed.query.expression, this.traces, { window });
  }
}

const METRICS = { inspectedBytes: '1', completedJobs: 1, totalJobs: 1 };

function labelled(labels: Readonly<Record<string, LabelValue>>): object[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** Zeros are left out of protobuf's JSON. */
function nonZero(value: number): { value?: number } {
  return value === 0 ? {} : { value };
}
