/** The shell of a page: pure. Data is posted once the page says `ready`, never written into the page. */

export interface PageShell {
  /** Random for every page, so that only our own script may run. */
  readonly nonce: string;
  /** Of the webview: where styles may come from. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUris: readonly string[];
  readonly title: string;
  /** Which of a script's pages is meant. */
  readonly page: string;
}

/** The HTML of a page. */
export function pageHtml({ nonce, cspSource, scriptUri, styleUris, title, page }: PageShell): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  const styles = styleUris.map((uri) => `<link rel="stylesheet" href="${attribute(uri)}">`).join('\n  ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${attribute(title)}</title>
  ${styles}
</head>
<body>
  <div id="app" data-page="${attribute(page)}"></div>
  <script nonce="${nonce}" src="${attribute(scriptUri)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
