import type { SpanId } from '../../../model/ids';
import type { Trace } from '../../../model/trace';
import type { Pipeline, TraceQlQuery } from '../language/ast';
import { compilePipeline, type Spanset } from './compilePipeline';
import { SpanReader, type ReadOptions } from './spanReader';

/** What of a trace a query found. */
export interface TraceMatch {
  readonly trace: Trace;
  /** Rows of the spans found, ascending, each once. */
  readonly rows: readonly number[];
  /** Their ids; spans that came without an id are left out. */
  readonly spanIds: readonly SpanId[];
  /** The same rows in the sets that `by` made of them; one set without `by`. */
  readonly spansets: readonly Spanset[];
}

/** A query made ready to be asked of traces. */
export class TraceQlMatcher {
  private readonly evaluate;

  constructor(
    pipeline: Pipeline,
    private readonly options: ReadOptions = {},
  ) {
    this.evaluate = compilePipeline(pipeline);
  }

  /**
   * What the query finds in one trace; undefined if nothing. Reads columns first; a span is decoded only where the query
   * asks for something that has no column.
   *
   * @throws TraceQlError if a structural operator meets several groups.
   */
  match(trace: Trace): TraceMatch | undefined {
    const all = Array.from({ length: trace.count }, (_, row) => row);
    const spansets = this.evaluate([{ rows: all, groups: [] }], new SpanReader(trace, this.options));
    const rows = [...new Set(spansets.flatMap((set) => set.rows))].sort((a, b) => a - b);
    if (rows.length === 0) return undefined;
    const spanIds = rows.map((row) => trace.spanId(row)).filter((id) => id !== undefined);
    return { trace, rows, spanIds, spansets };
  }
}

/** The spans that a query is about: those of a search, and those that the first series of a metrics query is made of. */
export function searchedPipeline(query: TraceQlQuery): Pipeline {
  if (query.kind === 'search') return query.pipeline;
  let { expression } = query;
  while (expression.node === 'math') expression = expression.left;
  return expression.pipeline;
}

/**
 * The traces in which a query finds something, in the order in which they come. Of a metrics query: the spans its first
 * series is made of.
 */
export async function* evaluateTraces(
  query: TraceQlQuery,
  traces: Iterable<Trace> | AsyncIterable<Trace>,
  options: ReadOptions = {},
): AsyncGenerator<TraceMatch> {
  const matcher = new TraceQlMatcher(searchedPipeline(query), options);
  for await (const trace of traces) {
    const match = matcher.match(trace);
    if (match !== undefined) yield match;
  }
}
