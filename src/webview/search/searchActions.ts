import type { TraceListItem } from '../../protocol/backends';
import type { QueryCompletion } from '../../protocol/queries';
import type { SearchCure } from '../../protocol/searchView';

/** What a page that lists traces can have done. */
export interface ListActions {
  readonly open: (item: TraceListItem) => void;
  readonly copyId: (item: TraceListItem) => void;
  readonly cure: (cure: SearchCure) => void;
  readonly stop: () => void;
  /** State is worth saving. */
  readonly changed: () => void;
}

/** What the search page can have done besides. */
export interface SearchActions extends ListActions {
  /** Searches for what the page holds. */
  readonly run: (withHidden?: boolean) => void;
  readonly typed: (query: string) => void;
  readonly complete: (query: string, offset: number) => Promise<QueryCompletion>;
}
