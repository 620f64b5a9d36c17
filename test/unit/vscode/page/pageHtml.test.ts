import assert from 'node:assert/strict';
import { pageHtml } from '../../../../src/vscode/page/pageHtml';

describe('shell of a page', () => {
  it('lets only its own script run, and writes no data into the page', () => {
    const html = pageHtml({
      title: 'Trace',
      page: 'trace',
      nonce: 'n0nce',
      cspSource: 'https://*.vscode-cdn.net',
      scriptUri: 'https://host/dist/webview.js?a="b"&c',
      styleUris: ['https://host/media/webview/page.css', 'https://host/media/webview/trace.css'],
    });
    const policy = "default-src 'none'; style-src https://*.vscode-cdn.net; script-src 'nonce-n0nce'";
    assert.ok(html.includes(`content="${policy}"`), html);
    assert.ok(html.includes('src="https://host/dist/webview.js?a=&quot;b&quot;&amp;c"'));
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.match(
      html,
      /<link rel="stylesheet" href="[^"]*page\.css">\s*<link rel="stylesheet" href="[^"]*trace\.css">/,
    );
  });
});
