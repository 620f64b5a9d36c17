/**
 * TraceQL on the embedded store: columns first, and bytes only where they name the attribute, against building every
 * trace and decoding every span. CPU time, interleaved, best of some rounds; that both find the same is checked.
 * Run: npx tsx test/bench/traceql.bench.ts
 */
import { OperationTable } from '../../src/model/operationTable';
import { SpanBatchBuilder } from '../../src/model/spanBatchBuilder';
import { BatchTraces } from '../../src/traces/batchTraces';
import { TracesDecoder } from '../../src/traces/otlp/tracesDecoder';
import { SearchPlan } from '../../src/traces/store/searchPlan';
import { searchTraces, type SearchedStore } from '../../src/traces/store/searchTraces';
import { SpanSegments } from '../../src/traces/store/spanSegments';
import { searchedPipeline, TraceQlMatcher } from '../../src/traces/traceql/evaluate/evaluateTraces';
import { requireTraceQl } from '../../src/traces/traceql/parse/parseTraceQl';
import { bestInTurn } from './support/cpu';
import { payload } from './support/payload';

const ROUNDS = 3;
const SEGMENT_BYTES = 1.5 * 1024 * 1024;
const QUERIES = [
  '{ resource.service.name = "payment" }',
  '{ status = error && duration > 10ms }',
  '{ span.db.system.name = "postgresql" && span.db.response.returned_rows > 398 }',
  '{ span.nosuch = "x" }',
  '{ span.http.response.status_code >= 500 }',
  '{ resource.service.name = "cart" } >> { status = error }',
  '{ status = error } | count() > 2',
];

const bodies = payload({ requests: 80, spansPerRequest: 512, locations: 300 });
const operations = new OperationTable();
const segments = new SpanSegments(operations, SEGMENT_BYTES);
const decoder = new TracesDecoder(segments.builder);
const builder = new SpanBatchBuilder(new OperationTable());
const copy = new TracesDecoder(builder);
for (const body of bodies) {
  const from = segments.builder.count;
  decoder.decode(body);
  segments.indexRows(from);
  segments.sealIfLarge(from);
  copy.decode(body);
}
const batch = builder.seal();

function store(): SearchedStore {
  const { index } = segments;
  return {
    segments: segments.all(),
    oldestTrace: index.oldest,
    nextTrace: index.next,
    traceId: (trace) => index.id(trace),
    operations,
  };
}

/** Traces found, of all that are held. */
function search(text: string): number {
  const plan = new SearchPlan(requireTraceQl(text), operations, false);
  let found = 0;
  for (const summaries of searchTraces(store, plan, { limit: Infinity })) found += summaries.length;
  return found;
}

function decodeEverything(text: string): number {
  const matcher = new TraceQlMatcher(searchedPipeline(requireTraceQl(text)));
  let found = 0;
  for (const trace of new BatchTraces([batch])) {
    for (let row = 0; row < trace.count; row++) trace.details(row);
    if (matcher.match(trace) !== undefined) found++;
  }
  return found;
}

console.log(`${batch.count} spans, ${segments.index.size} traces, ${operations.size} operations; all traces asked for`);
for (const query of QUERIES) {
  const counts = { columns: 0, everything: 0 };
  const best = bestInTurn(ROUNDS, {
    everything: () => (counts.everything = decodeEverything(query)),
    columns: () => (counts.columns = search(query)),
  });
  if (counts.columns !== counts.everything)
    throw new Error(`${query}: ${counts.columns} and ${counts.everything} traces`);
  const ratio = (best.everything / best.columns).toFixed(1);
  console.log(
    `  ${ratio.padStart(6)}×  ${(best.columns * 1000).toFixed(0).padStart(5)} ms  ${query}  (${counts.columns} traces)`,
  );
}
