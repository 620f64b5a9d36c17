import { context, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { parseTraceId, type TraceId } from '../../src/model/ids';
import { createBackend } from '../../src/traces/backends/createBackend';
import { CliBundle } from '../support/cliBundle';
import { waitFor } from '../support/processes';
import { ReceiverBed } from '../support/receiverBed';
import { describeCollector, describeServer } from '../support/servers/describeServer';
import type { CollectorServer } from '../support/servers/runningServer';
import { backendConfig, backendDeps } from '../support/wire/backendBed';
import { plainSpans, type PlainSpan } from '../support/wire/plainSpans';

const TRACES_OF_EACH = 5;
const SPANS_OF_EACH = 4;

/** One line of `spanlight receive --json`. */
interface ReceiveLine {
  readonly listening?: { readonly http: string; readonly grpc: string };
  readonly receivedSpans?: number;
}

describe('the Collector before a Jaeger, teeing to the editor', () => {
  const { signal } = new AbortController();
  let bed: ReceiverBed;
  let bundle: CliBundle;
  let cli: ChildProcessWithoutNullStreams;
  const lines: ReceiveLine[] = [];

  before(async function () {
    this.timeout(120_000);
    bed = await ReceiverBed.start();
    bundle = new CliBundle();
    cli = spawn(process.execPath, [bundle.script, 'receive', '--json', '--port', '0']);
    let rest = '';
    cli.stdout.on('data', (chunk) => {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.map((line) => JSON.parse(line) as ReceiveLine));
    });
    await waitFor('spanlight receive', 30_000, () => lines[0]?.listening);
  });

  after(async () => {
    cli?.kill('SIGKILL');
    bundle?.remove();
    await bed?.close();
  });

  describeServer('jaeger2', 'which is a real one', (jaeger) => {
    const targets = () => ({
      otlpGrpc: [jaeger().otlpGrpcUrl, lines[0]!.listening!.grpc],
      otlpHttp: [bed.httpUrl],
    });

    describeCollector('through a real Collector', targets, (collector) => {
      it('leaves in both what the SDKs sent, equal span by span', async () => {
        const ids = await sendFromSdks(collector());
        const count = ids.length * SPANS_OF_EACH;
        const backend = createBackend(backendConfig({ kind: 'jaeger', url: jaeger().url }), backendDeps());
        try {
          for (const id of ids) {
            const kept = await waitFor(`trace ${id} in Jaeger`, 20_000, async () =>
              whole(await backend.trace(id, signal)),
            );
            const teed = await waitFor(`trace ${id} in the editor`, 20_000, () => whole(bed.store.traceNow(id)));
            assert.deepEqual(teed, kept.map(withoutWarnings), id);
            assert.deepEqual(new Set(teed.map(({ name }) => name)), new Set(['GET /orders', 'load', 'SELECT', 'send']));
          }
        } finally {
          backend.dispose();
        }
        const received = () => lines.findLast(({ receivedSpans }) => receivedSpans !== undefined)?.receivedSpans;
        await waitFor('all spans in spanlight receive', 20_000, () => (received() === count ? true : undefined));
        assert.equal(bed.store.counters().spans, count);
      });
    });
  });
});

/** The spans of a trace that has them all. */
function whole(found: Parameters<typeof plainSpans>[0] | undefined): PlainSpan[] | undefined {
  return found?.count === SPANS_OF_EACH ? plainSpans(found) : undefined;
}

function withoutWarnings(span: PlainSpan): PlainSpan {
  const own = Object.entries(span.attributes).filter(([key]) => key !== '@jaeger@warnings');
  return { ...span, attributes: Object.fromEntries(own) };
}

/** Sends a few traces by each of OpenTelemetry's own exporters. @returns their ids. */
async function sendFromSdks({ otlpHttpUrl, otlpGrpcUrl }: CollectorServer): Promise<TraceId[]> {
  const exporters: readonly SpanExporter[] = [
    new JsonExporter({ url: `${otlpHttpUrl}/v1/traces` }),
    new ProtobufExporter({ url: `${otlpHttpUrl}/v1/traces` }),
    new GrpcExporter({ url: otlpGrpcUrl }),
  ];
  const ids: TraceId[] = [];
  for (const [index, exporter] of exporters.entries()) {
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': `orders-${index}`, 'service.instance.id': String(index) }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer('shop', '1.2.3');
    for (let n = 0; n < TRACES_OF_EACH; n++) ids.push(order(tracer, n));
    await provider.shutdown();
  }
  return ids;
}

/** A request that reads, fails in the middle, and sends on: kinds, events, links, lists and numbers. */
function order(tracer: Tracer, n: number): TraceId {
  const startMs = Date.now() - 5_000 + n;
  const root = tracer.startSpan('GET /orders', {
    kind: SpanKind.SERVER,
    startTime: startMs,
    attributes: { 'http.route': '/orders', 'http.response.status_code': 200 + n, 'order.ids': [1, 2, n], ratio: 0.25 },
    links: [
      { context: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 }, attributes: { why: 'retry' } },
    ],
  });
  const below = trace.setSpan(context.active(), root);
  const load = tracer.startSpan('load', { startTime: startMs + 1 }, below);
  const select = tracer.startSpan(
    'SELECT',
    { kind: SpanKind.CLIENT, startTime: startMs + 2, attributes: { 'db.system': 'postgresql', cached: n % 2 === 0 } },
    trace.setSpan(below, load),
  );
  select.recordException(new Error(`no row ${n}`), startMs + 3);
  select.setStatus({ code: SpanStatusCode.ERROR, message: 'größe' }).end(startMs + 4);
  load.end(startMs + 5);
  tracer.startSpan('send', { kind: SpanKind.PRODUCER, startTime: startMs + 6 }, below).end(startMs + 7.5);
  root.end(startMs + 9);
  return parseTraceId(root.spanContext().traceId)!;
}
