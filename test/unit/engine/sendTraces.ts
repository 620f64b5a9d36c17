import { SpanKind, SpanStatusCode, trace, context, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';

/** What {@link sendOrders} sends. */
export interface SentOrders {
  readonly count?: number;
  readonly service?: string;
  /** Every n-th fails; 0: none. */
  readonly failEvery?: number;
  /** Stack of the exception that failing orders record; default: where the test made it. */
  readonly stack?: string;
  readonly milliseconds?: (index: number) => number;
}

/**
 * Sends orders with the real OpenTelemetry SDK and its OTLP/HTTP exporter: a SERVER span by route, in it the span of a
 * function, in that a call to a payment service with that service's SERVER span.
 * @param url base address of a receiver.
 * @returns the trace ids, in the order in which they were made.
 */
export async function sendOrders(url: string, sent: SentOrders = {}): Promise<string[]> {
  const service = sent.service ?? 'orders-api';
  const orders = providerFor(url, service);
  const payments = providerFor(url, 'payment-api');
  const http = orders.getTracer('@opentelemetry/instrumentation-http');
  const ids: string[] = [];
  const now = Date.now();
  for (let i = 0; i < (sent.count ?? 30); i++) {
    const took = sent.milliseconds?.(i) ?? 40 + i;
    const start = now - 1000 - took;
    const root = span(http, 'POST /orders', SpanKind.SERVER, start, undefined, {
      'http.request.method': 'POST',
      'http.route': '/orders',
    });
    ids.push(root.span.spanContext().traceId);
    const price = span(orders.getTracer('orders'), 'price order', SpanKind.INTERNAL, start + 1, root.context, {});
    const call = span(http, 'POST', SpanKind.CLIENT, start + 2, price.context, { 'server.address': 'localhost' });
    const paid = span(payments.getTracer('http'), 'POST /pay', SpanKind.SERVER, start + 3, call.context, {
      'http.route': '/pay',
      'http.request.method': 'POST',
    });
    const failed = (sent.failEvery ?? 0) > 0 && i % sent.failEvery! === 0;
    if (failed) {
      const error = new Error('card processor unavailable');
      if (sent.stack !== undefined) error.stack = sent.stack;
      root.span.recordException(error);
      root.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    paid.span.end(start + took / 2);
    call.span.end(start + took / 2 + 1);
    price.span.end(start + took - 1);
    root.span.end(start + took);
  }
  await Promise.all([orders.forceFlush(), payments.forceFlush()]);
  await Promise.all([orders.shutdown(), payments.shutdown()]);
  return ids;
}

function providerFor(url: string, service: string): BasicTracerProvider {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  return new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 100_000 })],
  });
}

function span(
  tracer: Tracer,
  name: string,
  kind: SpanKind,
  startTime: number,
  parent: Context | undefined,
  attributes: Record<string, string>,
): { span: Span; context: Context } {
  const made = tracer.startSpan(name, { kind, startTime, attributes }, parent ?? context.active());
  return { span: made, context: trace.setSpan(parent ?? context.active(), made) };
}
