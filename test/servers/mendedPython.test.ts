/** What lint mends in Python, run before and after with the real SDK: the trace is broken, and then it is whole. */
import assert from 'node:assert/strict';
import { SLOW_MS } from '../support/processes';
import type { Kafka } from '../support/kafka';
import { serversRequired } from '../support/servers/toolchains';
import { kafkaOfSuite, topicOf } from './support/mended/kafkaOfSuite';
import { beforeAndAfter, type BeforeAndAfter } from './support/mended/mendedProgram';
import { missingPython, pythonPackages } from './support/mended/pythonPackages';
import * as programs from './support/mended/pythonPrograms';

const missing = missingPython();
if (missing !== undefined && !serversRequired()) {
  describe('what lint mends in Python, in real traces', () => void it(`is left out: ${missing}`));
} else describe('what lint mends in Python, in real traces', suite);

function suite(this: Mocha.Suite): void {
  this.timeout(2 * SLOW_MS);
  let packages: string;

  before(async function () {
    this.timeout(10 * SLOW_MS);
    packages = await pythonPackages(console.log);
  });

  for (const [what, program, broken] of [
    ['httpx without its instrumentor', programs.httpxUncovered, ['answer', 'ask']],
    ['requests without its instrumentor', programs.requestsUncovered, ['answer', 'ask']],
    ['a context that is read in vain', programs.unusedExtract, ['answer', 'ask > GET']],
  ] as const) {
    it(what, async () => {
      assert.deepEqual(await inPython(program), { before: broken, after: ['ask > GET > answer'] });
    });
  }

  for (const [what, program] of [
    ['a thread', programs.thread],
    ['an executor', programs.executor],
    ['the executor of a loop', programs.loopExecutor],
  ] as const) {
    it(`work on ${what}`, async () => {
      assert.deepEqual(await inPython(program), { before: ['order', 'price'], after: ['order > price'] });
    });
  }

  describe('through Kafka', () => {
    const kafka = kafkaOfSuite();

    for (const [what, program] of [
      ['a message of kafka-python without the context', programs.kafkaNotInjected],
      ['a message of kafka-python whose context is not read', programs.kafkaNotExtracted],
      ['a message of confluent-kafka without the context', programs.confluentNotInjected],
      ['a message of confluent-kafka whose context is not read', programs.confluentNotExtracted],
    ] as const) {
      it(what, async () => {
        assert.deepEqual(await inPython(program, kafka()), { before: ['pack', 'place'], after: ['place > pack'] });
      });
    }
  });

  function inPython(program: programs.PythonProgram, kafka?: Kafka): Promise<BeforeAndAfter> {
    return beforeAndAfter({
      ...program,
      command: 'python3',
      args: ['shop.py'],
      env: () => ({ PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', ...topicOf(kafka) }),
    });
  }
}
