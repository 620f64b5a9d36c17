import assert from 'node:assert/strict';
import { pathOfUri, uriOfPath } from '../../../src/engine/workspace/uris';

describe('URIs', () => {
  it('are spelled as VS Code spells them', () => {
    assert.equal(uriOfPath('/w/a b/[id].ts'), 'file:///w/a%20b/%5Bid%5D.ts');
    assert.equal(uriOfPath('/w/(group)/@x+y!.ts'), 'file:///w/%28group%29/%40x%2By%21.ts');
    assert.equal(uriOfPath('/w/été.ts'), 'file:///w/%C3%A9t%C3%A9.ts');
  });

  it('come back as the same path', () => {
    for (const file of ['/w/a b/[id].ts', "/w/(group)/@x+y!'*.ts", '/w/été/100%.ts', '/w/#x?.ts']) {
      assert.equal(pathOfUri(uriOfPath(file)), file);
    }
  });

  it('of other schemes, and what is no URI, have no path', () => {
    for (const uri of ['untitled:Untitled-1', 'vscode-vfs://github/x/y.ts', '', 'file:', 'file:///%zz', '/w/x.ts']) {
      assert.equal(pathOfUri(uri), undefined, uri);
    }
  });
});
