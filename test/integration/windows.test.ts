/** Two windows want one port. */
import assert from 'node:assert/strict';
import { TEST_MS } from '../support/processes';
import { openVscode, type OpenVscode } from '../support/vscodeHost';
import { requireBuild } from './support/builtExtension';
import { freePort, QUIET_SETTINGS, waitForStatus } from './support/workbench';

describe('two windows', function () {
  this.timeout(TEST_MS);
  const open: OpenVscode[] = [];

  before(requireBuild);

  after(async () => {
    for (const vscode of open) await vscode.dispose();
  });

  it('listen on a port each, and say on which', async () => {
    const port = await freePort();
    const userSettings = { ...QUIET_SETTINGS, 'spanlight.receiver.httpPort': port, 'spanlight.receiver.grpcPort': 0 };
    const words: string[] = [];
    for (const workspace of ['test/workspaces/orders', 'test/workspaces/two/left']) {
      const vscode = await openVscode({ workspace, userSettings, log: () => undefined });
      open.push(vscode);
      words.push(await waitForStatus(vscode.page, /waiting on :\d+/));
    }
    assert.equal(words[0], `waiting on :${port}`);
    assert.match(words[1]!, /^waiting on :\d+$/);
    assert.notEqual(words[1], words[0]);
  });
});
