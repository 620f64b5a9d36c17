/** What lint mends in Node, run before and after with the real SDK: the trace is broken, and then it is whole. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { SLOW_MS } from '../support/processes';
import { startKafka, type Kafka } from '../support/kafka';
import { installShop, shopFolder } from '../support/shop';
import { beforeAndAfter, type BeforeAndAfter } from './support/mended/mendedProgram';
import * as programs from './support/mended/nodePrograms';

describe('what lint mends in Node, in real traces', function () {
  this.timeout(2 * SLOW_MS);

  before(async function () {
    this.timeout(10 * SLOW_MS);
    await installShop(console.log);
  });

  it('fetch without undici’s instrumentation', async () => {
    const { before, after } = await inNode(programs.fetchWithoutUndici);
    assert.deepEqual(before, ['GET', 'ask']);
    assert.deepEqual(after, ['ask > GET > GET']);
  });

  it('an SDK without instrumentations', async () => {
    const { before, after } = await inNode(programs.noInstrumentations);
    assert.deepEqual(before, ['ask']);
    assert.deepEqual(after, ['ask > GET > GET']);
  });

  it('a span that is not active', async () => {
    const { before, after } = await inNode(programs.inactiveSpan);
    assert.deepEqual(before, ['GET > GET', 'ask']);
    assert.deepEqual(after, ['ask > GET > GET']);
  });

  it('headers that are written before the span is active', async () => {
    const { before, after } = await inNode(programs.injectedTooEarly);
    assert.deepEqual(before, ['GET', 'ask']);
    assert.deepEqual(after, ['ask > GET']);
  });

  it('a context that is read in vain', async () => {
    const { before, after } = await inNode(programs.unusedExtract);
    assert.deepEqual(before, ['answer', 'ask > GET']);
    assert.deepEqual(after, ['ask > GET > answer']);
  });

  it('headers that are written twice', async () => {
    const { before, after } = await inNode(programs.injectedTwice);
    assert.deepEqual(before, ['GET', 'ask > GET']);
    assert.deepEqual(after, ['ask > GET > GET']);
  });

  it('a list that a timer works off', async () => {
    const { before, after } = await inNode(programs.heldList);
    assert.deepEqual(before, ['audit one', 'audit two', 'one', 'two']);
    assert.deepEqual(after, ['one > audit one', 'two > audit two']);
  });

  describe('through Kafka', () => {
    let kafka: Kafka | undefined;

    before(async function () {
      const started = await startKafka(console.log);
      if (typeof started !== 'string') kafka = started;
      else {
        console.log(`      skipped: ${started}`);
        this.skip();
      }
    });

    after(() => kafka?.stop());

    it('kafkajs without its instrumentation', async () => {
      const { before, after } = await inNode(programs.kafkaWithoutInstrumentation, kafka);
      assert.deepEqual(before, ['pack placed', 'place']);
      assert.equal(after.length, 1, after.join('\n'));
      assert.match(after[0]!, /^place > .* > pack placed$/);
    });

    it('a message without the context', async () => {
      const { before, after } = await inNode(programs.kafkaNotInjected, kafka);
      assert.deepEqual(before, ['pack placed', 'place']);
      assert.deepEqual(after, ['place > pack placed']);
    });

    it('a message whose context is not read', async () => {
      const { before, after } = await inNode(programs.kafkaNotExtracted, kafka);
      assert.deepEqual(before, ['pack placed', 'place']);
      assert.deepEqual(after, ['place > pack placed']);
    });
  });
});

let topics = 0;

function inNode(program: programs.NodeProgram, kafka?: Kafka): Promise<BeforeAndAfter> {
  return beforeAndAfter({
    ...program,
    command: process.execPath,
    args: ['shop.js'],
    packages: path.join(shopFolder, 'node_modules'),
    // Each of the two runs has a topic of its own.
    env: (): Record<string, string> =>
      kafka === undefined ? {} : { KAFKA_BROKERS: kafka.brokers, TOPIC: `orders-${process.pid}-${topics++}` },
  });
}
