import type { OperationTable } from '../../model/operationTable';
import type { Pipeline, SpansetExpression, SpansetFilter, TraceQlQuery } from '../traceql/language/ast';
import { searchedPipeline, TraceQlMatcher } from '../traceql/evaluate/evaluateTraces';
import { ConditionScan, MAYBE, NO } from './conditionScan';
import type { Segment } from './segment';

/** Rows of one segment. */
export interface SegmentRows {
  readonly segment: Segment;
  readonly rows: Uint32Array;
}

/** What a scan of a run of traces found. */
export interface Scanned {
  /** 1 per trace that may have matches, by number from the first of the run on. */
  readonly traces: Uint8Array;
  /** The spans found, where nothing is left to evaluate on the trees of the traces. */
  readonly matches: readonly SegmentRows[] | undefined;
}

/** A query made ready to be looked for in the columns of a store. */
export class SearchPlan {
  readonly matcher: TraceQlMatcher;
  private readonly pipeline: Pipeline;
  private readonly scans = new Map<SpansetFilter, ConditionScan>();
  /** Set where the query is one filter: what its scan finds is the answer, unless something stays open. */
  private readonly only: SpansetFilter | undefined;
  /** Every span of every trace. */
  readonly findsAll: boolean;

  constructor(query: TraceQlQuery, operations: OperationTable, anySemconv: boolean) {
    this.pipeline = searchedPipeline(query);
    this.matcher = new TraceQlMatcher(this.pipeline, { anySemconv });
    const stages = this.pipeline.stages.filter(({ node }) => node !== 'select');
    this.only = stages.length === 1 && stages[0]!.node === 'filter' ? stages[0] : undefined;
    this.findsAll = this.only?.condition.node === 'literal' && this.only.condition.value === true;
    for (const filter of filtersOf(this.pipeline)) {
      this.scans.set(filter, new ConditionScan(filter.condition, operations, anySemconv));
    }
  }

  /** @param first number of the run's first trace. @param count of its traces. @param parts all of their rows. */
  scan(first: number, count: number, parts: readonly SegmentRows[]): Scanned {
    const ofFilter = (filter: SpansetFilter) => tracesWith(this.results(filter, parts), parts, first, count);
    if (this.only === undefined) return { traces: this.ofStages(this.pipeline, ofFilter, count), matches: undefined };
    const results = this.results(this.only, parts);
    const traces = tracesWith(results, parts, first, count);
    if (results.some((result) => result.includes(MAYBE))) return { traces, matches: undefined };
    const matches = parts.map(({ segment, rows }, part) => ({
      segment,
      rows: rows.filter((_, index) => results[part]![index] !== NO),
    }));
    return { traces, matches };
  }

  private results(filter: SpansetFilter, parts: readonly SegmentRows[]): Uint8Array[] {
    const scan = this.scans.get(filter)!;
    return parts.map(({ segment, rows }) => scan.scan(segment, rows));
  }

  /** Traces that can come through all stages: aggregates and groups leave out some, which the evaluation finds. */
  private ofStages(pipeline: Pipeline, ofFilter: (filter: SpansetFilter) => Uint8Array, count: number): Uint8Array {
    const found = new Uint8Array(count).fill(1);
    for (const stage of pipeline.stages) {
      if (stage.node !== 'filter' && stage.node !== 'operation' && stage.node !== 'pipeline') continue;
      const own = this.ofSpansets(stage, ofFilter, count);
      for (let trace = 0; trace < count; trace++) found[trace]! &= own[trace]!;
    }
    return found;
  }

  /** Recurses over the query, whose depth the parser bounds. */
  private ofSpansets(
    expression: SpansetExpression,
    ofFilter: (filter: SpansetFilter) => Uint8Array,
    count: number,
  ): Uint8Array {
    if (expression.node === 'filter') return ofFilter(expression);
    if (expression.node === 'pipeline') return this.ofStages(expression, ofFilter, count);
    const right = this.ofSpansets(expression.right, ofFilter, count);
    if (expression.operator.startsWith('!')) return right;
    const left = this.ofSpansets(expression.left, ofFilter, count);
    const isUnion = expression.operator === '||';
    return right.map((value, trace) => (isUnion ? value | left[trace]! : value & left[trace]!));
  }
}

/** 1 per trace with a row that is not {@link NO}. */
function tracesWith(
  results: readonly Uint8Array[],
  parts: readonly SegmentRows[],
  first: number,
  count: number,
): Uint8Array {
  const found = new Uint8Array(count);
  for (const [part, { segment, rows }] of parts.entries()) {
    const ofPart = results[part]!;
    for (let index = 0; index < rows.length; index++) {
      if (ofPart[index] !== NO) found[segment.traces[rows[index]!]! - first] = 1;
    }
  }
  return found;
}

function filtersOf(pipeline: Pipeline): SpansetFilter[] {
  const filters: SpansetFilter[] = [];
  const open: Pipeline['stages'][number][] = [...pipeline.stages];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (stage.node === 'filter') filters.push(stage);
    else if (stage.node === 'operation') open.push(stage.left, stage.right);
    else if (stage.node === 'pipeline') open.push(...stage.stages);
  }
  return filters;
}
