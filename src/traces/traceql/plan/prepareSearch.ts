import type { Trace } from '../../../model/trace';
import type { TraceQlQuery } from '../language/ast';
import { searchedPipeline, TraceQlMatcher, type TraceMatch } from '../evaluate/evaluateTraces';
import { bestGroup, narrowing, type Narrowing } from './narrowing';
import { requireTraceQl } from '../parse/parseTraceQl';
import { pushdown, type Pushdown } from './pushdown';
import { otherNames } from '../language/semconv';
import type { ReadOptions } from '../evaluate/spanReader';
import { searchToTraceQl } from '../parse/wordsToTraceQl';

/** A search made ready for a source that can be asked for less than TraceQL says. */
export interface PreparedSearch {
  readonly query: TraceQlQuery;
  /** Every trace is wanted. */
  readonly isEmpty: boolean;
  readonly pushdown: Pushdown;
  /** What one span and the trace must have, of the group of conditions that narrows the most. */
  readonly narrowing: Narrowing;
  /** What the query finds in a trace that came back; undefined if nothing. @throws TraceQlError, see {@link TraceQlMatcher}. */
  match(trace: Trace): TraceMatch | undefined;
}

/**
 * Reads a search in TraceQL or in words. Ask the source for `narrowing` (leaving conditions out is allowed, adding none),
 * then keep the traces that {@link PreparedSearch.match} finds something in; that may be left out where
 * `narrowing.exact` and everything of it was asked for.
 *
 * @throws SpanlightError with the column where the query is wrong.
 */
export function prepareSearch(search: { readonly text: string } & ReadOptions): PreparedSearch {
  const query = requireTraceQl(searchToTraceQl(search.text));
  const pipeline = searchedPipeline(query);
  const matcher = new TraceQlMatcher(pipeline, search);
  const required = pushdown(query);
  const narrowed = narrowing(required, bestGroup(required));
  const [only, ...others] = pipeline.stages;
  const condition = only?.node === 'filter' && others.length === 0 ? only.condition : undefined;
  return {
    query,
    isEmpty: condition?.node === 'literal' && condition.value === true,
    pushdown: required,
    narrowing: search.anySemconv === true ? withoutRenamed(narrowed) : narrowed,
    match: (trace) => matcher.match(trace),
  };
}

/** An attribute that has several names must not be asked for by one of them. */
function withoutRenamed(narrowed: Narrowing): Narrowing {
  const attributes = narrowed.attributes.filter(({ name }) => otherNames(name).length === 0);
  return { ...narrowed, attributes, exact: narrowed.exact && attributes.length === narrowed.attributes.length };
}
