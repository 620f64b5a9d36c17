import assert from 'node:assert/strict';
import { found, HTTP, KAFKA, sdk, UNDICI } from './support';

const API = "import { context, propagation, trace } from '@opentelemetry/api';\nconst tracer = trace.getTracer('w');\n";
const LISTED = sdk(`${HTTP}, ${UNDICI}`);

const one = (text: string, tracing = LISTED): Promise<readonly string[]> =>
  found({ 'src/tracing.ts': tracing, 'src/consumer.ts': API + text });

const HANDLES = `export async function consume(job: { carrier: object; data: string }) {
  const parent = propagation.extract(context.active(), job.carrier);
  const span = tracer.startSpan('work', {}, parent);
  await work(job.data);
  span.end();
}
async function work(data: string) {
  await tracer.startActiveSpan('inner', async (inner) => inner.end());
}
`;

describe('lint: spans of consumers that continue a trace', () => {
  it('lose what is done for the message unless they are made active', async () => {
    assert.deepEqual(await one(HANDLES), ['SPAN-NOT-ACTIVE src/consumer.ts:5']);
    const inside = HANDLES.replace(
      'await work(job.data)',
      'await context.with(trace.setSpan(parent, span), () => work(job.data))',
    );
    assert.deepEqual(await one(inside), []);
    const underParent = HANDLES.replace('await work(job.data)', 'await context.with(parent, () => work(job.data))');
    assert.deepEqual(await one(underParent), []);
  });

  it('may be the only thing that is done', async () => {
    const nothing = HANDLES.replace("await tracer.startActiveSpan('inner', async (inner) => inner.end());", '');
    assert.deepEqual(await one(nothing), []);
  });

  it('are lost to the callers of helpers that give back their end alone', async () => {
    const helper = (given: string): string => `export function begin(carrier: object) {
  const parent = propagation.extract(context.active(), carrier);
  const span = tracer.startSpan('work', {}, parent);
  return ${given};
}
`;
    assert.deepEqual(await one(helper('{ done: () => span.end() }')), ['SPAN-NOT-ACTIVE src/consumer.ts:5']);
    assert.deepEqual(await one(helper('{ ctx: trace.setSpan(parent, span), done: () => span.end() }')), []);
  });

  it('are told by callbacks that run beside them', async () => {
    const wrapper = `export async function traced(carrier: object, handler: () => Promise<void>) {
  const span = tracer.startSpan('work', {}, propagation.extract(context.active(), carrier));
  await handler();
  span.end();
}
`;
    assert.deepEqual(await one(wrapper), ['SPAN-NOT-ACTIVE src/consumer.ts:4']);
  });

  it('matter less where an instrumentation continues the trace', async () => {
    const kafka = `import { Kafka } from 'kafkajs';\n${HANDLES}`;
    assert.deepEqual(await one(kafka, sdk(`${HTTP}, ${UNDICI}, ${KAFKA}`)), []);
  });
});

describe('lint: processes whose propagators carry no trace', () => {
  const setting = (propagator: string): Promise<readonly string[]> =>
    found({
      'src/tracing.ts': LISTED.replace(
        'export const sdk',
        `import { propagation } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
propagation.setGlobalPropagator(${propagator});
export const sdk`,
      ),
    });

  it('are told where baggage is all they carry', async () => {
    assert.deepEqual(await setting('new W3CBaggagePropagator()'), ['GO-PROP-UNSET src/tracing.ts:9']);
    const composite = (list: string): string => `new CompositePropagator({ propagators: [${list}] })`;
    assert.deepEqual(await setting(composite('new W3CBaggagePropagator()')), ['GO-PROP-UNSET src/tracing.ts:9']);
    assert.deepEqual(await setting(composite('new W3CBaggagePropagator(), new W3CTraceContextPropagator()')), []);
    assert.deepEqual(await setting('new W3CTraceContextPropagator()'), []);
  });
});

describe('lint: instrumentations of browsers in Node', () => {
  const setup = (options: string, fakes: string): string =>
    `${sdk(`${HTTP}, new FetchInstrumentation(${options})`, "import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';")}${fakes}`;
  const FAKED = '(globalThis as Browser).location = {};\n';
  const CLIENT = 'export const pay = () => fetch(`${process.env.PAYMENTS_URL}/pay`);\n';
  const shop = (tracing: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': tracing, 'src/pay.tsx': CLIENT });

  it('work where the globals of browsers are faked and the addresses are listed', async () => {
    const LIST = '{ propagateTraceHeaderCorsUrls: [/payments/] }';
    assert.deepEqual(await shop(setup(LIST, FAKED)), []);
    assert.deepEqual(await shop(setup(LIST, '')), ['JS-FETCH-NO-UNDICI src/tracing.ts:9']);
    assert.deepEqual(await shop(setup('', FAKED)), ['JS-FETCH-NO-UNDICI src/tracing.ts:9']);
  });
});

describe('lint: set-ups for pages beside those for services', () => {
  it('do not hide them', async () => {
    const node = `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
export function start() {
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
}
`;
    const web = node.replace(/NodeTracerProvider/g, 'WebTracerProvider').replace('trace-node', 'trace-web');
    assert.deepEqual(
      await found({
        'src/browser/tracing.ts': web.replace(/ {2}registerInstrumentations.*\n/, ''),
        'src/node/tracing.ts': node,
        'src/pay.ts': 'export const pay = () => fetch(`${process.env.PAYMENTS_URL}/pay`);\n',
      }),
      ['JS-FETCH-NO-UNDICI src/node/tracing.ts:8'],
    );
  });
});
