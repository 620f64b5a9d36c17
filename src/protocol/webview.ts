/** Messages between the extension host and the trace webview. Types only; both ends check what they receive. */
import type { SpanDetailsView, TraceView } from './traceView';

/** Kept by VS Code over hide and reload: enough to show the same picture again. */
export interface WebviewState {
  readonly traceId: string;
  /** The URI of the trace file it is in; absent: it is in the source. */
  readonly file?: string;
  readonly zoom: { readonly from: number; readonly to: number };
  /** Rows whose state differs from what `expandedLevel` says. */
  readonly collapsed: readonly number[];
  /** Rows at this level and deeper are collapsed unless toggled; absent: all are expanded. */
  readonly expandedLevel?: number;
  /** First rows of the groups of alike siblings that are unfolded. */
  readonly unfoldedGroups?: readonly number[];
  readonly selected: number;
  readonly query: string;
  readonly filterOnly: boolean;
  readonly criticalPath: boolean;
  readonly scrollTop: number;
  readonly detail?: {
    readonly open: boolean;
    readonly tab: string;
    readonly side: 'bottom' | 'right';
    /** Share of the page, 0 to 1. */
    readonly size: number;
  };
  /** Share of the width that the tree takes, 0 to 1. */
  readonly divider?: number;
}

/** What a person can do where a trace cannot be shown. */
export type FailureCure = 'searchTraces' | 'openTraceById' | 'tryAgain' | 'showOutput';

export type ToWebview =
  | {
      readonly type: 'show';
      readonly trace: TraceView;
      readonly focusRow?: number;
      /** Rows that were found by a search elsewhere, ascending: to be marked as what is searched for here. */
      readonly foundRows?: Uint32Array;
      readonly file?: string;
    }
  /** Select and scroll to a row; used by "reveal in trace". */
  | { readonly type: 'reveal'; readonly row: number }
  /** The buttons are offered in this order. */
  | { readonly type: 'failed'; readonly message: string; readonly cures: readonly FailureCure[] }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'responseError'; readonly id: number; readonly message: string };

export type FromWebview =
  /** The page listens; only now may the host post. */
  | { readonly type: 'ready' }
  | { readonly type: 'request'; readonly id: number; readonly method: keyof WebviewRequests; readonly params: unknown }
  | { readonly type: 'openSource'; readonly row: number; readonly beside: boolean }
  | { readonly type: 'openTrace'; readonly traceId: string; readonly spanId: string }
  | { readonly type: 'openFrame'; readonly file: string; readonly line: number }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'cure'; readonly cure: FailureCure }
  | { readonly type: 'log'; readonly message: string };

/** What the page asks and the host answers. */
export interface WebviewRequests {
  spanDetails: { params: { readonly row: number }; result: SpanDetailsView };
  /** Rows whose attributes match `key=value` (value may be empty: has the key); for the filter box. */
  findByAttribute: { params: { readonly key: string; readonly value: string }; result: { readonly rows: Uint32Array } };
}
