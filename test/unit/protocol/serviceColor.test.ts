import assert from 'node:assert/strict';
import { SERVICE_HUES, serviceColorIndex, serviceHue, serviceTones } from '../../../src/protocol/serviceColor';

describe('service colours', () => {
  it('depend on the name alone', () => {
    assert.equal(serviceColorIndex('orders-api'), serviceColorIndex(['orders', 'api'].join('-')));
    assert.ok(SERVICE_HUES.includes(serviceHue('')));
  });

  it('are spread over the hues', () => {
    const counts = new Array<number>(SERVICE_HUES.length).fill(0);
    for (let i = 0; i < 1000; i++) counts[serviceColorIndex(`service-${i}`)]!++;
    assert.ok(Math.min(...counts) > 120, String(counts));
  });

  it('differ for the usual names of small systems', () => {
    for (const names of [
      ['frontend', 'backend', 'cart', 'checkout', 'payment'],
      ['api-gateway', 'orders-api', 'payment-api', 'notification-worker'],
    ]) {
      assert.equal(new Set(names.map(serviceHue)).size, names.length, String(names));
    }
  });

  it('tell services of one hue apart by tone, whatever their order', () => {
    const names = Array.from({ length: 12 }, (_, i) => `svc-${i}`);
    const looks = (list: readonly string[]) => {
      const tones = serviceTones(list);
      return new Map(list.map((name, i) => [name, `${serviceColorIndex(name)}/${tones[i]}`]));
    };
    const forward = looks(names);
    const backward = looks([...names].reverse());
    assert.deepEqual([...forward].sort(), [...backward].sort());
    assert.ok(new Set(forward.values()).size >= 9);
  });
});
