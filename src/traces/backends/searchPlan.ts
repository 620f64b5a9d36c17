import { spanIdAt, type SpanId } from '../../model/ids';
import { SPAN_KINDS, STATUS_ERROR, type OperationKey } from '../../model/operation';
import { NO_ATTRIBUTES } from '../../model/attributes';
import type { Trace } from '../../model/trace';
import { parseTraceFilter } from '../store/traceFilter';

/** Matching spans named in a summary. */
const MAX_MATCHED = 20;

/**
 * A query in two parts: what a backend may be asked (each condition holds for every trace that is wanted, so leaving one
 * out is allowed), and the test that decides.
 */
export interface SearchPlan {
  readonly service?: string;
  readonly operation?: string;
  readonly minDurationNs?: number;
  readonly maxDurationNs?: number;
  readonly failed?: boolean;
  /** Attributes of one span, as texts. */
  readonly tags: Readonly<Record<string, string>>;
  /** Everything is wanted. */
  readonly isEmpty: boolean;
  /** The spans of a trace that match; undefined where none does. */
  matches(trace: Trace): readonly SpanId[] | undefined;
}

/** Reads a query. @throws SpanlightError naming what cannot be evaluated. */
export function planSearch(text: string): SearchPlan {
  const filter = parseTraceFilter(text);
  const { minDurationNs, maxDurationNs, failedOnly, isEmpty } = filter;
  return {
    ...(minDurationNs > 0 ? { minDurationNs } : {}),
    ...(maxDurationNs < Infinity ? { maxDurationNs } : {}),
    ...(failedOnly ? { failed: true } : {}),
    tags: {},
    isEmpty,
    matches(trace) {
      const matched: SpanId[] = [];
      let found = isEmpty;
      for (let row = 0; row < trace.count && !isEmpty; row++) {
        const duration = trace.duration[row]!;
        const inBounds = duration >= minDurationNs && duration <= maxDurationNs;
        if (!inBounds || (failedOnly && trace.status[row] !== STATUS_ERROR) || !filter.operation(keyOf(trace, row))) {
          continue;
        }
        found = true;
        const id = spanIdAt(trace.spanIds, row);
        if (id !== undefined && matched.length < MAX_MATCHED) matched.push(id);
      }
      return found ? matched : undefined;
    },
  };
}

function keyOf(trace: Trace, row: number): OperationKey {
  return {
    service: trace.services[trace.service[row]!] ?? '',
    resource: NO_ATTRIBUTES,
    scope: '',
    kind: SPAN_KINDS[trace.kind[row]!] ?? 'UNSPECIFIED',
    name: trace.names[trace.name[row]!] ?? '',
    attributes: NO_ATTRIBUTES,
  };
}
