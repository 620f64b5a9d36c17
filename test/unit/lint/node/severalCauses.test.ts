import assert from 'node:assert/strict';
import { nodeCheck } from '../../../../src/lint/node/check';
import { applyFix, lintProject } from '../support/lintProject';
import { HTTP, manifest, sdk, UNDICI } from './support';

const FILES = {
  'package.json': manifest({ kafkajs: '^2.2.4' }),
  'src/stock.ts': `export async function stock(id: string) {
  return await fetch(process.env.STOCK_URL + '/stock/' + id);
}
`,
  'src/events.ts': `import { Kafka } from 'kafkajs';
const producer = new Kafka({ brokers: ['kafka:9092'] }).producer();
export async function placed(order: object) {
  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
}
`,
};

describe('lint: several causes at one set-up', () => {
  const list = 'src/tracing.ts:9';

  it('are told each by its own rule', async () => {
    const { short } = await lintProject(nodeCheck, { ...FILES, 'src/tracing.ts': sdk(HTTP) });
    assert.deepEqual(short, [`JS-FETCH-NO-UNDICI ${list}`, `JS-KAFKAJS-NO-INSTR ${list}`]);
    const left = await lintProject(nodeCheck, { ...FILES, 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`) });
    assert.deepEqual(left.short, [`JS-KAFKAJS-NO-INSTR ${list}`]);
  });

  it('are told each where the preloaded package is too old for both', async () => {
    const dependencies = { '@opentelemetry/auto-instrumentations-node': '0.41.0', kafkajs: '^2.2.4' };
    const { findings } = await lintProject(nodeCheck, {
      ...FILES,
      'package.json': JSON.stringify({
        name: 'shop',
        scripts: { start: 'node --require @opentelemetry/auto-instrumentations-node/register dist/main.js' },
        dependencies,
      }),
    });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['JS-FETCH-NO-UNDICI', 'JS-KAFKAJS-NO-INSTR'],
    );
  });

  it('name the manifest that lacks the package, and the set-up', async () => {
    const { findings } = await lintProject(nodeCheck, { ...FILES, 'src/tracing.ts': sdk(HTTP) });
    const places = findings[0]!.evidence.map((text) => text.split(' ')[0]);
    assert.deepEqual([...new Set(places)], ['src/tracing.ts:9', 'package.json:7', 'package.json:2']);
    assert.match(findings[0]!.message, /`package\.json:2`: @opentelemetry\/instrumentation-undici is not among/);
  });

  it('are explained as not covered', async () => {
    const { explained } = await lintProject(nodeCheck, { ...FILES, 'src/tracing.ts': sdk(HTTP) });
    assert.deepEqual(
      explained.filter((text) => text.startsWith('uncovered')),
      ['uncovered: undici (`fetch`): src/stock.ts:2', 'uncovered: kafkajs: 1 uses'],
    );
  });
});

describe('lint: EXTRACT-UNUSED of a request', () => {
  const shop = (carrier: string): Record<string, string> => ({
    'package.json': manifest(),
    'src/tracing.ts': sdk(HTTP),
    'src/shop.ts': `import { context, propagation } from '@opentelemetry/api';
export function shop(req: Incoming, job: Job) {
  propagation.extract(context.active(), ${carrier});
  return sell(req, job);
}
`,
  });

  it('says that the server is instrumented already, and takes the call away', async () => {
    const files = shop('req.headers');
    const { findings, short } = await lintProject(nodeCheck, files);
    assert.deepEqual(short, ['EXTRACT-UNUSED src/shop.ts:3']);
    assert.match(findings[0]!.message, /in vain.*src\/tracing\.ts:9/);
    assert.ok(!findings[0]!.message.includes('new trace'));
    const fixed = applyFix(files, findings[0]!.finding);
    assert.ok(!/propagation|import/.test(fixed['src/shop.ts']!));
    assert.deepEqual((await lintProject(nodeCheck, fixed)).short, []);
  });

  it('says that a new trace begins where nothing reads the headers', async () => {
    const { findings } = await lintProject(nodeCheck, shop('job.headers'));
    assert.match(findings[0]!.message, /begin a new trace/);
  });
});
