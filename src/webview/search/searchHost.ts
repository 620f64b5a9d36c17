import type { FromSearchPage, SearchPageRequests, ToSearchPage } from '../../protocol/searchView';
import { Host } from '../host';
import { isToSearchPage } from './searchGuard';

/** The extension host as a page that lists traces sees it. The search and the file keep states of their own. */
export class SearchHost extends Host<FromSearchPage, ToSearchPage, SearchPageRequests, unknown> {
  constructor(onMessage: (message: ToSearchPage) => void) {
    super(isToSearchPage, onMessage);
  }
}
