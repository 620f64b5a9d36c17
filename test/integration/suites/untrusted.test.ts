import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { receiverUrl, spanlight } from '../support/spanlight';

describe('Restricted Mode', () => {
  it('runs, but takes no ports and addresses from the workspace', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const api = await spanlight();
    // The workspace says never, and 0.0.0.0; both are ignored.
    const url = new URL(await receiverUrl(api));
    assert.equal(url.hostname, '127.0.0.1');
  });

  it('takes what opens nothing', () => {
    assert.equal(vscode.workspace.getConfiguration('spanlight.hints').get('window'), 30);
  });
});
