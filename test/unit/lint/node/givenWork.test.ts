import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const traced = (body: string): string => `import { context, trace, type Span } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
export async function traced<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
${body}
}
`;
const INACTIVE = traced(`  const span = tracer.startSpan(name);
  try {
    return await work(span);
  } finally {
    span.end();
  }`);
const USER = `import { traced } from './traced';
export const pricesOf = (sku: string) =>
  traced('prices', async (span) => {
    span.setAttribute('sku', sku);
    return (await fetch(process.env.PRICING_URL + '/prices/' + sku)).json();
  });
`;
const SERVER = sdk(`${HTTP}, ${UNDICI}`);

describe('lint: SPAN-NOT-ACTIVE around work that is given', () => {
  it('reports a helper that runs what callers give it beside its span, and they send requests', async () =>
    assert.deepEqual(await found({ 'src/tracing.ts': SERVER, 'src/traced.ts': INACTIVE, 'src/prices.ts': USER }), [
      'SPAN-NOT-ACTIVE src/traced.ts:4',
    ]));

  it('reports one that is given a function by its name', async () =>
    assert.deepEqual(
      await found({
        'src/tracing.ts': SERVER,
        'src/traced.ts': INACTIVE.replace('work(span)', 'work()'),
        'src/prices.ts': `import { traced } from './traced';
async function load() {
  return fetch(process.env.PRICING_URL + '/prices');
}
export const prices = () => traced('prices', load);
`,
      }),
      ['SPAN-NOT-ACTIVE src/traced.ts:4'],
    ));

  it('is silent where the helper or its callers make the span active, or nothing is sent', async () => {
    const active = traced(
      `  const span = tracer.startSpan(name);\n  return context.with(trace.setSpan(context.active(), span), () => work(span)).finally(() => span.end());`,
    );
    assert.deepEqual(await found({ 'src/tracing.ts': SERVER, 'src/traced.ts': active, 'src/prices.ts': USER }), []);
    const byCaller = USER.replace(
      'return (await fetch(',
      'return context.with(trace.setSpan(context.active(), span), () => fetch(',
    ).replace('+ sku)).json()', '+ sku))');
    assert.deepEqual(
      await found({ 'src/tracing.ts': SERVER, 'src/traced.ts': INACTIVE, 'src/prices.ts': byCaller }),
      [],
    );
    const idle = USER.replace(/return \(await.*\n/, 'return sku.length;\n');
    assert.deepEqual(await found({ 'src/tracing.ts': SERVER, 'src/traced.ts': INACTIVE, 'src/prices.ts': idle }), []);
    assert.deepEqual(await found({ 'src/tracing.ts': SERVER, 'src/traced.ts': INACTIVE }), []);
  });

  const page = (
    list: string,
  ): string => `import { WebTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-web';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
new WebTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] }).register();
registerInstrumentations({ instrumentations: [${list}] });
`;

  it('reports it in pages whose requests are traced', async () => {
    const user = USER.replace("process.env.PRICING_URL + '/prices/'", "'/api/prices/'");
    const files = { 'src/traced.ts': INACTIVE, 'src/prices.ts': user };
    assert.deepEqual(await found({ ...files, 'src/tracing.ts': page('new FetchInstrumentation()') }), [
      'SPAN-NOT-ACTIVE src/traced.ts:4',
    ]);
    assert.deepEqual(
      await found({ ...files, 'src/tracing.ts': page('').replace(/.*instrumentation-fetch.*\n/, '') }),
      [],
    );
  });
});

describe('lint: JS-NO-CONTEXT-MANAGER with the manager of browsers', () => {
  const provider = (
    name: string,
    from: string,
  ): string => `import { ZoneContextManager } from '@opentelemetry/context-zone';
import { ${name}, BatchSpanProcessor } from '${from}';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
const provider = new ${name}({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register({
  contextManager: new ZoneContextManager(),
});
`;

  it('reports ZoneContextManager on a server', async () => {
    const basic = provider('BasicTracerProvider', '@opentelemetry/sdk-trace-base');
    assert.deepEqual(await found({ 'src/tracing.ts': basic }), ['JS-NO-CONTEXT-MANAGER src/tracing.ts:5']);
    assert.deepEqual(await found({ 'app/lib/.server/otel.ts': basic }), [
      'JS-NO-CONTEXT-MANAGER app/lib/.server/otel.ts:5',
    ]);
    const node = provider('NodeTracerProvider', '@opentelemetry/sdk-trace-node');
    assert.deepEqual(await found({ 'src/tracing.ts': node }), ['JS-NO-CONTEXT-MANAGER src/tracing.ts:5']);
  });

  it('is silent in pages, and about the manager of Node', async () => {
    const web = provider('WebTracerProvider', '@opentelemetry/sdk-trace-web');
    assert.deepEqual(await found({ 'src/tracing.ts': web }), []);
    const own = provider('NodeTracerProvider', '@opentelemetry/sdk-trace-node')
      .replaceAll('ZoneContextManager', 'AsyncLocalStorageContextManager')
      .replace('context-zone', 'context-async-hooks');
    assert.deepEqual(await found({ 'src/tracing.ts': own }), []);
  });
});
