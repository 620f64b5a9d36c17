import assert from 'node:assert/strict';
import { found, HTTP, manifest, sdk } from './support';

const PROVIDER = `import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
`;

const SERVER = `import './tracing';
import Fastify from 'fastify';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
const app = Fastify();
const tracer = trace.getTracer('api');
app.addHook('onRequest', (request, reply, done) => {
  const span = tracer.startSpan('request', { kind: SpanKind.SERVER });
  context.with(trace.setSpan(context.active(), span), done);
});
app.listen({ port: 3000 });
`;

describe('lint: spans for requests that are made by hand', () => {
  const one = async (server: string, tracing = PROVIDER): Promise<readonly string[]> =>
    found({
      'package.json': manifest({ fastify: '*', '@opentelemetry/sdk-trace-node': '*' }),
      'src/tracing.ts': tracing,
      'src/main.ts': server,
    });

  it('reports a server’s span where nothing reads the context of what comes in', async () => {
    assert.deepEqual(await one(SERVER), ['EXTRACT-UNUSED src/main.ts:7']);
    const byNumber = SERVER.replace('SpanKind.SERVER', '1');
    assert.deepEqual(await one(byNumber), ['EXTRACT-UNUSED src/main.ts:7']);
  });

  it('leaves it alone where an instrumentation or code reads it, and other spans', async () => {
    assert.deepEqual(await one(SERVER, sdk(HTTP)), []);
    const read = SERVER.replace('SERVER }', 'SERVER }, propagation.extract(context.active(), request.headers)');
    assert.deepEqual(await one(read), []);
    const internal = SERVER.replace("'request', { kind: SpanKind.SERVER }", '`HTTP ${request.method}`');
    assert.deepEqual(await one(internal), []);
    const client = SERVER.replace(
      "'request', { kind: SpanKind.SERVER }",
      '`${request.method} stock`, { kind: SpanKind.CLIENT }',
    );
    assert.deepEqual(await one(client), []);
  });
});
