import { line0 } from '../../src/base/positions';
import { fileHints, sameHints, type PlacedOperation } from '../../src/hints/fileHints';
import { LogHistogram } from '../../src/model/histogram/logHistogram';
import type { OperationStats, TrendPoint } from '../../src/model/operation';
import { operationId } from '../../src/model/operationTable';
import { DEFAULT_SETTINGS } from '../../src/engine/settings';

/**
 * The hints of one large file, computed from statistics as a request does, beside what it costs to write the same hints
 * as JSON, and beside sorting the durations on each request (what a tool without histograms does). Interleaved, one run.
 * `npx tsx test/bench/hints.bench.ts [lines] [lines a function] [calls an operation]`
 */
const LINES = Number(process.argv[2] ?? 5_000);
const LINES_A_FUNCTION = Number(process.argv[3] ?? 20);
const CALLS = Number(process.argv[4] ?? 2_000);
const ROUNDS = 400;
const WARM_UP = 50;

let seed = 42;
function random(): number {
  return (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

interface Made {
  readonly placed: PlacedOperation;
  readonly durations: Float64Array;
}

/** An operation with two humps of latency (cache hit, cache miss) and a long tail. */
function makeOperation(index: number, line: number): Made {
  const durations = new Float64Array(CALLS);
  const latency = new LogHistogram();
  for (let i = 0; i < CALLS; i++) {
    const normal = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    durations[i] = Math.round(Math.exp(normal * 0.6) * (random() < 0.7 ? 2e6 : 80e6));
    latency.add(durations[i]!);
  }
  const callsite = index % 4 === 3;
  const attributes = new Map(callsite ? [['peer.service', `service-${index % 7}`]] : []);
  const kind = callsite ? 'CLIENT' : 'SERVER';
  const key = {
    service: 'orders',
    resource: new Map(),
    scope: 's',
    kind,
    name: `operation ${index}`,
    attributes,
  } as const;
  const trend: TrendPoint[] = Array.from({ length: 15 }, () => ({ count: 9, errorCount: 0, p95Ns: random() * 1e8 }));
  const stats: OperationStats = {
    id: operationId(key),
    key,
    count: CALLS,
    errorCount: index % 5 === 0 ? 7 : 0,
    totalNs: durations.reduce((sum, ns) => sum + ns, 0),
    latency,
    trend,
    exemplars: {},
    exact: true,
  };
  const range = { startLine: line0(line), startColumn: 2, endLine: line0(line + 9), endColumn: 3 };
  const place = { file: '/w/large.ts', range, line: line0(line), symbol: `f${index}` };
  const location = { ...place, anchor: callsite ? 'callsite' : 'owner', confidence: 0.9, evidence: [] } as const;
  return { placed: { stats, location }, durations };
}

function sortedEachTime(made: readonly Made[]): number {
  let sum = 0;
  for (const { durations } of made) {
    const sorted = durations.slice().sort();
    sum += sorted[Math.floor(0.5 * (CALLS - 1))]! + sorted[Math.floor(0.95 * (CALLS - 1))]!;
  }
  return sum;
}

/** Adds the CPU milliseconds of one run: wall time would measure the machine's other work. */
function timed(times: number[], run: () => void): void {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  times.push((used.user + used.system) / 1e3);
}

function percentile(times: readonly number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))]!;
}

function main(): void {
  const count = Math.floor(LINES / LINES_A_FUNCTION);
  const made = Array.from({ length: count }, (_, i) => makeOperation(i, i * LINES_A_FUNCTION));
  const placed = made.map((one) => one.placed);
  const settings = DEFAULT_SETTINGS.hints;
  const hints: number[] = [];
  const compare: number[] = [];
  const json: number[] = [];
  const naive: number[] = [];
  let last = fileHints(placed, settings);
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const measured = round >= WARM_UP;
    timed(measured ? hints : [], () => (last = fileHints(placed, settings)));
    timed(measured ? compare : [], () => sameHints(last, fileHints(placed, settings)));
    timed(measured ? json : [], () => JSON.stringify(last));
    if (round % 20 === 0) timed(measured ? naive : [], () => sortedEachTime(made));
  }
  console.log(`${LINES} lines, ${count} operations of ${CALLS} calls, ${last.length} hints, ${ROUNDS} rounds`);
  for (const [name, times] of [
    ['hints', hints],
    ['hints and comparison', compare],
    ['JSON of the hints', json],
    ['sorting the calls', naive],
  ] as const) {
    const p50 = percentile(times, 0.5).toFixed(3);
    console.log(`${name.padEnd(22)} p50 ${p50} ms   p99 ${percentile(times, 0.99).toFixed(3)} ms`);
  }
  console.log(`hints ÷ JSON           ${(percentile(hints, 0.5) / percentile(json, 0.5)).toFixed(2)}`);
  console.log(`hints ÷ sorting        ${(percentile(hints, 0.5) / percentile(naive, 0.5)).toFixed(4)}`);
}

main();
