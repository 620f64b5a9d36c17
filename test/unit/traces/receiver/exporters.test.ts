import assert from 'node:assert/strict';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { ReceiverBed } from '../../../support/receiverBed';

/** Every OTLP exporter of the Node SDK, with and without compression. */
const EXPORTERS: [string, (bed: ReceiverBed) => SpanExporter][] = [false, true].flatMap((gzip) => {
  const compression = gzip ? 'gzip' : 'none';
  const options = (url: string): object => ({ url, compression });
  return [
    [`protobuf, ${compression}`, (bed) => new ProtobufExporter(options(`${bed.httpUrl}/v1/traces`))],
    [`JSON, ${compression}`, (bed) => new JsonExporter(options(`${bed.httpUrl}/v1/traces`))],
    [`gRPC, ${compression}`, (bed) => new GrpcExporter(options(bed.grpcUrl))],
  ] as [string, (bed: ReceiverBed) => SpanExporter][];
});

describe('the Node SDK sends to the receiver', () => {
  for (const [name, create] of EXPORTERS) {
    it(`over ${name}`, async () => {
      const bed = await ReceiverBed.start();
      const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(create(bed))] });
      const tracer = provider.getTracer('exporter-test', '1.2.3');
      const parent = tracer.startSpan('parent', {
        attributes: { 'http.route': '/orders', count: 3, ratio: 0.5, ok: true, tags: ['a', 'b'] },
      });
      const child = tracer.startSpan(
        'child',
        { links: [{ context: parent.spanContext() }] },
        trace.setSpan((await import('@opentelemetry/api')).ROOT_CONTEXT, parent),
      );
      child.recordException(new Error('it broke'));
      child.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
      child.end();
      parent.end();
      await provider.shutdown();

      assert.equal(bed.receiver.counters.acceptedSpans, 2);
      assert.equal(bed.receiver.counters.rejectedRequests, 0);
      const found = await bed.store.trace(parent.spanContext().traceId as never, new AbortController().signal);
      assert.ok(found);
      assert.deepEqual(
        [found.count, found.names[found.name[0]!], [...found.parent], [...found.status]],
        [2, 'parent', [-1, 0], [0, 2]],
      );
      const top = found.details(0);
      assert.deepEqual(Object.fromEntries(top.attributes), {
        'http.route': '/orders',
        count: 3,
        ratio: 0.5,
        ok: true,
        tags: ['a', 'b'],
      });
      assert.deepEqual([top.scope.name, top.scope.version], ['exporter-test', '1.2.3']);
      assert.equal(top.resource.get('telemetry.sdk.language'), 'nodejs');
      const below = found.details(1);
      assert.equal(below.statusMessage, 'broken');
      assert.equal(below.events[0]?.attributes.get('exception.message'), 'it broke');
      assert.equal(below.links[0]?.spanId, parent.spanContext().spanId);
      await bed.close();
    });
  }
});
