import assert from 'node:assert/strict';
import { found } from './support';

const SETUP = `import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const provider = new BasicTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
trace.setGlobalTracerProvider(provider);
`;

const QUEUE = `import { context, propagation } from '@opentelemetry/api';
export function put(job: { headers: Record<string, string> }) {
  propagation.inject(context.active(), job.headers);
  return job;
}
`;

describe('lint: a bare provider without a propagator', () => {
  const shop = (setup: string, queue = QUEUE): Promise<readonly string[]> =>
    found({ 'src/telemetry.ts': setup, 'src/queue.ts': queue });

  it('writes no context by hand', async () => {
    assert.deepEqual(await shop(SETUP), ['EXTRACT-UNUSED src/telemetry.ts:6']);
  });

  it('does where a propagator is set, or nothing is written by hand', async () => {
    const set = `propagation.setGlobalPropagator(new W3CTraceContextPropagator());\n`;
    assert.deepEqual(await shop(SETUP + set), []);
    assert.deepEqual(await shop(SETUP.replace('trace.setGlobalTracerProvider(provider)', 'provider.register()')), []);
    assert.deepEqual(await shop(SETUP, 'export const put = (job: object) => job;\n'), []);
  });

  it('is that of Node, too, which is not registered', async () => {
    const node = SETUP.replace('sdk-trace-base', 'sdk-trace-node').replaceAll(
      'BasicTracerProvider',
      'NodeTracerProvider',
    );
    assert.deepEqual(await shop(node), ['EXTRACT-UNUSED src/telemetry.ts:6']);
    const active = "export const work = () => trace.getTracer('shop').startActiveSpan('work', (span) => span.end());\n";
    const alone = node.replace(/^context\.set.*$\n/m, '').replace(/^.*context-async-hooks.*$\n/m, '');
    assert.deepEqual(await shop(alone + active, ''), ['JS-NO-CONTEXT-MANAGER src/telemetry.ts:4']);
    assert.deepEqual(await shop(`${alone}${active}provider.register();\n`), []);
    const listed = `import { registerInstrumentations } from '@opentelemetry/instrumentation';\nimport { HttpInstrumentation } from '@opentelemetry/instrumentation-http';\n${alone}registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });\n`;
    assert.deepEqual(await shop(listed, ''), ['JS-NO-CONTEXT-MANAGER src/telemetry.ts:6']);
  });
});
