import { buildTrace } from '../../model/buildTrace';
import type { DetailsDecoder } from '../../model/detailsDecoder';
import { traceIdOf, type SpanBatch } from '../../model/spanBatch';
import type { Trace } from '../../model/trace';
import { wordsOf, type TraceRows } from '../../model/traceRows';
import { decodeCold, decodeResource, decodeScope } from '../otlp/spanDetails';
import { TraceIndex } from '../store/traceIndex';

const decoder: DetailsDecoder = { cold: decodeCold, resource: decodeResource, scope: decodeScope };

/**
 * The traces whose spans lie in one or several batches, each built when it is asked for, in the order in which their
 * first spans come. The batches must not change meanwhile.
 */
export function* tracesOfBatches(batches: readonly SpanBatch[]): Generator<Trace> {
  const index = new TraceIndex();
  /** Per trace number and batch the rows. */
  const rows: (readonly [batch: SpanBatch, rows: number[]])[][] = [];
  for (const batch of batches) {
    const words = wordsOf(batch.traceIds);
    for (let row = 0; row < batch.count; row++) {
      const trace = index.intern(words, row * 4);
      const parts = (rows[trace] ??= []);
      const last = parts.at(-1);
      if (last?.[0] === batch) last[1].push(row);
      else parts.push([batch, [row]]);
    }
  }
  for (const trace of rows) {
    const [batch, [row]] = trace[0]!;
    const parts: TraceRows[] = trace.map((part) => ({ batch: part[0], rows: Uint32Array.from(part[1]) }));
    yield buildTrace({ id: traceIdOf(batch, row!), parts, decoder });
  }
}
