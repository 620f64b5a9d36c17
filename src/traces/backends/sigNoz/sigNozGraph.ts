import type { TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import { itemsOf, textOf } from '../../formats/recordValues';
import { isObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { graphOfTraces } from '../derivedGraph';
import { SpanCollector } from '../spanCollector';
import { allOf } from './filterText';
import { foundTraceIds } from './foundTraceIds';
import type { SigNozApi } from './sigNozApi';
import type { TraceSpans } from './traceSpans';

/** Traces that the graph is made of where SigNoz has counted nothing. */
const TRACES = 50;
/** Spans that somebody else may have called. */
const CALLED = `kind_string IN ('Server', 'Consumer') AND parent_span_id != ''`;

/**
 * Calls as SigNoz has counted them, to the minute; it has no such table everywhere, and not by environment: then those of the
 * latest traces in which something was called from elsewhere.
 */
export async function sigNozGraph(
  api: SigNozApi,
  spans: TraceSpans,
  window: TimeWindow,
  always: string | undefined,
  signal: AbortSignal,
): Promise<ServiceGraph> {
  const counted = always === undefined ? await countedGraph(api, window, signal) : undefined;
  if (counted !== undefined && counted.length > 0) return { edges: counted };
  for await (const ids of foundTraceIds(api, { filter: allOf([CALLED, always]), window }, signal)) {
    const collector = new SpanCollector();
    await spans.collect(ids.slice(0, TRACES), collector, signal);
    return graphOfTraces(collector.traces());
  }
  return { edges: [] };
}

async function countedGraph(
  api: SigNozApi,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceGraph['edges'] | undefined> {
  try {
    const calls = itemsOf(await api.calls(window, signal));
    return calls.flatMap((call) => {
      if (!isObject(call)) return [];
      const [caller, callee] = [textOf(call.parent), textOf(call.child)];
      const count = Number(call.callCount) || 0;
      if (caller === undefined || callee === undefined || count === 0 || caller === callee) return [];
      // A share of failures, in per cent.
      return [{ caller, callee, count, errorCount: Math.round((count * (Number(call.errorRate) || 0)) / 100) }];
    });
  } catch (error) {
    // It may be gone from versions to come, or not be meant for keys.
    if (hasFault(error, 'notFound', 'wrongType', 'forbidden', 'badRequest')) return undefined;
    throw error;
  }
}
