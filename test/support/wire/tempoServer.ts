import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { OperationTable } from '../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../src/model/spanBatchBuilder';
import { nanos, type TimeWindow } from '../../../src/model/time';
import type { Trace } from '../../../src/model/trace';
import { BatchTraces } from '../../../src/traces/batchTraces';
import { decodeTracesJson, tracesJsonToProtobuf } from '../../../src/traces/otlp/tracesJson';
import type { Field, FieldExpression, Pipeline, Stage } from '../../../src/traces/traceql/ast';
import { compileValue } from '../../../src/traces/traceql/compilePipeline';
import { KINDS, STATUSES, type Datum } from '../../../src/traces/traceql/datum';
import { evaluateMetrics } from '../../../src/traces/traceql/evaluateMetrics';
import { searchedPipeline, TraceQlMatcher } from '../../../src/traces/traceql/evaluateTraces';
import { parseTraceQl } from '../../../src/traces/traceql/parseTraceQl';
import { SpanReader } from '../../../src/traces/traceql/spanReader';
import type { OtlpTraces, Span } from '../servers/data/otlpTraces';

/** How a {@link startTempoServer} differs from Tempo 3.1. */
export interface TempoVersion {
  /** 2.x without the component that computes metrics. */
  readonly withoutMetrics?: boolean;
  /** 2.x before `/api/v2/traces`. */
  readonly withoutV2?: boolean;
}

const KIND_NAMES = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODE_NAMES = ['UNSET', 'OK', 'ERROR'];
/** Intrinsics that a search gives as fields of the span, not as attributes. */
const OWN_FIELDS = new Set(['name', 'duration', 'span:name', 'span:duration']);

/**
 * A loopback server that answers about given traces in the shapes of a real Tempo's recorded answers
 * (`test/fixtures/tempo`), which it is tested against. It finds spans with our own evaluator, which is tested against
 * what that Tempo found.
 */
export async function startTempoServer(traces: OtlpTraces, version: TempoVersion = {}) {
  const tempo = new TempoAnswers(traces, version);
  const server = createServer((request, response) => void tempo.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, stop };
}

class TempoAnswers {
  private readonly traces: BatchTraces;
  private readonly sent: ReadonlyMap<string, OtlpTraces>;

  constructor(
    traces: OtlpTraces,
    private readonly version: TempoVersion,
  ) {
    const builder = new SpanBatchBuilder(new OperationTable());
    decodeTracesJson(JSON.parse(JSON.stringify(traces)) as Record<string, unknown>, builder);
    this.traces = new BatchTraces(builder.seal());
    this.sent = byTrace(traces);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://tempo');
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
      send(400, 'text/plain; charset=utf-8', (error as Error).message);
    }
  }

  private async json(path: string, query: URLSearchParams): Promise<object | undefined> {
    const tag = /^\/api\/v2\/search\/tag\/([^/]+)\/values$/.exec(path);
    if (tag !== null) return this.values(decodeURIComponent(tag[1]!), query);
    if (path === '/api/v2/search/tags') return this.tags(query);
    if (path === '/api/search') return this.search(query);
    if (this.version.withoutMetrics === true) return undefined;
    if (path === '/api/metrics/query_range') return this.metrics(query, durationSeconds(query.get('step') ?? '60s'));
    if (path === '/api/metrics/query') return this.metrics(query, undefined);
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
    const spans = Number(query.get('spss') ?? 3) || 3;
    const found = [...this.within(windowOf(query))].flatMap((trace) => matcher.match(trace) ?? []);
    found.sort((a, b) => (a.trace.startNs < b.trace.startNs ? 1 : -1));
    const traces = found.slice(0, Number(query.get('limit') ?? 20)).map(({ trace, rows }) => {
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
    for (const trace of this.within(windowOf(query))) {
      const span = new SpanReader(trace);
      for (const row of matcher.match(trace)?.rows ?? []) {
        span.moveTo(row);
        yield { trace, row, span };
      }
    }
  }

  /** @param step seconds; undefined: one value over the whole window. */
  private async metrics(query: URLSearchParams, step: number | undefined): Promise<object> {
    const parsed = parseTraceQl(query.get('q') ?? '');
    if (parsed.query?.kind !== 'metrics') throw new Error('invalid TraceQL query: not a metrics query');
    const { from, to } = windowOf(query);
    const stepNs = step === undefined ? to - from : BigInt(step) * 1_000_000_000n;
    const first = step === undefined ? from : (from / stepNs) * stepNs;
    const series = new Map<string, { labels: object[]; samples: { timestampMs: string; value?: number }[] }>();
    const times: bigint[] = [];
    for (let at = first; at < to; at += stepNs) times.push(at);
    for (const [index, at] of times.entries()) {
      const window = { from: nanos(at > from ? at : from), to: nanos(at + stepNs < to ? at + stepNs : to) };
      for (const { labels, value } of await evaluateMetrics(parsed.query.expression, this.traces, { window })) {
        const key = JSON.stringify(labels);
        const known = series.get(key) ?? {
          labels: Object.entries(labels).map(([name, label]) => ({ key: name, value: anyValue(label) })),
          samples: times.map((time): { timestampMs: string; value?: number } => ({
            timestampMs: String(time / 1_000_000n),
          })),
        };
        series.set(key, known);
        if (value !== 0) known.samples[index]!.value = value;
      }
    }
    const metrics = { inspectedBytes: '1', completedJobs: 1, totalJobs: 1 };
    if (step !== undefined) return { series: [...series.values()], metrics };
    const instant = [...series.values()].map(({ labels, samples }) => ({ labels, value: samples[0]!.value ?? 0 }));
    return { series: instant, metrics };
  }
}

function byTrace(traces: OtlpTraces): Map<string, OtlpTraces> {
  const found = new Map<string, { resourceSpans: OtlpTraces['resourceSpans'][number][] }>();
  for (const { resource, scopeSpans } of traces.resourceSpans) {
    for (const { scope, spans } of scopeSpans) {
      const groups = new Map<string, Span[]>();
      for (const span of spans) groups.set(span.traceId, [...(groups.get(span.traceId) ?? []), span]);
      for (const [id, own] of groups) {
        const trace = found.get(id) ?? { resourceSpans: [] };
        trace.resourceSpans.push({ resource, scopeSpans: [{ scope, spans: own }] });
        found.set(id, trace);
      }
    }
  }
  return found;
}

/** As gogo's jsonpb writes it: ids in base64, enumerations by name, what is empty left out. */
function gogoJson({ resourceSpans }: OtlpTraces): object[] {
  return JSON.parse(
    JSON.stringify(resourceSpans, (key, value: unknown) => {
      if (/^(traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(value as string, 'hex').toString('base64');
      if (key === 'kind') return `SPAN_KIND_${KIND_NAMES[value as number]}`;
      if (key === 'code') return `STATUS_CODE_${CODE_NAMES[value as number]}`;
      return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value;
    }),
  ) as object[];
}

function searchedSpan(trace: Trace, row: number, fields: readonly Field[]): object {
  const span = new SpanReader(trace);
  span.moveTo(row);
  const attributes = fields.flatMap((field) => {
    if (field.node === 'intrinsic' && OWN_FIELDS.has(field.name)) return [];
    const value = compileValue(field)(span);
    return value === undefined ? [] : [{ key: field.name, value: anyValue(value) }];
  });
  const { startNs, endNs, name } = trace.details(row);
  return {
    spanID: trace.spanId(row),
    ...(fields.some((field) => field.name === 'name') ? { name } : {}),
    startTimeUnixNano: String(startNs),
    durationNanos: String(endNs > startNs ? endNs - startNs : 0n),
    ...(attributes.length === 0 ? {} : { attributes }),
  };
}

function serviceStats(trace: Trace): Record<string, { spanCount: number; errorCount?: number }> {
  const stats: Record<string, { spanCount: number; errorCount?: number }> = {};
  for (let row = 0; row < trace.count; row++) {
    const own = (stats[trace.services[trace.service[row]!]!] ??= { spanCount: 0 });
    own.spanCount++;
    if (trace.status[row] === 2) own.errorCount = (own.errorCount ?? 0) + 1;
  }
  return stats;
}

/** Fields that a query's filters and selections name. */
function fieldsOf(pipeline: Pipeline): Field[] {
  const fields = new Map<string, Field>();
  const note = (expression: FieldExpression): void => {
    if (expression.node === 'attribute' || expression.node === 'intrinsic') fields.set(expression.name, expression);
    else if (expression.node === 'logic') expression.operands.forEach(note);
    else if (expression.node === 'comparison' || expression.node === 'arithmetic')
      [expression.left, expression.right].forEach(note);
    else if (expression.node === 'presence' || expression.node === 'unary') note(expression.operand);
  };
  const visit = (stage: Stage): void => {
    if (stage.node === 'filter') note(stage.condition);
    else if (stage.node === 'select') stage.fields.forEach(note);
    else if (stage.node === 'operation') [stage.left, stage.right].forEach(visit);
    else if (stage.node === 'pipeline') stage.stages.forEach(visit);
  };
  pipeline.stages.forEach(visit);
  return [...fields.values()];
}

function fieldOf(tag: string): FieldExpression {
  const parsed = parseTraceQl(`{ ${tag} != nil }`);
  const [stage] = parsed.query?.kind === 'search' ? parsed.query.pipeline.stages : [];
  if (stage?.node !== 'filter' || stage.condition.node !== 'presence') throw new Error(`tag name is not valid: ${tag}`);
  return stage.condition.operand;
}

function typed(value: Exclude<Datum, undefined>): { key: string; type: string } {
  if (typeof value === 'string') return { key: value, type: 'string' };
  if (typeof value === 'boolean') return { key: String(value), type: 'bool' };
  if (typeof value === 'number' || typeof value === 'bigint') {
    return { key: String(value), type: typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float' };
  }
  return { key: 'name' in value ? value.name : JSON.stringify(value), type: 'keyword' };
}

function anyValue(value: Exclude<Datum, undefined>): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  const keyword = [...KINDS, ...STATUSES].find((known) => known === value);
  return { stringValue: keyword?.name ?? (typeof value === 'string' ? value : JSON.stringify(value)) };
}

function windowOf(query: URLSearchParams): TimeWindow {
  const seconds = (name: string, otherwise: number): bigint => BigInt(query.get(name) ?? otherwise) * 1_000_000_000n;
  return { from: nanos(seconds('start', 0)), to: nanos(seconds('end', 4_000_000_000)) };
}

function durationSeconds(text: string): number {
  return Number(/^(\d+)s$/.exec(text)?.[1] ?? 60);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) | 0x80);
  }
}
