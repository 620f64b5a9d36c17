import assert from 'node:assert/strict';
import { DisposableStore, MutableDisposable, toDisposable } from '../../../src/base/disposable';
import { Emitter } from '../../../src/base/event';

describe('DisposableStore', () => {
  it('disposes in reverse order, once, and latecomers at once', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => order.push('a')));
    store.add(toDisposable(() => order.push('b')));
    store.dispose();
    store.dispose();
    store.add(toDisposable(() => order.push('late')));
    assert.deepEqual(order, ['b', 'a', 'late']);
  });
});

describe('MutableDisposable', () => {
  it('lets go of the old value, and of everything after its own end', () => {
    const gone: string[] = [];
    const slot = new MutableDisposable();
    slot.value = toDisposable(() => gone.push('first'));
    slot.value = toDisposable(() => gone.push('second'));
    assert.deepEqual(gone, ['first']);
    slot.dispose();
    slot.value = toDisposable(() => gone.push('third'));
    assert.deepEqual(gone, ['first', 'second', 'third']);
    assert.equal(slot.value, undefined);
  });
});

describe('Emitter', () => {
  it('tells every listener although one throws, and none after it left', () => {
    const errors: unknown[] = [];
    const heard: number[] = [];
    const emitter = new Emitter<number>((error) => errors.push(error));
    emitter.event(() => {
      throw new Error('first');
    });
    const subscription = emitter.event((value) => heard.push(value));
    emitter.fire(1);
    subscription.dispose();
    emitter.fire(2);
    assert.deepEqual(heard, [1]);
    assert.equal(errors.length, 2);
  });
});
