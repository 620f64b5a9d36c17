import type { TraceQlQuery } from '../language/ast';
import { tokenize } from './lexer';
import { QueryParser } from './queryParser';
import { TraceQlError } from '../language/traceQlError';

/** A longer text is refused before it is read. */
const MAX_LENGTH = 128 * 1024;

/** What {@link parseTraceQl} gives: one of the two is there. */
export type ParsedTraceQl =
  | { readonly query: TraceQlQuery; readonly error?: undefined }
  | { readonly error: TraceQlError; readonly query?: undefined };

/**
 * Reads a TraceQL query (https://grafana.com/docs/tempo/latest/traceql) and checks its types; what Tempo 3.1 refuses is
 * refused. Never throws.
 */
export function parseTraceQl(text: string): ParsedTraceQl {
  try {
    return { query: requireTraceQl(text) };
  } catch (error) {
    if (error instanceof TraceQlError) return { error };
    throw error;
  }
}

/** As {@link parseTraceQl}, for those that cannot go on without a query. @throws TraceQlError */
export function requireTraceQl(text: string): TraceQlQuery {
  if (text.length > MAX_LENGTH) {
    const range = { from: MAX_LENGTH, to: text.length };
    throw new TraceQlError('The query is too long.', range, `Write ${MAX_LENGTH} characters at most.`);
  }
  return new QueryParser(text, tokenize(text)).query();
}
