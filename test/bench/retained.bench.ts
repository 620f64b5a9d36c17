import { EmbeddedStore } from '../../src/traces/store/embeddedStore';
import { OtlpIngest } from '../../src/traces/ingest';
import { nanos } from '../../src/model/time';
import { payload } from './support/payload';
import { TEST_START } from '../support/otlpSpans';

/**
 * What the store keeps of what came over the wire, and what taking it in costs beside decoding it.
 * `node --expose-gc --import tsx test/bench/retained.bench.ts [requests] [spans per request]`
 */
const REQUESTS = Number(process.argv[2] ?? 400);
const SPANS = Number(process.argv[3] ?? 512);
const ROUNDS = 5;

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

/** Heap and array buffers after a collection; NaN without `--expose-gc`. */
function liveBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) return NaN;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function newStore(maxBytes: number): EmbeddedStore {
  return new EmbeddedStore({ maxBytes, now: () => Number(TEST_START / 1_000_000n) + 30_000 });
}

function main(): void {
  const bodies = payload({ requests: REQUESTS, spansPerRequest: SPANS, locations: 40 });
  const wire = bodies.reduce((sum, body) => sum + body.length, 0);
  const spans = REQUESTS * SPANS;
  const before = liveBytes();
  const store = newStore(2 ** 31);
  const ingest = new OtlpIngest(store);
  for (const body of bodies) ingest.traces(body, 'protobuf');
  const live = liveBytes() - before;
  const { retainedBytes, traces, operations } = store.counters();
  console.log(
    `${spans} spans, ${traces} traces, ${operations} operations, ${Math.round(wire / spans)} B/span on the wire`,
  );
  console.log(`wire      ${megabytes(wire)}`);
  console.log(
    `retained  ${megabytes(retainedBytes)} as counted, ${(retainedBytes / wire).toFixed(2)} of the wire (goal ≤ 1)`,
  );
  console.log(`          ${megabytes(live)} as measured after a collection, ${(live / wire).toFixed(2)} of the wire`);

  let best = { all: Infinity, decode: Infinity, evicting: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const run = (target: { commit(fromRow: number): void } & Pick<EmbeddedStore, 'builder' | 'addLogs'>) => {
      const sink = new OtlpIngest(target);
      return cpuSeconds(() => {
        for (const body of bodies) sink.traces(body, 'protobuf');
      });
    };
    const { builder } = newStore(2 ** 31);
    best = {
      all: Math.min(best.all, run(newStore(2 ** 31))),
      decode: Math.min(best.decode, run({ builder, commit: () => builder.truncate(0), addLogs: () => undefined })),
      evicting: Math.min(best.evicting, run(newStore(wire / 4))),
    };
  }
  const micros = (seconds: number): string => `${((seconds / spans) * 1e6).toFixed(2)} µs/span`;
  console.log(`best of ${ROUNDS} interleaved rounds, CPU time`);
  console.log(`decode and commit           ${micros(best.all)}`);
  console.log(`commit alone (difference)   ${micros(best.all - best.decode)} (goal ≤ 1)`);
  console.log(`while dropping old traces   ${micros(best.evicting)}`);

  const window = { from: nanos(TEST_START - 900_000_000_000n), to: nanos(TEST_START + 60_000_000_000n) };
  const stats = cpuSeconds(() => store.operationStats(window));
  const again = cpuSeconds(() => store.operationStats(window));
  console.log(`operationStats              ${(stats * 1e3).toFixed(1)} ms, again ${(again * 1e3).toFixed(1)} ms`);
}

main();
