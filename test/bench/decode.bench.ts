/**
 * Decoding of OTLP trace requests: the columnar decoder against protobufjs' static module, CPU time, interleaved, best
 * of some rounds. Run: npx tsx test/bench/decode.bench.ts
 */
import { OperationTable } from '../../src/model/operationTable';
import { columnBytes, type SpanBatch } from '../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../src/model/spanBatchBuilder';
import { loadMessages } from '../../src/traces/otlp/messages';
import { TracesDecoder } from '../../src/traces/otlp/tracesDecoder';
import { payload } from './support/payload';

const ROUNDS = 12;
const REQUESTS = 60;
const SPANS = 512;
const { TracesData } = loadMessages().trace.v1;

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

function protobufjs(bodies: readonly Uint8Array[]): void {
  let spans = 0;
  for (const body of bodies) {
    for (const resource of TracesData.decode(body).resourceSpans ?? []) {
      for (const scope of resource.scopeSpans ?? []) spans += scope.spans?.length ?? 0;
    }
  }
  if (spans !== REQUESTS * SPANS) throw new Error(`protobufjs saw ${spans} spans`);
}

function retainedBy(batch: SpanBatch): number {
  return columnBytes(batch) + batch.traceIds.byteLength;
}

function columnar(bodies: readonly Uint8Array[], operations: OperationTable): number {
  const builder = new SpanBatchBuilder(operations);
  const decoder = new TracesDecoder(builder);
  let retained = 0;
  let rows = 0;
  for (const body of bodies) {
    decoder.decode(body);
    if (builder.count < 16_384) continue;
    rows += builder.count;
    retained += retainedBy(builder.seal());
  }
  rows += builder.count;
  retained += retainedBy(builder.seal());
  if (rows !== REQUESTS * SPANS) throw new Error(`the columnar decoder saw ${rows} spans`);
  return retained;
}

for (const locations of [300, 100_000]) {
  const bodies = payload({ requests: REQUESTS, spansPerRequest: SPANS, locations });
  const wire = bodies.reduce((sum, body) => sum + body.length, 0);
  const best = { protobufjs: Infinity, cold: Infinity, warm: Infinity };
  let retained = 0;
  let known = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const operations = new OperationTable();
    best.protobufjs = Math.min(
      best.protobufjs,
      cpuSeconds(() => protobufjs(bodies)),
    );
    best.cold = Math.min(
      best.cold,
      cpuSeconds(() => (retained = columnar(bodies, operations))),
    );
    best.warm = Math.min(
      best.warm,
      cpuSeconds(() => columnar(bodies, operations)),
    );
    known = operations.size;
  }
  const rate = (seconds: number): string => `${Math.round((REQUESTS * SPANS) / seconds / 1000)} k spans/CPU-s`;
  console.log(`${known} operations, ${(wire / REQUESTS / SPANS).toFixed(0)} bytes a span`);
  console.log(`  protobufjs static           ${rate(best.protobufjs)}`);
  console.log(`  columns, operations new     ${rate(best.cold)}  ${(best.protobufjs / best.cold).toFixed(1)}×`);
  console.log(`  columns, operations known   ${rate(best.warm)}  ${(best.protobufjs / best.warm).toFixed(1)}×`);
  console.log(`  retained by the columns     ${(retained / wire).toFixed(2)}× of the wire bytes`);
}
