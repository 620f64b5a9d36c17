/**
 * The pages that list traces: the search, and the contents of a trace file (`data-page="file"` at `#app`). What the host
 * must provide is what the trace page asks for in `../main.ts`, with the script `dist/search.js` and the stylesheets
 * `page.css` and `search.css`. Messages are those of protocol/searchView.ts.
 */
import { startFilePage } from './file/filePage';
import { startSearchPage } from './searchPage';

const root = document.getElementById('app') ?? document.body;
if (root.dataset['page'] === 'file') startFilePage(root);
else startSearchPage(root);
