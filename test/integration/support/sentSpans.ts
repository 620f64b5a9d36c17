import { SpanKind, SpanStatusCode, trace, context, type Attributes, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** A span to send, with its children; times in milliseconds. */
export interface SentSpan {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly durationMs: number;
  readonly attributes?: Attributes;
  /** Message of the exception that the span ends with. */
  readonly failure?: string;
  readonly children?: readonly SentSpan[];
}

/** Sends real spans of one service by the real SDK and exporter, so that receiver, decoder and store do their work. */
export class SpanSender {
  private readonly provider: NodeTracerProvider;

  /**
   * @param endpoint of OTLP over HTTP, such as `http://127.0.0.1:4318`.
   * @param resource what the process says of itself besides its name.
   */
  constructor(endpoint: string, service: string, resource: Attributes = {}) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: 5000 });
    this.provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ ...resource, 'service.name': service }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
  }

  /** Starts a span and its children, all of the past, and ends them. Returns the context of the first. */
  send(span: SentSpan, endMs = Date.now()): SpanContext {
    const tracer = this.provider.getTracer('spanlight.test');
    let first: SpanContext | undefined;
    const open = [{ span, parent: context.active(), startMs: endMs - span.durationMs }];
    for (let entry = open.pop(); entry; entry = open.pop()) {
      const { name, kind = SpanKind.INTERNAL, attributes = {}, failure, children = [], durationMs } = entry.span;
      const started = tracer.startSpan(name, { kind, attributes, startTime: entry.startMs }, entry.parent);
      first ??= started.spanContext();
      const parent = trace.setSpan(entry.parent, started);
      for (const child of children) open.push({ span: child, parent, startMs: entry.startMs });
      if (failure !== undefined) {
        started.recordException(new Error(failure));
        started.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      }
      started.end(entry.startMs + durationMs);
    }
    return first!;
  }

  /** Settles when the receiver has answered for everything sent so far; rejects when it refused. */
  flush(): Promise<void> {
    return this.provider.forceFlush();
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
  }
}
