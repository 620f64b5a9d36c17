/** What lint mends in Python, run before and after with the real SDK: the trace is broken, and then it is whole. */
import assert from 'node:assert/strict';
import { SLOW_MS } from '../support/processes';
import { startKafka, type Kafka } from '../support/kafka';
import { serversRequired } from '../support/servers/toolchains';
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

  it('httpx without its instrumentor', async () => {
    const { before, after } = await inPython(programs.httpxUncovered);
    assert.deepEqual(before, ['answer', 'ask']);
    assert.deepEqual(after, ['ask > GET > answer']);
  });

  it('requests without its instrumentor', async () => {
    const { before, after } = await inPython(programs.requestsUncovered);
    assert.deepEqual(before, ['answer', 'ask']);
    assert.deepEqual(after, ['ask > GET > answer']);
  });

  it('a context that is read in vain', async () => {
    const { before, after } = await inPython(programs.unusedExtract);
    assert.deepEqual(before, ['answer', 'ask > GET']);
    assert.deepEqual(after, ['ask > GET > answer']);
  });

  for (const [what, program] of [
    ['a thread', programs.thread],
    ['an executor', programs.executor],
    ['the executor of a loop', programs.loopExecutor],
  ] as const) {
    it(`work on ${what}`, async () => {
      const { before, after } = await inPython(program);
      assert.deepEqual(before, ['order', 'price']);
      assert.deepEqual(after, ['order > price']);
    });
  }

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

    for (const [what, program] of [
      ['a message of kafka-python without the context', programs.kafkaNotInjected],
      ['a message of kafka-python whose context is not read', programs.kafkaNotExtracted],
      ['a message of confluent-kafka without the context', programs.confluentNotInjected],
      ['a message of confluent-kafka whose context is not read', programs.confluentNotExtracted],
    ] as const) {
      it(what, async () => {
        const { before, after } = await inPython(program, kafka);
        assert.deepEqual(before, ['pack', 'place']);
        assert.deepEqual(after, ['place > pack']);
      });
    }
  });

  let topics = 0;

  function inPython(program: programs.PythonProgram, kafka?: Kafka): Promise<BeforeAndAfter> {
    const forKafka = (): Record<string, string> =>
      kafka === undefined ? {} : { KAFKA_BROKERS: kafka.brokers, TOPIC: `orders-${process.pid}-${topics++}` };
    return beforeAndAfter({
      ...program,
      command: 'python3',
      args: ['shop.py'],
      env: () => ({ PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1', ...forKafka() }),
    });
  }
}
