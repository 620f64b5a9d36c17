/** What lint mends in Node, run before and after with the real SDK: the trace is broken, and then it is whole. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { SLOW_MS } from '../support/processes';
import type { Kafka } from '../support/kafka';
import { installShop, shopFolder } from '../support/shop';
import { kafkaOfSuite, topicOf } from './support/mended/kafkaOfSuite';
import { beforeAndAfter, type BeforeAndAfter } from './support/mended/mendedProgram';
import * as programs from './support/mended/nodePrograms';

describe('what lint mends in Node, in real traces', function () {
  this.timeout(2 * SLOW_MS);

  before(async function () {
    this.timeout(10 * SLOW_MS);
    await installShop(console.log);
  });

  for (const { what, program, broken, whole } of [
    { what: 'fetch without undici’s instrumentation', program: programs.fetchWithoutUndici, ...asked(['GET', 'ask']) },
    { what: 'an SDK without instrumentations', program: programs.noInstrumentations, ...asked(['ask']) },
    { what: 'a span that is not active', program: programs.inactiveSpan, ...asked(['GET > GET', 'ask']) },
    { what: 'headers that are written twice', program: programs.injectedTwice, ...asked(['GET', 'ask > GET']) },
    {
      what: 'headers that are written before the span is active',
      program: programs.injectedTooEarly,
      broken: ['GET', 'ask'],
      whole: ['ask > GET'],
    },
    {
      what: 'a context that is read in vain',
      program: programs.unusedExtract,
      broken: ['answer', 'ask > GET'],
      whole: ['ask > GET > answer'],
    },
    {
      what: 'a list that a timer works off',
      program: programs.heldList,
      broken: ['audit one', 'audit two', 'one', 'two'],
      whole: ['one > audit one', 'two > audit two'],
    },
  ]) {
    it(what, async () => {
      assert.deepEqual(await inNode(program), { before: broken, after: whole });
    });
  }

  describe('through Kafka', () => {
    const kafka = kafkaOfSuite();

    it('kafkajs without its instrumentation', async () => {
      const { before, after } = await inNode(programs.kafkaWithoutInstrumentation, kafka());
      assert.deepEqual(before, ['pack placed', 'place']);
      assert.equal(after.length, 1, after.join('\n'));
      assert.match(after[0]!, /^place > .* > pack placed$/);
    });

    for (const [what, program] of [
      ['a message without the context', programs.kafkaNotInjected],
      ['a message whose context is not read', programs.kafkaNotExtracted],
    ] as const) {
      it(what, async () => {
        const whole = ['place > pack placed'];
        assert.deepEqual(await inNode(program, kafka()), { before: ['pack placed', 'place'], after: whole });
      });
    }
  });
});

/** What a request is that was asked and answered in one trace at last. */
function asked(broken: readonly string[]): { readonly broken: readonly string[]; readonly whole: readonly string[] } {
  return { broken, whole: ['ask > GET > GET'] };
}

function inNode(program: programs.NodeProgram, kafka?: Kafka): Promise<BeforeAndAfter> {
  return beforeAndAfter({
    ...program,
    command: process.execPath,
    args: ['shop.js'],
    packages: path.join(shopFolder, 'node_modules'),
    env: () => topicOf(kafka),
  });
}
