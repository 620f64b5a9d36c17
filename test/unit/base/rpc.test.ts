import assert from 'node:assert/strict';
import { Rpc, type RpcMessage } from '../../../src/base/rpc';

interface Requests {
  double: { params: number; result: number };
  fail: { params: null; result: never };
  silent: { params: null; result: never };
}
type Nothing = Record<never, { params: unknown; result: unknown }>;

/** Two ends of a channel that delivers a structured clone, as postMessage does. */
function pair(timeoutMs?: number) {
  const asker: Rpc<Requests, Nothing> = new Rpc<Requests, Nothing>((m) => deliver(answerer, m), {}, timeoutMs);
  const answerer: Rpc<Nothing, Requests> = new Rpc<Nothing, Requests>((m) => deliver(asker, m), {
    double: (n) => n * 2,
    fail: () => {
      throw new Error('the disk is full');
    },
    silent: () => new Promise<never>(() => undefined),
  });
  return { asker, answerer };
}

function deliver(to: { receive(message: RpcMessage): boolean }, message: RpcMessage): void {
  const copy = structuredClone(message);
  queueMicrotask(() => to.receive(copy));
}

describe('Rpc', () => {
  it('answers', async () => {
    const { asker } = pair();
    assert.deepEqual(await Promise.all([asker.request('double', 21), asker.request('double', 4)]), [42, 8]);
  });

  it('rejects with the words of a handler that throws', async () => {
    await assert.rejects(pair().asker.request('fail', null), /the disk is full/);
  });

  it('rejects an unknown method, also one that every object has', async () => {
    const { asker } = pair();
    await assert.rejects(asker.request('toString' as 'double', 1), /Unknown request toString/);
  });

  it('rejects after its timeout', async () => {
    await assert.rejects(pair(5).asker.request('silent', null), /No answer to silent/);
  });

  it('rejects what waits, and what comes later, when disposed', async () => {
    const { asker } = pair();
    const waiting = asker.request('silent', null);
    asker.dispose();
    await assert.rejects(waiting, /closed/);
    await assert.rejects(asker.request('double', 1), /closed/);
  });

  it('rejects when the message cannot be posted', async () => {
    const rpc = new Rpc<Requests, Nothing>(() => {
      throw new Error('could not be cloned');
    }, {});
    await assert.rejects(rpc.request('double', 1), /could not be cloned/);
  });

  it('leaves other messages to the caller and ignores answers to nothing', () => {
    const { asker } = pair();
    assert.equal(asker.receive({ type: 'show' }), false);
    assert.equal(asker.receive({ type: 'response', id: 99, result: 1 } as RpcMessage), true);
  });
});
