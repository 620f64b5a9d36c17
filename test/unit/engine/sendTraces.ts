import assert from 'node:assert/strict';
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

/**
 * Sends a failed span of the function that prices orders, and its exception as SDKs do that no longer record exceptions
 * as span events: as a log record with the ids of the span.
 */
export async function sendLoggedException(url: string, message: string, stack: string): Promise<void> {
  const ids = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
  const now = BigInt(Date.now()) * 1_000_000n;
  const times = { startTimeUnixNano: String(now - 5_000_000n), endTimeUnixNano: String(now) };
  const failed = { ...ids, ...times, name: 'price order', kind: 1, status: { code: 2 } };
  const attributes = [
    { key: 'exception.type', value: { stringValue: 'Error' } },
    { key: 'exception.message', value: { stringValue: message } },
    { key: 'exception.stacktrace', value: { stringValue: stack } },
  ];
  const log = { ...ids, timeUnixNano: String(now), severityNumber: 17, attributes };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders-api' } }] };
  const scope = { name: 'orders' };
  await post(`${url}/v1/logs`, { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [log] }] }] });
  await post(`${url}/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [failed] }] }] });
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(response.status, 200);
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
