import assert from 'node:assert/strict';
import type { TraceId } from '../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import type { Backend } from '../../../../src/traces/backends/backend';
import { BackendError } from '../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { placedSpans } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { backendDeps, TestLog, TestSecrets } from '../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../support/wire/faultServer';
import { isLeftOut, skipSuite } from '../../../support/wire/skipSuite';
import { TWELVE_FAULTS } from '../../../support/wire/twelveFaults';
import type { BackendContract, StartedBackend } from './contract';

/** One request in this many fails. */
const EVERY = 5;
const ROUNDS = 30;
/** Requests of which it is planned what becomes of them; all later ones pass. */
const PLANNED = 4_000;
const HINT_BYTES = 1 << 20;
/** Repeated ones not counted. */
const HINT_REQUESTS = 5;
/** A question that takes longer hangs: three attempts of every one of its requests would have timed out. */
const HANG_MS = 20_000;
const TIMEOUT_MS = 400;
const SERVICE = 'payment-api';

/** What of a {@link BackendContract} a soak needs. */
export interface SoakedBackend extends Pick<
  BackendContract,
  'title' | 'server' | 'start' | 'serviceName' | 'opensSpansLater'
> {
  /** Each answer about operations is made of more traces than the one before, until it is made of all. */
  readonly samplesGrow?: boolean;
}

/**
 * Uses a backend of which one request in five fails, in one of twelve ways: what it answers nevertheless must be true,
 * every failure must be said, nothing may hang, and the hints of a file must stay within what they may cost.
 */
export function backendSoak(soaked: SoakedBackend): void {
  const { title, server, start, serviceName = String, samplesGrow = false, opensSpansLater = false } = soaked;
  const name = `${title} in a storm of faults`;
  if (isLeftOut(name, server)) return;
  describe(name, function () {
    this.timeout(600_000);
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const window: TimeWindow = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 60_000_000_000n) };
    const log = new TestLog();
    let started: StartedBackend;
    let gate: FaultServer;
    let traceId: TraceId;
    let asked = 0;

    before(async function () {
      const answer = await start(sentTraces(nowNs));
      if (typeof answer === 'string') return skipSuite(this, answer);
      started = answer;
      traceId = placedSpans(started.taken)[0]!.span.traceId as TraceId;
      gate = await startFaultServer(new URL(started.config.url).origin);
    });

    after(async () => {
      await gate?.close();
      await started?.stop();
    });

    function open(timeouts: object = {}): Backend {
      const { config, secrets = new TestSecrets() } = started;
      const url = `${gate.url}${new URL(config.url).pathname}`.replace(/\/$/, '');
      const transport = { ...backendDeps().transport, ...timeouts };
      return createBackend({ ...config, url }, backendDeps({ logger: log, secrets, transport }));
    }

    /** What is asked again and again; an answer is told as a text, so that two can be compared. */
    const questions: Readonly<Record<string, (source: Backend, signal: AbortSignal) => Promise<string>>> = {
      services: async (source, signal) => {
        const found = await source.services(signal);
        return found
          .map(({ service, spanCount }) => `${service} ${spanCount}`)
          .sort()
          .join();
      },
      operations: async (source, signal) => {
        // A sample that was made for the same window is given again for a while.
        const from = samplesGrow ? nanos(window.from - BigInt(++asked) * 1_000_000_000n) : window.from;
        const stats = await source.operations({ window: { ...window, from }, service: serviceName(SERVICE) }, signal);
        const told = stats.map(({ id, count, errorCount, latency, exact, exemplars }) => {
          // Of a sample that grows the middle is another with each trace; which span stands for others is left to chance.
          const median = samplesGrow ? [] : [latency.quantile(0.5), latency.quantile(0.95)];
          const shown = Number(errorCount === 0 || exemplars.error !== undefined);
          return [id, count, errorCount, latency.max, ...median, ...(opensSpansLater ? [] : [shown]), exact].join(' ');
        });
        return told.sort().join();
      },
      search: async (source, signal) => {
        const ids: string[] = [];
        for await (const found of source.search({ text: '{ status = error }', window, limit: 50 }, signal))
          ids.push(`${found.traceId} ${found.matched.length} ${found.spanCount}`);
        return ids.sort().join();
      },
      trace: async (source, signal) => String((await source.trace(traceId, signal))?.count),
    };

    it('stays true, says what failed, never hangs, and costs no more than it may', async () => {
      const calm = open();
      const { signal } = new AbortController();
      const truth = new Map<string, string>();
      for (const [what, ask] of Object.entries(questions)) truth.set(what, await ask(calm, signal));
      for (let more = 0; samplesGrow && more < ROUNDS; more++)
        truth.set('operations', await questions['operations']!(calm, signal));
      calm.dispose();
      const assertTrue = (what: string, said: string, when: string): void => {
        if (what === 'operations' && samplesGrow) assertPart(said, truth.get(what)!, `${what} ${when}`);
        else assert.equal(said, truth.get(what), `${what} ${when}`);
      };

      const seen = new Map<string, number>();
      let [answered, failed] = [0, 0];
      let stormy = open({ headersTimeoutMs: TIMEOUT_MS, bodyTimeoutMs: TIMEOUT_MS });
      gate.next(...plan());
      for (let round = 0; round < ROUNDS; round++) {
        // Now and then anew, so that what is asked only once fails as well.
        if (round % 3 === 0) {
          stormy.dispose();
          stormy = open({ headersTimeoutMs: TIMEOUT_MS, bodyTimeoutMs: TIMEOUT_MS });
        }
        for (const [what, ask] of Object.entries(questions)) {
          const { requests, retries, bytesReceived } = stormy.traffic;
          try {
            assertTrue(what, await within(ask, stormy), `in round ${round}`);
            answered++;
          } catch (error) {
            if (!(error instanceof BackendError)) throw error;
            failed++;
            seen.set(error.fault, (seen.get(error.fault) ?? 0) + 1);
            assert.ok(error.message.endsWith('.') && error.cure !== undefined, error.describe());
          }
          if (what !== 'operations') continue;
          const cost = stormy.traffic;
          assert.ok(cost.bytesReceived - bytesReceived <= HINT_BYTES, `${cost.bytesReceived - bytesReceived} bytes`);
          const requested = cost.requests - requests - (cost.retries - retries);
          assert.ok(requested <= HINT_REQUESTS, `${requested} requests in round ${round}`);
        }
      }
      assert.ok(answered > ROUNDS && failed > 0, `${answered} answers, ${failed} failures`);
      assert.ok(seen.size >= 6, `only ${[...seen.keys()].join(', ')} were seen`);

      gate.next({ kind: 'pass' });
      for (const [what, ask] of Object.entries(questions))
        assertTrue(what, await within(ask, stormy), 'after the storm');
      // A part of the truth is true, and of none as well: in the end it must be all of it.
      for (let more = 0; samplesGrow && more < ROUNDS; more++) {
        const said = await questions['operations']!(stormy, signal);
        if (more === ROUNDS - 1) assert.equal(said, truth.get('operations'), 'long after the storm');
      }
      stormy.dispose();
      const said = log.lines.join('\n');
      assert.ok(!said.includes('correct-horse-battery'));
    });
  });
}

/** What is said of operations may be of a part of their calls, and of nothing else. */
function assertPart(said: string, truth: string, when: string): void {
  const whole = new Map(truth.split(',').map((one) => [one.split(' ')[0], one.split(' ').slice(1)] as const));
  for (const one of said.split(',').filter((text) => text !== '')) {
    const [id, ...numbers] = one.split(' ');
    const most = whole.get(id);
    assert.ok(most !== undefined && numbers.at(-1) === most.at(-1), `${when}: ${one}`);
    for (const [at, number] of numbers.slice(0, -1).entries())
      assert.ok(Number(number) <= Number(most[at]), `${when}: ${one}, of ${most.join(' ')}`);
  }
}

/** @throws Error if it takes too long: nobody waits for an answer for ever. */
async function within(ask: (source: Backend, signal: AbortSignal) => Promise<string>, source: Backend) {
  const limit = AbortSignal.timeout(HANG_MS);
  return ask(source, limit);
}

/** Which requests fail, and how: the same every time, each way as often as the others. */
function plan(): Fault[] {
  let seed = 42;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const faults = TWELVE_FAULTS.map(([, fault]) => fault);
  let turn = 0;
  return Array.from({ length: PLANNED / EVERY }, () => {
    const bad = random(EVERY);
    return Array.from({ length: EVERY }, (_, at): Fault =>
      at === bad ? faults[turn++ % faults.length]! : { kind: 'pass' },
    );
  }).flat();
}
