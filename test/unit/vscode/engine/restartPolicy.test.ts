import assert from 'node:assert/strict';
import { RestartPolicy } from '../../../../src/vscode/engine/restartPolicy';

describe('restart policy', () => {
  it('starts again, later each time, and gives up at the fifth crash within three minutes', () => {
    const policy = new RestartPolicy();
    const decisions = [0, 1000, 2000, 3000, 4000].map((time) => policy.crashed(time));
    assert.deepEqual(
      decisions.map((decision) => (decision.kind === 'restart' ? decision.delayMs : 'give up')),
      [200, 800, 3200, 10_000, 'give up'],
    );
  });

  it('forgets crashes of long ago', () => {
    const policy = new RestartPolicy();
    for (let crash = 0; crash < 20; crash++) {
      assert.deepEqual(policy.crashed(crash * 200_000), { kind: 'restart', delayMs: 200 });
    }
  });

  it('begins anew when the user asks', () => {
    const policy = new RestartPolicy();
    for (let crash = 0; crash < 4; crash++) policy.crashed(crash);
    policy.reset();
    assert.deepEqual(policy.crashed(5), { kind: 'restart', delayMs: 200 });
  });
});
