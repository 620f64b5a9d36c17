import { DDSketch } from '@datadog/sketches-js';
import { LogHistogram, mergeHistograms } from '../../src/model/histogram/logHistogram';

/**
 * Adds per CPU second over many keys, our histogram beside DDSketch at its 1 % accuracy, interleaved in one run.
 * `npx tsx test/bench/histogram.bench.ts [keys] [adds]`
 */
const KEYS = Number(process.argv[2] ?? 3_000);
const ADDS = Number(process.argv[3] ?? 1_000_000);
const ROUNDS = 5;

/** Two humps (cache hit, cache miss) with a long tail, as latencies have them; keys in random order. */
function makeInput(): { key: Uint16Array; value: Float64Array } {
  let seed = 42;
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const key = new Uint16Array(ADDS);
  const value = new Float64Array(ADDS);
  for (let i = 0; i < ADDS; i++) {
    key[i] = Math.floor(random() * KEYS);
    const normal = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    value[i] = Math.round(Math.exp(normal * 0.6) * (random() < 0.7 ? 2e6 : 80e6));
  }
  return { key, value };
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

function worstError(quantileOf: (q: number) => number, sorted: Float64Array): number {
  return Math.max(
    ...[0.5, 0.9, 0.95, 0.99].map((q) => {
      const exact = sorted[Math.floor(q * (sorted.length - 1))]!;
      return Math.abs(quantileOf(q) - exact) / exact;
    }),
  );
}

function main(): void {
  const { key, value } = makeInput();
  let ours: LogHistogram[] = [];
  let theirs: DDSketch[] = [];
  let best = { ours: Infinity, theirs: Infinity, quantiles: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    ours = Array.from({ length: KEYS }, () => new LogHistogram());
    theirs = Array.from({ length: KEYS }, () => new DDSketch({ relativeAccuracy: 0.01 }));
    const a = cpuSeconds(() => {
      for (let i = 0; i < ADDS; i++) ours[key[i]!]!.add(value[i]!);
    });
    const b = cpuSeconds(() => {
      for (let i = 0; i < ADDS; i++) theirs[key[i]!]!.accept(value[i]!);
    });
    const c = cpuSeconds(() => {
      for (const histogram of ours) for (const q of [0.5, 0.95, 0.99]) histogram.quantile(q);
    });
    best = {
      ours: Math.min(best.ours, a),
      theirs: Math.min(best.theirs, b),
      quantiles: Math.min(best.quantiles, c),
    };
  }
  const sorted = value.slice().sort();
  const all = mergeHistograms(ours);
  const sketch = new DDSketch({ relativeAccuracy: 0.01 });
  for (const other of theirs) sketch.merge(other);
  console.log(`keys ${KEYS}, adds ${ADDS}, best of ${ROUNDS} interleaved rounds, CPU time`);
  console.log(`LogHistogram         ${(ADDS / best.ours / 1e6).toFixed(1)} M adds/s`);
  console.log(`sketches-js (1 %)    ${(ADDS / best.theirs / 1e6).toFixed(1)} M adds/s`);
  console.log(`ratio                ${(best.theirs / best.ours).toFixed(1)} (goal ≥ 2.5)`);
  const ourError = worstError((q) => all.quantile(q), sorted);
  const theirError = worstError((q) => sketch.getValueAtQuantile(q), sorted);
  console.log(`worst error, merged  ${(100 * ourError).toFixed(2)} % ours, ${(100 * theirError).toFixed(2)} % theirs`);
  console.log(`three quantiles      ${((best.quantiles / KEYS) * 1e6).toFixed(1)} µs a key`);
  console.log(`bytes a key          ${Math.round(ours.reduce((sum, h) => sum + h.byteLength, 0) / KEYS)}`);
}

main();
