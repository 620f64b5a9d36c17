/** Messages between the extension host and the pages that list traces. Types only; both ends check what they receive. */
import type { QueryProblem, TraceListItem } from './backends';
import type { QueryCheck, QueryCompletion } from './queries';

/** Whose traces are searched. */
export interface SearchedSource {
  /** As the user called it; `embedded` for what was received here. */
  readonly name: string;
  readonly isEmbedded: boolean;
  readonly state: 'waiting' | 'loading' | 'ready' | 'failed';
  readonly problem?: string;
  /** Traces that are kept here. */
  readonly kept: number;
  readonly receiver: 'off' | 'starting' | 'listening' | 'failed';
}

/** A search as the page asks for it. Without times everything is searched. */
export interface SearchRequest {
  /** Counts up with every search of a page. */
  readonly run: number;
  readonly query: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  readonly anySemconv: boolean;
  readonly withHidden: boolean;
}

/** How a search ended. */
export type SearchOutcome =
  | {
      readonly kind: 'done';
      readonly found: number;
      readonly hidden: number;
      readonly problems: readonly QueryProblem[];
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** What a trace file holds. */
export interface FileContents {
  readonly uri: string;
  readonly name: string;
  readonly format: string;
  readonly spans: number;
  /** How many traces there are; `items` may be fewer. */
  readonly total: number;
  readonly items: readonly TraceListItem[];
  readonly notes: readonly string[];
}

/** What a person can do where there is nothing to list. */
export type SearchCure =
  | 'copyExporterEnvironment'
  | 'startReceiver'
  | 'showOutput'
  | 'retryBackend'
  | 'chooseBackend'
  | 'addBackend'
  | 'openSettings'
  | 'readAgain'
  | 'openAsText';

export type ToSearchPage =
  /** Undefined while no engine runs. */
  | { readonly type: 'source'; readonly source?: SearchedSource }
  | { readonly type: 'recent'; readonly queries: readonly string[] }
  /** Puts a query into the field and, if `run`, searches for it. */
  | { readonly type: 'prefill'; readonly query: string; readonly run: boolean }
  | { readonly type: 'focus' }
  | { readonly type: 'results'; readonly run: number; readonly items: readonly TraceListItem[] }
  | { readonly type: 'finished'; readonly run: number; readonly outcome: SearchOutcome }
  /** What was found while the page was away, or before. */
  | {
      readonly type: 'restore';
      readonly request: SearchRequest;
      readonly items: readonly TraceListItem[];
      readonly outcome?: SearchOutcome;
    }
  | { readonly type: 'fileProgress'; readonly read: number; readonly of: number }
  | { readonly type: 'file'; readonly contents: FileContents }
  | { readonly type: 'fileFailed'; readonly message: string; readonly cures: readonly SearchCure[] }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'responseError'; readonly id: number; readonly message: string };

export type FromSearchPage =
  /** The page listens; only now may the host post. */
  | { readonly type: 'ready' }
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'search'; readonly request: SearchRequest }
  /** Ends the search, or the reading of the file. */
  | { readonly type: 'stop' }
  /** The spans that the search found in it: the first is shown, all are marked. */
  | { readonly type: 'open'; readonly traceId: string; readonly spanIds: readonly string[] }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'cure'; readonly cure: SearchCure }
  | { readonly type: 'log'; readonly message: string };

/** What the page asks and the host answers. A new one of a kind ends the one before. */
export interface SearchPageRequests {
  checkQuery: { params: { readonly query: string; readonly anySemconv: boolean }; result: QueryCheck };
  completeQuery: {
    params: { readonly query: string; readonly offset: number; readonly fromMs?: number; readonly toMs?: number };
    result: QueryCompletion;
  };
}
