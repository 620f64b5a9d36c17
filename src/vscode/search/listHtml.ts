import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../trace/traceHtml';

/** The HTML of a page that lists traces; sets the webview up for it. */
export function listHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: 'search' | 'file'): string {
  webview.options = {
    enableScripts: true,
    localResourceRoots: ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder)),
  };
  const at = (...path: string[]): string => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  return pageHtml({
    title: 'Traces',
    page,
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    scriptUri: at('dist', 'search.js'),
    styleUris: [at('media', 'webview', 'search.css')],
  });
}
