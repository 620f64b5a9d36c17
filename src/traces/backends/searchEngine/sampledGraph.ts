import type { TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import { graphOfTraces } from '../derivedGraph';
import { SpanCollector } from '../spanCollector';
import { allOf, anyOf, exists, noneOf, terms, type Clause } from './clauses';
import { ofShape, type SpanShape } from './spanSchema';
import { foundTraceIds } from './foundTraceIds';
import { collectSpans, type SpanIndex } from './spanPages';

/** Traces that the graph is made of. */
const TRACES = 100;
/** What their spans may weigh. */
const MAX_WIRE_BYTES = 2 << 20;

/** Calls between services, counted in the latest traces in which something was called from elsewhere. */
export async function sampledGraph(
  index: SpanIndex,
  window: TimeWindow,
  always: readonly Clause[],
  signal: AbortSignal,
): Promise<ServiceGraph> {
  const { schema, dialect } = index;
  const called = anyOf(schema.shapes.map(calledSpans));
  const request = { clause: allOf([...always, called]), window, pageSize: TRACES };
  for await (const page of foundTraceIds(index, request, () => undefined, signal)) {
    const clause = terms(
      schema.traceId,
      page.map(({ text }) => text),
    );
    const collector = new SpanCollector();
    const spans = { clause, source: dialect.baseSource, maxWireBytes: MAX_WIRE_BYTES };
    await collectSpans(index, spans, collector, signal);
    return graphOfTraces(collector.traces());
  }
  return { edges: [] };
}

function calledSpans(shape: SpanShape): Clause {
  const { parentSpanId, kind } = shape;
  const isCalled = anyOf(['server', 'consumer'].map(kind));
  return allOf(ofShape(shape, [isCalled, exists(parentSpanId), noneOf([terms(parentSpanId, [''])])]));
}
