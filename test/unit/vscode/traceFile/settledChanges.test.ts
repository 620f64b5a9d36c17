import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SettledChanges } from '../../../../src/vscode/traceFile/settledChanges';

/** Counts what is passed on; each goes on until it is told to end. */
class Runs {
  count = 0;
  private ends: (() => void)[] = [];

  readonly run = (): Promise<void> => {
    this.count++;
    return new Promise((resolve) => this.ends.push(resolve));
  };

  endAll(): void {
    for (const end of this.ends.splice(0)) end();
  }

  async until(count: number): Promise<void> {
    while (this.count < count) await sleep(1);
  }
}

describe('changes of a file', () => {
  it('are passed on as one when they have come to rest', async () => {
    const runs = new Runs();
    const changes = new SettledChanges(runs.run, { quietMs: 20, latestMs: 60_000 });
    for (let i = 0; i < 50; i++) changes.changed();
    assert.equal(runs.count, 0);
    await runs.until(1);
    runs.endAll();
    changes.changed();
    await runs.until(2);
    changes.dispose();
  });

  it('are passed on at last where they do not end', async () => {
    const runs = new Runs();
    const changes = new SettledChanges(runs.run, { quietMs: 60_000, latestMs: 30 });
    while (runs.count === 0) {
      changes.changed();
      await sleep(1);
    }
    assert.equal(runs.count, 1);
    changes.dispose();
  });

  it('wait for what the last ones led to, and are not forgotten', async () => {
    const runs = new Runs();
    const changes = new SettledChanges(runs.run, { quietMs: 1, latestMs: 1 });
    changes.changed();
    await runs.until(1);
    changes.changed();
    await sleep(50);
    assert.equal(runs.count, 1);
    runs.endAll();
    await runs.until(2);
    changes.dispose();
  });

  it('lead to nothing any more when the editor is closed', async () => {
    const runs = new Runs();
    const changes = new SettledChanges(runs.run, { quietMs: 1, latestMs: 1 });
    changes.changed();
    changes.dispose();
    changes.changed();
    await sleep(30);
    assert.equal(runs.count, 0);
  });
});
