import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { plain, receiverUrl, spanlight, until } from '../support/spanlight';

describe('a receiver at an address that is not loopback', () => {
  it('is said in the status item and its tooltip, until the address is loopback again', async () => {
    const api = await spanlight();
    await receiverUrl(api);
    await until(
      'the words',
      () => (/^\$\(pulse\) waiting on :\d+ · open to the network$/.test(plain(api.statusText())) ? true : undefined),
      () => [api.statusText(), api.status()],
    );
    assert.match(api.statusTooltip(), /Other machines can reach this receiver/);
    const configuration = vscode.workspace.getConfiguration('spanlight.receiver');
    await configuration.update('host', '127.0.0.1', vscode.ConfigurationTarget.Global);
    await until(
      'the usual words',
      () => (/^\$\(pulse\) waiting on :\d+$/.test(plain(api.statusText())) ? true : undefined),
      () => api.statusText(),
    );
    assert.doesNotMatch(api.statusTooltip(), /Other machines/);
  });
});
