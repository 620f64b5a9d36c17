import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';
import { mended } from './mended';
import { HTTP, manifest } from './support';

const tracing = `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';

export const sdk = new NodeSDK({ instrumentations: [${HTTP}] });
`;
const covered = { 'package.json': manifest({ kafkajs: '^2.2.4' }), 'src/tracing.ts': tracing };

/** A producer that writes the context by hand, so that the project is one that does so. */
const sends = `import { Kafka } from 'kafkajs';
import { context, propagation } from '@opentelemetry/api';

const producer = new Kafka({}).producer();

export async function paid(order: string) {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  await producer.send({ topic: 'paid', messages: [{ value: order, headers }] });
}
`;

const forgets = (messages: string): string => `import { Kafka } from 'kafkajs';

const producer = new Kafka({}).producer();

export async function placed(orders: string[]) {
  await producer.send({ topic: 'orders', messages: ${messages} });
}
`;

const receives = (handler: string): string => `import { Kafka } from 'kafkajs';
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('stock');
const consumer = new Kafka({}).consumer({ groupId: 'stock' });

export async function listen() {
  await consumer.run({
    eachMessage: ${handler},
  });
}
`;

describe('lint: fixes of Kafka in Node', () => {
  const inject = async (messages: string): Promise<string> => {
    const files = { ...covered, 'src/paid.ts': sends, 'src/placed.ts': forgets(messages) };
    return (await mended(files, 'Inject the trace context into the headers'))['src/placed.ts']!;
  };
  const extract = async (handler: string): Promise<string> => {
    const files = { ...covered, 'src/paid.ts': sends, 'src/listen.ts': receives(handler) };
    return (await mended(files, 'Work on the message in its trace'))['src/listen.ts']!;
  };

  it('gives node-rdkafka its list of single headers, in the place after the others', async () => {
    const produce = `import Kafka from 'node-rdkafka';

const producer = new Kafka.Producer({});

export function placed(order: string): void {
  producer.produce('orders', null, Buffer.from(order), 'key');
}
`;
    const text = (await mended({ ...covered, 'src/placed.ts': produce }, 'Inject the trace context into the headers'))[
      'src/placed.ts'
    ]!;
    assert.match(
      text,
      /\n {2}const carrier: Record<string, string> = \{\};\n {2}propagation\.inject\(context\.active\(\), carrier\);\n/,
    );
    assert.match(
      text,
      /'key', undefined, undefined, Object\.entries\(carrier\)\.map\(\(\[name, value\]\) => \(\{ \[name\]: value \}\)\)\);/,
    );
  });

  it('injects into messages that are written out', async () => {
    const text = await inject(`[{ key: orders[0], value: 'placed' }]`);
    assert.match(text, /^import { context, propagation } from '@opentelemetry\/api';$/m);
    assert.match(
      text,
      /\n {2}const carrier: Record<string, string> = {};\n {2}propagation\.inject\(context\.active\(\), carrier\);\n {2}await producer\.send\(.*value: 'placed', headers: carrier }/,
    );
  });

  it('adds the API to the manifest, where only the SDK brings it', async () => {
    const files = (api: Record<string, string>): Record<string, string> => ({
      ...covered,
      'package.json': manifest({ kafkajs: '^2.2.4', ...api }),
      'src/paid.ts': sends,
      'src/placed.ts': forgets(`[{ value: 'placed' }]`),
    });
    const title = 'Inject the trace context into the headers';
    assert.match(
      (await mended(files({}), title))['package.json']!,
      /\n {4}"@opentelemetry\/api": "\^1\.9\.0",\n {4}"@opentelemetry\/sdk-node": /,
    );
    const own = files({ '@opentelemetry/api': '^1.4.0' });
    assert.equal((await mended(own, title))['package.json'], own['package.json']);
  });

  it('injects into messages that map makes, into headers that are there, and over several lines', async () => {
    assert.match(await inject(`orders.map((value) => ({ value }))`), /=> \({ value, headers: carrier }\)/);
    assert.match(await inject(`[{ value: 'x', headers: { kind: 'new' } }]`), /headers: { \.\.\.carrier, kind: 'new' }/);
    const lines = await inject(`[\n      {\n        key: 'a',\n        value: 'x',\n      },\n    ]`);
    assert.match(lines, /\n {8}value: 'x',\n {8}headers: carrier,\n {6}}/);
  });

  it('offers none where messages are made elsewhere', async () => {
    const made = forgets('made').replace('orders: string[]', 'made: { value: string }[]');
    const { findings } = await lintProject(nodeCheck, { ...covered, 'src/paid.ts': sends, 'src/placed.ts': made });
    assert.deepEqual(
      findings.map(({ rule, finding }) => [rule, finding.fixes.length]),
      [['JS-UNCOVERED-LIB', 0]],
    );
  });

  it('works on a message in its trace', async () => {
    const text = await extract(`async ({ message }) => {
      if (message.value === null) return;
      tracer.startActiveSpan('pack', (span) => span.end());
    }`);
    assert.match(
      text,
      /\n {6}await context\.with\(propagation\.extract\(ROOT_CONTEXT, carrier\), async \(\) => {\n {8}if .*\n.*\n {6}}\);\n {4}},/,
    );
    assert.match(text, /import { trace, context, propagation, ROOT_CONTEXT } from/);
  });

  it('does so where the payload has a name', async () => {
    const text = await extract(`async (payload) => {
      tracer.startActiveSpan(payload.topic, (span) => span.end());
    }`);
    assert.match(text, /Object\.entries\(payload\.message\.headers \?\? {}\)/);
  });
});
