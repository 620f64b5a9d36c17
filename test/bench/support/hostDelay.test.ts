/** Runs inside VS Code: for how long at a stretch the extension host computes, idle and while spans arrive, by turns. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { hintAt, openFile, receiverUrl, spanlight } from '../../integration/support/spanlight';

const ROUNDS = 3;
const ROUND_MS = 6000;
const SETTLE_MS = 8000;
const SPANS_PER_SECOND = 20_000;

interface Busy {
  /** The longest the thread computed without letting a timer in, in CPU milliseconds: other processes do not count. */
  readonly longest: number;
  /** The same for the thousandth worst of all. */
  readonly p999: number;
  /** Share of a core. */
  readonly cpu: number;
}

type ThreadUsage = (before?: NodeJS.CpuUsage) => NodeJS.CpuUsage;

/** Node 22.19 and 23.9 brought CPU time by thread; before that garbage collection on other threads counts as well. */
function threadUsage(): ThreadUsage {
  const { threadCpuUsage } = process as { threadCpuUsage?: ThreadUsage };
  return (threadCpuUsage ?? process.cpuUsage).bind(process);
}

async function measure(): Promise<Busy> {
  const usage = threadUsage();
  const stretches: number[] = [];
  const first = usage();
  let last = first;
  const timer = setInterval(() => {
    const { user, system } = usage(last);
    stretches.push((user + system) / 1e3);
    last = usage();
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  clearInterval(timer);
  const { user, system } = usage(first);
  stretches.sort((a, b) => b - a);
  const p999 = stretches[Math.floor(stretches.length / 1000)] ?? 0;
  return { longest: stretches[0] ?? 0, p999, cpu: (user + system) / 1e3 / ROUND_MS };
}

describe('the extension host', function () {
  this.timeout(180_000);

  it('is not held up while 20,000 spans a second arrive', async () => {
    const api = await spanlight();
    const url = await receiverUrl(api);
    const { document } = await openFile('src/orders.ts');
    const idle: Busy[] = [];
    const loaded: Busy[] = [];
    // TypeScript and others are busy with the file that was just opened.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    for (let round = 0; round < ROUNDS; round++) {
      idle.push(await measure());
      const spansBefore = api.status()!.spans + api.status()!.droppedSpans;
      const child = fork(process.env['SPANLIGHT_FLOOD']!, [url, String(SPANS_PER_SECOND)], { execArgv: [] });
      await new Promise((resolve) => child.once('message', resolve));
      await hintAt(api, document, 'async create(', /p50/);
      loaded.push(await measure());
      child.send('stop');
      await new Promise((resolve) => child.once('exit', resolve));
      const { spans, droppedSpans } = api.status()!;
      assert.ok(spans + droppedSpans - spansBefore > 0.5 * SPANS_PER_SECOND * (ROUND_MS / 1000), 'the spans arrived');
      console.log(
        `round ${round + 1}: ${spans + droppedSpans - spansBefore} spans, hint "${api.shownHints(document.uri)[0]?.text}"`,
      );
    }
    console.log(`idle:   ${words(idle)}`);
    console.log(`loaded: ${words(loaded)}`);
  });
});

function words(rounds: readonly Busy[]): string {
  return rounds
    .map(({ longest, p999, cpu }) => {
      return `longest ${longest.toFixed(1)} p99.9 ${p999.toFixed(1)} CPU-ms, ${(100 * cpu).toFixed(0)} % of a core`;
    })
    .join(' | ');
}
