import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const TRACING = sdk(`${HTTP}, ${UNDICI}`);

/** Jobs that own functions put into a table, one with the context in it. */
const jobs = (other: string): string => `import { prisma } from './db';
export class JobStore {
  async enqueueJob(job: { queue: string; args: object }) {
    return prisma.jobRow.create({ data: { queue: job.queue, args: job.args } });
  }
  async enqueueMail(mail: MailJob) {
    return this.enqueueJob({ queue: 'mail', args: mail });
  }
  async enqueueChat(chat: ChatJob) {
    return this.enqueueJob({ queue: 'chat', args: chat });
  }
  async reset(userId: string, traceContext: TraceContext) {
    return this.enqueueMail({ kind: 'reset', subject: userId, trace_context: traceContext });
  }
${other}
}
`;

const announce = (name: string, more = '', given = ''): string => `  async ${name}(id: string${given}) {
    return this.enqueueChat({ kind: 'announce', subject: id${more} });
  }`;

const one = (other: string): Promise<readonly string[]> =>
  found({ 'src/tracing.ts': TRACING, 'src/jobs.ts': jobs(other) });

describe('lint: jobs that wait in a table', () => {
  it('are told of where others of the project carry the context', async () => {
    assert.deepEqual(await one(announce('announce')), ['MSG-NO-INJECT src/jobs.ts:16']);
  });

  it('may carry it in another way', async () => {
    assert.deepEqual(await one(announce('announce', ', trace_context: parent', ', parent: TraceContext')), []);
    assert.deepEqual(await one(announce('announce', ', ...carried', ', carried: object')), []);
    const helped = announce('announce', ', more').replace(
      'return',
      'const more = {};\n    propagation.inject(context.active(), more);\n    return',
    );
    assert.deepEqual(await one(helped), []);
  });

  it('may be nobody’s request, or something else', async () => {
    assert.deepEqual(await one(announce('scheduleDigest')), []);
    assert.deepEqual(await one(announce('announce').replace('kind:', 'room:').replace('subject:', 'text:')), []);
    const alone = jobs(announce('announce')).replace(', trace_context: traceContext', '');
    assert.deepEqual(await found({ 'src/tracing.ts': TRACING, 'src/jobs.ts': alone }), []);
    assert.deepEqual(await found({ 'src/jobs.ts': jobs(announce('announce')) }), []);
  });

  it('are rows of an outbox as well', async () => {
    const outbox = (second: string): string => `import { prisma } from './db';
export async function placed(order: Order, traceparent: string) {
  await prisma.outboxEvent.create({ data: { topic: 'placed', payload: order, traceparent } });
}
export async function cancelled(order: Order) {
  await prisma.outboxEvent.create({ data: { topic: 'cancelled', payload: order${second} } });
}
`;
    const file = (text: string): Promise<readonly string[]> => found({ 'src/tracing.ts': TRACING, 'src/out.ts': text });
    assert.deepEqual(await file(outbox('')), ['MSG-NO-INJECT src/out.ts:6']);
    assert.deepEqual(await file(outbox(', traceparent: current()')), []);
    assert.deepEqual(await file(outbox('').replaceAll('outboxEvent', 'audit')), []);
  });
});

describe('lint: options of a set-up that are spread into it', () => {
  const spread = (more: string): string => `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
const base = { instrumentations: [new HttpInstrumentation()] };
export const sdk = new NodeSDK({ ...base, ${more} });
sdk.start();
`;
  const price = 'export const price = (sku: string) => fetch(`${process.env.PRICING_URL}/${sku}`);\n';
  const at = (more: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': spread(more), 'src/prices.ts': price });

  it('show that traces are exported', async () => {
    const here = ['JS-FETCH-NO-UNDICI src/tracing.ts:4'];
    assert.deepEqual(await at('...(endpoint && { traceExporter: new OTLPTraceExporter() })'), here);
    assert.deepEqual(await at('...(endpoint ? { traceExporter: new OTLPTraceExporter() } : {})'), here);
    assert.deepEqual(await at('...(endpoint && { metricReaders: [reader] })'), []);
    assert.deepEqual(await at('...optionsOf(process.env)'), []);
  });
});
