import type { TraceId } from '../../model/ids';
import { DISPLAY_CONFIDENCE, type Mapping, type SourceLocation } from '../../model/location';
import type { OperationId, OperationStats } from '../../model/operation';
import type { Trace } from '../../model/trace';
import { spansAround } from './spansAround';

/** A place of the parent is worth this much of its confidence for what is inside it. */
export const INSIDE_PARENT = 0.8;

/** Traces that are looked at per operation. */
const MOST_LOOKS = 3;
/** Spans between a call and the function that made it: frameworks' and pools'. */
const MOST_ANCESTORS = 8;

interface Looked {
  readonly traces: Set<TraceId>;
  /** Of each trace the operations around the call in its own service, innermost first. */
  readonly around: (readonly OperationId[])[];
}

/**
 * Where calls are made that a library's span tells of, and nothing else: inside the function of the nearest span around
 * them that has one, if all traces that were looked at agree.
 */
export class ParentPlaces {
  private readonly looked = new Map<OperationId, Looked>();

  constructor(private readonly trace: (id: TraceId) => Trace | undefined) {}

  /** @param placeOf the mapping of an operation, as far as it is known. */
  of(stats: OperationStats, placeOf: (id: OperationId) => Mapping | undefined): SourceLocation | undefined {
    if (stats.key.kind !== 'CLIENT' && stats.key.kind !== 'PRODUCER') return undefined;
    const { around } = this.look(stats);
    let found: SourceLocation | undefined;
    for (const operations of around) {
      const nearest = operations.map(placeOf).find((mapping) => mapping?.status === 'mapped');
      if (nearest?.status !== 'mapped') return undefined;
      const { location } = nearest;
      // Within a call that has its own line, or in another function each time, it says no more.
      if (location.anchor !== 'owner' || (found && (found.file !== location.file || found.line !== location.line)))
        return undefined;
      found = location;
    }
    if (found === undefined || found.confidence * INSIDE_PARENT < DISPLAY_CONFIDENCE) return undefined;
    const { file, line, symbol, measured } = found;
    const [evidence] = found.evidence;
    const text = `inside ${symbol}, whose span is around it: ${evidence?.text ?? ''}`;
    return {
      file,
      line,
      symbol,
      confidence: found.confidence * INSIDE_PARENT,
      anchor: 'callsite',
      range: { startLine: line, startColumn: 0, endLine: line, endColumn: 0 },
      evidence: evidence === undefined ? [] : [{ ...evidence, text }],
      ...(measured === undefined ? {} : { measured }),
    };
  }

  clear(): void {
    this.looked.clear();
  }

  private look({ id, exemplars }: OperationStats): Looked {
    let looked = this.looked.get(id);
    if (looked === undefined) this.looked.set(id, (looked = { traces: new Set(), around: [] }));
    for (const exemplar of [exemplars.slowest, exemplars.typical]) {
      if (exemplar === undefined || looked.traces.size >= MOST_LOOKS || looked.traces.has(exemplar.traceId)) continue;
      looked.traces.add(exemplar.traceId);
      const trace = this.trace(exemplar.traceId);
      const row = trace?.rowOf(exemplar.spanId) ?? -1;
      if (trace !== undefined && row >= 0) looked.around.push(ancestors(trace, row));
    }
    return looked;
  }
}

function ancestors(trace: Trace, row: number): OperationId[] {
  const found: OperationId[] = [];
  for (const at of spansAround(trace, row)) {
    if (found.push(trace.operationIds[trace.operation[at]!]!) >= MOST_ANCESTORS) break;
  }
  return found;
}
