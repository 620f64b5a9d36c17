import type { QueryProblem } from '../../protocol/backends';
import type { QueryCheck } from '../../protocol/queries';
import { prepareSearch } from '../../traces/traceql/plan/prepareSearch';
import { TraceQlError } from '../../traces/traceql/language/traceQlError';
import { SearchWordsError } from '../../traces/traceql/parse/wordsToTraceQl';
import type { LiveSource } from '../sources/liveSource';

type Search = { readonly text: string; readonly anySemconv?: boolean };

/** What is wrong with a search, and which part of it the source does not answer itself. */
export function checkQuery(search: Search, source: LiveSource): QueryCheck {
  try {
    const { query } = prepareSearch(search);
    const notes: string[] = [];
    if (query.kind === 'metrics') {
      notes.push('This query computes a metric; listed are the traces that it is computed from.');
    }
    const tested = source.testedHere(search);
    return { problems: [], notes: tested === undefined ? notes : [...notes, tested] };
  } catch (error) {
    const problem = queryProblem(error);
    if (problem === undefined) throw error;
    return { problems: [problem], notes: [] };
  }
}

/** The place of what is wrong, in the text as it was written; undefined for what is no fault of the text. */
export function queryProblem(error: unknown): QueryProblem | undefined {
  if (!(error instanceof TraceQlError) && !(error instanceof SearchWordsError)) return undefined;
  const { message, cure, range } = error;
  return { from: range.from, to: range.to, message: cure === undefined ? message : `${message} ${cure}` };
}
