/**
 * Decoding of OTLP trace requests: the columnar decoder against protobufjs' static module, CPU time, interleaved, best
 * of some rounds. Run: npx tsx test/bench/decode.bench.ts
 */
import { OperationTable } from '../../src/model/operationTable';
import { columnBytes } from '../../src/model/spanBatch';
import { SpanBatchBuilder } from '../../src/model/spanBatchBuilder';
import { loadMessages } from '../../src/traces/otlp/messages';
import { TracesDecoder } from '../../src/traces/otlp/tracesDecoder';
import { bestInTurn } from './support/cpu';
import { payload } from './support/payload';

const ROUNDS = 20;
const REQUESTS = 40;
const SPANS = 512;
/** About what a store collects before it seals. */
const SEGMENT_ROWS = 8192;
const { TracesData } = loadMessages().trace.v1;

function protobufjs(bodies: readonly Uint8Array[]): void {
  let spans = 0;
  for (const body of bodies) {
    for (const resource of TracesData.decode(body).resourceSpans ?? []) {
      for (const scope of resource.scopeSpans ?? []) spans += scope.spans?.length ?? 0;
    }
  }
  if (spans !== REQUESTS * SPANS) throw new Error(`protobufjs saw ${spans} spans`);
}

function columnar(bodies: readonly Uint8Array[], builder: SpanBatchBuilder, decoder: TracesDecoder): void {
  let rows = 0;
  for (const body of bodies) {
    rows += decoder.decode(body).accepted;
    if (builder.count > SEGMENT_ROWS) builder.truncate(0);
  }
  if (rows !== REQUESTS * SPANS) throw new Error(`the columnar decoder saw ${rows} spans`);
  builder.truncate(0);
}

/** Bytes of the columns of all spans. */
function retainedBytes(bodies: readonly Uint8Array[]): number {
  const builder = new SpanBatchBuilder(new OperationTable());
  const decoder = new TracesDecoder(builder);
  for (const body of bodies) decoder.decode(body);
  const batch = builder.seal();
  return columnBytes(batch) + batch.traceIds.byteLength;
}

for (const locations of [300, 100_000]) {
  const bodies = payload({ requests: REQUESTS, spansPerRequest: SPANS, locations });
  const wire = bodies.reduce((sum, body) => sum + body.length, 0);
  const builder = new SpanBatchBuilder(new OperationTable());
  const decoder = new TracesDecoder(builder);
  const best = bestInTurn(ROUNDS, {
    protobufjs: () => protobufjs(bodies),
    first: () => {
      const empty = new SpanBatchBuilder(new OperationTable());
      columnar(bodies, empty, new TracesDecoder(empty));
    },
    columns: () => columnar(bodies, builder, decoder),
  });
  const rate = (seconds: number): string => `${Math.round((REQUESTS * SPANS) / seconds / 1000)} k spans/CPU-s`;
  console.log(`${builder.operations.size} operations, ${(wire / REQUESTS / SPANS).toFixed(0)} bytes a span`);
  console.log(`  protobufjs static          ${rate(best.protobufjs)}`);
  console.log(`  columns                    ${rate(best.columns)}  ${(best.protobufjs / best.columns).toFixed(1)}×`);
  console.log(`  columns, nothing known yet ${rate(best.first)}  ${(best.protobufjs / best.first).toFixed(1)}×`);
  console.log(`  kept by the columns        ${(retainedBytes(bodies) / wire).toFixed(2)}× of the wire bytes`);
}
