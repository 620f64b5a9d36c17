/** Messages about what is typed into the search: what is wrong with it, and what can stand there. Types only. */
import type { OperationId } from '../model/operation';
import type { QueryProblem } from './backends';

/** What can be said of a query before it runs. */
export interface QueryCheck {
  readonly problems: readonly QueryProblem[];
  /** What is worth knowing about how it is answered, one sentence each: which part the backend does not test itself. */
  readonly notes: readonly string[];
}

/** What can stand at a place of a query. */
export interface QueryCompletion {
  /** The text that is replaced, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly QueryCompletionItem[];
  /** Why the source's own names or values are missing, one sentence. */
  readonly problem?: string;
}

export interface QueryCompletionItem {
  readonly label: string;
  readonly insert: string;
  readonly kind: 'attribute' | 'value' | 'keyword' | 'function' | 'operator';
  readonly detail?: string;
}

/** Requests from host to engine. */
export interface QueryRequests {
  'spanlight/checkQuery': { params: { query: string; anySemconv?: boolean }; result: QueryCheck };
  'spanlight/completeQuery': {
    /** `offset` in UTF-16 units; the times bound where names and values are looked for. */
    params: { query: string; offset: number; fromMs?: number; toMs?: number };
    result: QueryCompletion;
  };
  /** TraceQL that finds the spans of an operation; null for one that is not known any more. */
  'spanlight/operationQuery': { params: { operation: OperationId }; result: string | null };
}
