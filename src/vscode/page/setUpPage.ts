import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './pageHtml';

const LIST = { title: 'Traces', script: 'search.js', style: 'search.css' };
const PAGES = { trace: { title: 'Trace', script: 'webview.js', style: 'trace.css' }, search: LIST, file: LIST };

/** Lets a webview run our scripts and loads the page into it: a trace, the search, or the contents of a trace file. */
export function setUpPage(webview: vscode.Webview, extensionUri: vscode.Uri, page: keyof typeof PAGES): void {
  const at = (...path: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  const { title, script, style } = PAGES[page];
  webview.options = {
    enableScripts: true,
    localResourceRoots: ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder)),
  };
  webview.html = pageHtml({
    title,
    page,
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    scriptUri: at('dist', script),
    styleUris: ['page.css', style].map((name) => at('media', 'webview', name)),
  });
}
