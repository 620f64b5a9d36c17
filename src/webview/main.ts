/**
 * The trace view's page. What the host must provide:
 *  - a document with `<div id="app"></div>`, the script `dist/webview.js` at the end of its body (or deferred), and the
 *    stylesheets `page.css` and `trace.css` of `media/webview`, in this order; nothing inline;
 *  - a Content-Security-Policy of `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-…'` and no more:
 *    the page loads no images, fonts or data;
 *  - VS Code's `acquireVsCodeApi`. The page posts `ready`; only then may the host post `show` (or `failed`), and again
 *    after every `ready`: a page that was hidden starts anew and brings its state back by itself.
 *
 * Messages are those of protocol/webview.ts. Requests are answered by `Rpc` of base/rpc.ts or in its shape.
 */
import { startPage } from './page';

startPage(document.getElementById('app') ?? document.body);
